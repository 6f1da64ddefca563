import { epsilonName, type ThreatModel } from "#contest/threat-model.ts";

const access: Record<ThreatModel["access"], string> = {
  "white-box": "Attackers have the model itself.",
  transfer: "Attackers do not have the model.",
  query: "Attackers may ask the model, but do not have it.",
};

/** The threat model as a sentence for people who do not read norms: what may change, by how much, knowing what. */
export function threatSentence(threat: ThreatModel, grid: number | null): string {
  const size = epsilonName(threat, grid);
  const change = {
    Linf: `every value of an input may change by at most ${size}`,
    L2: `an input may move by at most ${size} in Euclidean distance`,
    L1: `the changes of an input's values may sum to at most ${size}`,
    L0: `at most ${size} of an input may change, by any amount`,
  }[threat.norm];
  return `An attack wins a point when the answer becomes wrong, whichever way: ${change}. ${access[threat.access]}`;
}
