/**
 * Version of everything that decides a verdict: the gate, the canonical encoding, the way models are run, the judging.
 * Raised when any of them could change an answer; results of different versions stand beside each other (rule 13).
 */
export const EVALUATOR_VERSION = "1.1.0";
