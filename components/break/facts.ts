/** A break as pages, feeds and citations tell it. Standings are counts of its `n` points. */
export interface BreakFacts {
  id: string;
  at: Date;
  threshold: "weakened" | "broken" | "collapsed";
  /** The threshold itself: robust accuracy, a fraction. */
  under: number;
  challenge: { slug: string; title: string };
  defense: { id: string; name: string; author: { handle: string; name: string } };
  by: { name: string; attack: { id: string; author: { handle: string; name: string } } | null };
  claim: number;
  n: number;
  standingBefore: number;
  standingAfter: number;
  taken: number;
  /** Milliseconds from the defense's admission to the break. */
  lasted: number;
  evaluation: string | null;
  version: string;
}
