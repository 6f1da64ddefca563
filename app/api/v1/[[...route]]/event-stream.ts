import { followSubmission, type Heard } from "#data/submission-stream.ts";

/** A submission's events as text/event-stream (HTML, 9.2), from log line `after` on, until it is over or nobody listens. */
export function eventStream(id: string, after: bigint, signal: AbortSignal): Response {
  const gone = new AbortController();
  signal.addEventListener("abort", () => gone.abort());
  const heard = followSubmission(id, after, gone.signal);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode("retry: 2000\n\n")),
    async pull(controller) {
      const { done, value } = await heard.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(lines(value)));
    },
    cancel: () => gone.abort(),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // Nginx would otherwise hold the events back.
      "x-accel-buffering": "no",
    },
  });
}

function lines(heard: Heard): string {
  switch (heard.event) {
    case "heartbeat":
      return ": still here\n\n";
    case "progress":
      return `event: progress\ndata: ${JSON.stringify(heard.progress)}\n\n`;
    case "log": {
      const { id, state, message, at } = heard.line;
      return `id: ${id}\nevent: log\ndata: ${JSON.stringify({ id: String(id), at: at.toISOString(), state, message })}\n\n`;
    }
    case "end":
      return "event: end\ndata: {}\n\n";
  }
}
