import { allOnes, type Bits, setBit } from "#contest/bits.ts";

/** What a defense answered to one row; NONE where the attack has no admissible row for the point. */
export const INVALID_OUTPUT = 0xffff;
export const NOT_ATTACKED = 0xfffe;
/** A randomised model whose draws agree on no class in more than half: wrong, but not invalid. */
export const NO_MAJORITY = 0xfffd;

/**
 * The class of one row of logits: the largest, ties to the lowest index (rule 4). INVALID_OUTPUT when any value is
 * NaN or infinite: comparisons with NaN are false, and an untreated NaN would count as robust.
 */
export function answerOf(logits: Float32Array, classes: number, row: number): number {
  let best = 0;
  for (let k = 0; k < classes; k++) {
    const value = logits[row * classes + k]!;
    if (!Number.isFinite(value)) return INVALID_OUTPUT;
    if (value > logits[row * classes + best]!) best = k;
  }
  return best;
}

/** A randomised model's answer (rule 6): what more than half of its draws answered, NO_MAJORITY where there is no such answer. */
export function majority(answers: Uint16Array): number {
  const counts = new Map<number, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  for (const [answer, count] of counts) if (count * 2 > answers.length) return answer;
  return NO_MAJORITY;
}

export interface Judged {
  /** 1: answered rightly or not attacked. */
  bits: Bits;
  /** Admissible rows on points that the defense answers rightly when clean. */
  attacked: number;
  /** Of those, the ones that it no longer answers rightly. */
  broken: number;
  /** Rows (attacked or not) whose output was no valid answer. */
  invalid: number;
}

/**
 * Judges one attack on one defense: `answers[i]` is the defense's answer to the row for point i, or NOT_ATTACKED.
 * `clean` says which points the defense answers rightly unattacked (absent for the clean evaluation itself).
 */
export function judge(answers: Uint16Array, labels: Uint16Array, clean?: (point: number) => boolean): Judged {
  const bits = allOnes(labels.length);
  const judged: Judged = { bits, attacked: 0, broken: 0, invalid: 0 };
  for (let i = 0; i < labels.length; i++) {
    const answer = answers[i]!;
    if (answer === NOT_ATTACKED) continue;
    if (answer === INVALID_OUTPUT) judged.invalid++;
    const right = answer === labels[i];
    if (!right) setBit(bits, i, false);
    if (clean && !clean(i)) continue;
    judged.attacked++;
    if (!right) judged.broken++;
  }
  return judged;
}
