import "server-only";
import { cookies } from "next/headers";
import { z } from "zod";
import { Problem } from "#contest/problem.ts";

/** What was typed into an upload form, and what was wrong with it. */
const Kept = z.object({ problems: z.array(Problem), fields: z.record(z.string(), z.string()) });
export type KeptForm = z.infer<typeof Kept>;

const COOKIE = "gauntlet-form";
/** Browsers keep at most 4,096 bytes of a cookie. */
const MOST = 3800;

/** The Set-Cookie header that keeps a form for one minute, for the page at `path` alone. */
export function keepForm(form: KeptForm, path: string, request: Request): string {
  const text = [
    form,
    { ...form, fields: { ...form.fields, description: "" } },
    { problems: form.problems.slice(0, 3), fields: {} },
  ]
    .map((shape) => encodeURIComponent(JSON.stringify(shape)))
    .find((encoded) => encoded.length <= MOST);
  const secure = new URL(request.url).protocol === "https:" ? "; Secure" : "";
  return `${COOKIE}=${text ?? ""}; Path=${path}; Max-Age=60; HttpOnly; SameSite=Lax${secure}`;
}

/** The form that was sent from this page in the last minute and refused; null when there is none. */
export async function keptForm(): Promise<KeptForm | null> {
  const text = (await cookies()).get(COOKIE)?.value;
  if (!text) return null;
  try {
    // Whatever stands in a cookie came from the visitor.
    return Kept.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
