import type { ModelJob } from "#contest/job.ts";
import type { ModelFacts } from "#contest/report.ts";
import {
  eitherRunner,
  type GradientRunner,
  gradientRunner,
  perLossRunner,
} from "#evaluator/runner/gradient-session.ts";
import { gradientOf, type LossName, type Trace, type Variant } from "#onnx/gradient.ts";
import type { Model } from "#onnx/model.ts";

/** Beyond so many operations an example, the losses cost nothing beside the network. */
const LIGHT_FLOPS = 1e7;
/** Each graph has the weights once more: a table that is looked up may be large and take no operations at all. */
const LIGHT_BYTES = 4 * 2 ** 20;

interface Given {
  /** As it was admitted, its noises as inputs. */
  model: Model;
  facts: ModelFacts;
  /** At the whole batch, and at a quarter of it where there is one: few rows go there. */
  whole: Trace;
  few: Trace | null;
  /** The variant's graph at the whole batch, where it has been derived already. */
  derived?: Model | undefined;
}

/** Opens the gradient of a variant for up to the whole batch's rows; null where there is none. */
export async function openClimber(
  variant: Variant,
  job: Pick<ModelJob, "shape" | "classes" | "provider">,
  { model, facts, whole, few, derived }: Given,
): Promise<GradientRunner | null> {
  const at = async (trace: Trace, loss?: LossName): Promise<GradientRunner | null> => {
    const graph = gradientOf(model, { trace, classes: job.classes, variant, cutHead: true, ...(loss && { loss }) });
    return graph.ok ? gradientRunner(graph.model, facts, job, trace.batch, job.provider) : null;
  };
  const open = async (loss?: LossName): Promise<GradientRunner | null> => {
    const known = !loss && derived;
    const many = known ? await gradientRunner(known, facts, job, whole.batch, job.provider) : await at(whole, loss);
    const small = many && few && (await at(few, loss));
    return small ? eitherRunner(small, many) : many;
  };
  const general = await open();
  const { flopsPerExample, bytes } = facts;
  const isLight = (flopsPerExample ?? Number.POSITIVE_INFINITY) <= LIGHT_FLOPS && bytes <= LIGHT_BYTES;
  if (!general || !isLight || job.provider !== "cpu") return general;
  return perLossRunner(general, async (loss) => (await open(loss)) ?? general);
}
