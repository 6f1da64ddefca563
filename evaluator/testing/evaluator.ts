import { BUDGETS, type Budgets } from "#evaluator/context.ts";
import { startEvaluator } from "#evaluator/start.ts";

/** The evaluator as a process of a test: smaller budgets (JSON, the one argument), so that limits are met in seconds. */
const budgets: Partial<Budgets> = JSON.parse(process.argv[2] ?? "{}");
const evaluator = await startEvaluator({ ...BUDGETS, ...budgets });
process.send?.("ready");
process.once("SIGTERM", () => void evaluator.stop().then(() => process.exit(0)));
