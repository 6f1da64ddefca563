import { CHECKS_OF, type Checked, type CheckId, Flag, isRaised } from "#contest/flags.ts";
import type { GauntletTier } from "#contest/gauntlet.ts";

export interface CheckWatch {
  checked(checked: Checked): void;
  /** The report ends here. What it said, and the flags that follow: one for the check that the process died in, too. */
  end(finished: boolean): { checked: Checked[]; flags: Flag[] };
  /** The first thing that the report said and that cannot be. */
  lie(): string | null;
}

/**
 * Holds a runner's report against the checks of its tier: each once, in order, with the evidence that its flag has. A
 * runner that its model took over could otherwise keep a flag to itself. `checked` throws at the first lie.
 */
export function checkWatch(tier: GauntletTier): CheckWatch {
  const expected: CheckId[] = [...CHECKS_OF[tier]];
  const said: Checked[] = [];
  const flags: Flag[] = [];
  let lie: string | null = null;
  const unfinished = (check: CheckId, without: number) =>
    flags.push({ id: "check-not-finished", check, evidence: { without } });
  return {
    checked({ check, found }) {
      const due = expected.shift();
      const flag = Flag.safeParse({ id: check, evidence: found });
      if (check !== due) lie ??= `check ${check} where ${due ?? "none"} was due`;
      else if (found === "failed") unfinished(check, 1);
      else if (found && !flag.success) lie ??= `${check} with the evidence of another flag`;
      else if (flag.success && isRaised(flag.data)) flags.push(flag.data);
      if (lie !== null) throw new Error(`the report is dishonest: ${lie}`);
      said.push({ check, found });
    },
    end(finished) {
      const [next] = expected;
      if (finished && next) lie ??= `an end before ${next}`;
      if (!finished && next) unfinished(next, expected.length);
      return { checked: said, flags };
    },
    lie: () => lie,
  };
}
