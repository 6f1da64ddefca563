import "server-only";
import type { Problem } from "#contest/problem.ts";
import { decodeAnswers, type InputRows, type QueryAccess, type QueryAnswers } from "#contest/query.ts";
import { type Askable, readAskable } from "#data/askable.ts";
import { log } from "#data/log.ts";
import { notFound, type Outcome, type Refused, refuse } from "#data/outcome.ts";
import { type Charge, charge, refund, spentOn } from "#data/query-charges.ts";
import { askEvaluator, type Failure } from "#data/query-transport.ts";
import type { Viewer } from "#data/viewer.ts";

/** What a request came to: the answers, and where the person's budget stands. */
export interface Answered extends QueryAnswers {
  rows: number;
  classes: number;
  access: QueryAccess;
  spent: number;
}

/** The defense, for a viewer who may ask it now; else why they may not. What this refuses costs nothing. */
export async function mayAsk(viewer: Viewer, id: string): Promise<Outcome<{ defense: Askable }>> {
  const defense = await readAskable(id.slice(0, 40));
  if (!defense) return notFound("defense that can be asked");
  if (!viewer.verified)
    return refuse(403, {
      code: "not-verified",
      message:
        "Budgets are a person's: you can ask once your e-mail address is verified or an organizer has approved you.",
    });
  const now = new Date();
  if (defense.opensAt > now)
    return refuse(403, { code: "not-open-yet", message: `The challenge opens at ${defense.opensAt.toISOString()}.` });
  if (defense.closesAt && defense.closesAt <= now)
    return refuse(403, { code: "closed", message: `The challenge closed at ${defense.closesAt.toISOString()}.` });
  if (defense.disqualified)
    return refuse(403, {
      code: "disqualified",
      message: "This defense's answers depend on more than the input: nobody can ask it.",
    });
  return { ok: true, defense };
}

/**
 * Answers rows [rows, ...shape] by the defense. They are charged to the viewer's budget before the answer, and given back
 * where there is none. A row that the model has no valid answer to is answered so, and counts.
 */
export async function answerQuery(
  viewer: Viewer,
  defense: Askable,
  x: InputRows,
  rows: number,
): Promise<Outcome<{ answered: Answered }>> {
  const { id, challengeId, access, classes } = defense;
  const asked: Charge = { personId: viewer.id, defenseId: id, challengeId, rows, budget: access.budget };
  const spent = await charge(asked);
  if (spent === null) return exhausted(access.budget, await spentOn(viewer.id, id), rows);
  try {
    const answer = await askEvaluator(id, x);
    if (answer.ok) {
      const answers = decodeAnswers(answer.bytes, rows, classes);
      return { ok: true, answered: { ...answers, rows, classes, access, spent } };
    }
    await refund(asked);
    return FAILURES[answer.failure];
  } catch (error) {
    log.error({ defense: id, error: String(error) }, "queries");
    await refund(asked);
    return FAILURES["no-evaluator"];
  }
}

function exhausted(budget: number, spent: number, rows: number): Refused {
  const left = Math.max(0, budget - spent);
  return refuse(403, {
    code: "query-budget-exhausted",
    message:
      left === 0
        ? "Your budget of queries to this defense is spent."
        : "These are more inputs than your budget has left.",
    expected: `at most ${left} more`,
    found: `${rows}`,
    fix: `The challenge gives everybody ${budget} inputs a defense, rows of attacks included.`,
  });
}

const failure = (status: Refused["status"], problem: Problem, retryAfter?: number): Refused => {
  return { ...refuse(status, problem), ...(retryAfter && { retryAfter }) };
};
const REFUNDED = "Nothing was charged.";
const FAILURES: Record<Failure, Refused> = {
  "no-evaluator": failure(
    503,
    { code: "no-evaluator", message: `No evaluator answers queries just now. ${REFUNDED}`, fix: "Send it again." },
    5,
  ),
  "queries-busy": failure(
    503,
    { code: "queries-busy", message: `Too many inputs wait for this model. ${REFUNDED}`, fix: "Send it again." },
    1,
  ),
  "model-failed": failure(502, {
    code: "model-failed",
    message: `The model's process died of these inputs, twice. ${REFUNDED}`,
    fix: "Send them one by one to find the ones that it cannot answer.",
  }),
  "model-timeout": failure(504, {
    code: "model-timeout",
    message: `The model did not answer in time. ${REFUNDED}`,
    fix: "Send fewer inputs at a time.",
  }),
};
