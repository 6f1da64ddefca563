import { z } from "zod";
import { Problem } from "#contest/problem.ts";

const Created = z.object({ id: z.string() });
const Refused = z.object({ problems: z.array(Problem) });

export type Sent = { ok: true; id: string } | { ok: false; problems: Problem[] };

/** Sends a form and tells how many bytes are gone; XMLHttpRequest, since fetch does not say. Never rejects. */
export function sendForm(
  form: HTMLFormElement,
  address: string,
  onProgress: (done: number, total: number) => void,
): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () => resolve(read(request.response));
    request.onerror = () => resolve({ ok: false, problems: [LOST] });
    request.send(new FormData(form));
  });
}

function read(body: unknown): Sent {
  const created = Created.safeParse(body);
  if (created.success && !Refused.safeParse(body).success) return { ok: true, id: created.data.id };
  const refused = Refused.safeParse(body);
  return { ok: false, problems: refused.success ? refused.data.problems : [LOST] };
}

const LOST: Problem = {
  code: "connection-lost",
  message: "The connection broke off before the site answered.",
  fix: "Look under My submissions whether it arrived, and send it again if it did not.",
};
