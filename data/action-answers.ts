import "server-only";
import { headers } from "next/headers";
import type { Problem } from "#contest/problem.ts";
import { clientAddress } from "#data/client-address.ts";
import { FOREIGN_ORIGIN, isOwnOrigin } from "#data/origin.ts";
import { type Outcome, refuse } from "#data/outcome.ts";

/** What a server action tells its form. */
export interface Answer {
  problems: Problem[];
  values: Record<string, string>;
  done?: string;
  secret?: string;
}

/** A refusal as an answer: what was typed comes back, but for passwords. */
export function answerOf(outcome: Outcome, form: FormData, done?: string): Answer {
  if (outcome.ok) return { problems: [], values: {}, done };
  return { problems: outcome.problems, values: typed(form) };
}

function typed(form: FormData): Record<string, string> {
  const entries = [...form].filter(([name, value]) => typeof value === "string" && !/^\$|password|old/.test(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

/** A text field of a form, empty when absent. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** Who sends a form without being signed in: from a page of ours, and from which address. */
export async function stranger(): Promise<Outcome<{ address: string }>> {
  const sent = await headers();
  return isOwnOrigin(sent) ? { ok: true, address: clientAddress(sent) } : refuse(403, FOREIGN_ORIGIN);
}
