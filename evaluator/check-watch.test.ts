import { expect, test } from "vitest";
import { CHECKS_OF, type Checked } from "#contest/flags.ts";
import { checkWatch } from "#evaluator/check-watch.ts";

const quiet: Checked[] = CHECKS_OF.quick.map((check) => ({ check, found: null }));
const quietBut = (at: number, found: Checked["found"]) =>
  quiet.map((each, i) => (i === at ? { ...each, found } : each));
const at = (check: (typeof CHECKS_OF.quick)[number]) => CHECKS_OF.quick.indexOf(check);

function watched(said: Checked[], finished = true) {
  const watch = checkWatch("quick");
  try {
    for (const each of said) watch.checked(each);
  } catch {}
  const { flags } = watch.end(finished);
  return { flags, lie: watch.lie() };
}

test("an honest report raises what its numbers raise, by our rule and not by the runner's word", () => {
  expect(watched(quiet)).toEqual({ flags: [], lie: null });
  expect(watched(quietBut(at("stateful"), { inputs: 64, changed: 0 })).flags).toEqual([]);
  const evidence = { inputs: 64, changed: 2 };
  expect(watched(quietBut(at("stateful"), evidence))).toEqual({ flags: [{ id: "stateful", evidence }], lie: null });
});

const LIES: [what: string, said: Checked[]][] = [
  ["left out", quiet.slice(1)],
  ["left out at the end", quiet.slice(0, -1)],
  ["twice", [quiet[0]!, ...quiet]],
  ["of another tier", [...quiet, { check: "binarisation-test", found: null }]],
  ["with the numbers of another", quietBut(at("stateful"), { pairs: 64, halfway: 2 })],
  ["with less than its numbers", quietBut(at("stateful"), { inputs: 64 })],
];

test.each(LIES)("a check %s is a lie", (_, said) => {
  expect(watched(said).lie).not.toBeNull();
});

test("a check that failed, and the one that the process died in, are flags of their own", () => {
  const failed = watched(quietBut(at("stateful"), "failed"));
  expect(failed.flags).toEqual([{ id: "check-not-finished", check: "stateful", evidence: { without: 1 } }]);
  const died = watched(quiet.slice(0, 2), false);
  const evidence = { without: CHECKS_OF.quick.length - 2 };
  expect(died).toEqual({ flags: [{ id: "check-not-finished", check: CHECKS_OF.quick[2], evidence }], lie: null });
});
