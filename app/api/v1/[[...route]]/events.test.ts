import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
let api: typeof import("./api.ts")["api"];
beforeAll(async () => {
  site = await openSite();
  ({ api } = await import("./api.ts"));
});
afterAll(() => site.close());

let id: string;
beforeEach(async () => {
  const row = await site.db.submission.create({
    data: {
      ...{
        kind: "attack",
        state: "queued",
        name: "one",
        form: {},
        uploadSha: "0".repeat(64),
        uploadName: "a",
        uploadBytes: 1,
      },
      ...{ challengeId: site.challenge.id, personId: site.people.member.id },
      events: { create: { state: "queued", message: "Received" } },
    },
  });
  id = row.id;
});

async function move(state: "validating" | "evaluating" | "rejected", message: string, done = 0): Promise<void> {
  await site.db.$transaction(async (tx) => {
    await tx.submission.update({ where: { id }, data: { state, stage: message, done, total: 4 } });
    await tx.submissionEvent.create({ data: { submissionId: id, state, message } });
    await site.announce(tx, id);
  });
}

/** Opens the stream; `next` waits for the next event of the given kind. */
async function listen(headers: Record<string, string> = {}) {
  const gone = new AbortController();
  const answer = await api.request(`/api/v1/submissions/${id}/events`, {
    headers: { ...site.people.member.token, ...headers },
    signal: gone.signal,
  });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (kind: string) => {
    for (;;) {
      const found = new RegExp(`(?:id: (\\d+)\\n)?event: ${kind}\\ndata: (.*)\\n\\n`).exec(text);
      if (found) {
        text = text.slice(found.index + found[0].length);
        return { id: found[1], data: JSON.parse(found[2]!) };
      }
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended before "${kind}": ${text}`);
      text += value;
    }
  };
  return { answer, next, ended: async () => (await reader.read()).done, leave: () => gone.abort() };
}

test("tells state, stage, progress, place in the queue and the log as they change, and ends with the submission", async () => {
  const { next, ended } = await listen();
  expect((await next("log")).data).toMatchObject({ state: "queued", message: "Received" });
  expect((await next("progress")).data).toMatchObject({ status: "queued", place: 1 });
  await move("evaluating", "Running", 1);
  expect((await next("log")).data.message).toBe("Running");
  expect((await next("progress")).data).toEqual({
    status: "evaluating",
    stage: "Running",
    done: 1,
    total: 4,
    place: null,
  });
  await move("rejected", "No");
  expect((await next("log")).data.message).toBe("No");
  expect((await next("progress")).data.status).toBe("rejected");
  await next("end");
  expect(await ended()).toBe(true);
});

test("goes on after Last-Event-ID: nothing twice, nothing left out", async () => {
  const first = await listen();
  const { id: last } = await first.next("log");
  first.leave();
  await move("validating", "Being checked");
  await move("rejected", "No");
  const second = await listen({ "last-event-id": last! });
  expect((await second.next("log")).data.message).toBe("Being checked");
  const { id: end } = await second.next("log");
  await second.next("end");
  const third = await api.request(`/api/v1/submissions/${id}/events`, {
    headers: { ...site.people.member.token, "last-event-id": end! },
  });
  expect(third.status).toBe(204);
});

test("a Last-Event-ID that is none is read as the beginning", async () => {
  await move("rejected", "No");
  const { next } = await listen({ "last-event-id": "1; DROP TABLE" });
  expect((await next("log")).data.message).toBe("Received");
});
