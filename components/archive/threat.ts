import type { ArchiveRecord } from "#archive/record.ts";

const SIGNS = { Linf: "L∞", L2: "L2", L1: "L1", L0: "L0", unrestricted: "unrestricted" };

/** A threat model in short: "L∞, ε = 0.3". Epsilon is on the [0,1] pixel scale, for L0 a number of pixels. */
export function threatName({ norm, epsilon }: ArchiveRecord["threatModel"]): string {
  return epsilon === null ? SIGNS[norm] : `${SIGNS[norm]}, ε\u00a0=\u00a0${epsilon}`;
}
