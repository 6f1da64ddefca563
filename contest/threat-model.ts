import * as z from "zod";

export const Norm = z.enum(["Linf", "L2", "L1", "L0"]);
export type Norm = z.infer<typeof Norm>;

/** A radius as a number ("0.3") or as an exact fraction ("76/255"), the form in which a grid keeps it exact. */
export const Epsilon = z
  .union([
    z.number(),
    z.string().regex(/^\d+(\.\d+)?(\s*\/\s*\d+)?$/, 'expected a number or a fraction such as "8/255"'),
  ])
  .transform((value) => {
    if (typeof value === "number") return value;
    const [over, under] = value.split("/").map(Number);
    return under === undefined ? over! : over! / under;
  })
  .refine((value) => Number.isFinite(value) && value > 0, "expected a radius above 0");

/** Threat models that exist in the field but that the site cannot judge yet are refused by name. */
const unsupported = (name: string) =>
  `threat model "${name}" cannot be judged by this site yet; supported are untargeted Linf, L2, L1 and L0`;

export const ThreatModel = z.strictObject({
  norm: z.string().transform((norm, context) => {
    const known = Norm.safeParse(norm);
    if (known.success) return known.data;
    context.addIssue({ code: "custom", message: unsupported(norm) });
    return z.NEVER;
  }),
  epsilon: Epsilon,
  access: z.enum(["white-box", "transfer", "query"]).default("white-box"),
  targeted: z
    .boolean()
    .default(false)
    .refine((targeted) => !targeted, unsupported("targeted")),
});
export type ThreatModel = z.infer<typeof ThreatModel>;

const gridNames: Record<number, string> = { 255: "8-bit" };

/** The threat model as people say it: "L∞ 76/255 (8-bit grid), white-box, untargeted". */
export function threatModelName(threat: ThreatModel, grid: number | null): string {
  const norm = { Linf: "L∞", L2: "L2", L1: "L1", L0: "L0" }[threat.norm];
  return `${norm} ${epsilonName(threat, grid)}${grid ? ` (${gridNames[grid] ?? `1/${grid}`} grid)` : ""}, ${threat.access}, untargeted`;
}

/** The radius in the unit that its challenge counts in: "76/255" on a grid, "0.1" without, "12 values" for L0. */
export function epsilonName(threat: ThreatModel, grid: number | null): string {
  if (threat.norm === "L0") return `${threat.epsilon} values`;
  const steps = grid ? threat.epsilon * grid : Number.NaN;
  return Math.abs(steps - Math.round(steps)) < 1e-9
    ? `${Math.round(steps)}/${grid}`
    : `${+threat.epsilon.toPrecision(6)}`;
}
