/**
 * Version of everything that decides what an evaluation says: the gate, the canonical encoding, the way models are run, the
 * judging, and the house's searches, whose shards must all search alike. Raised when any of them could change an answer, or
 * what a search finds; results of different versions stand beside each other (rule 13), and CHANGELOG.md says what differs.
 */
export const EVALUATOR_VERSION = "1.3.0";
