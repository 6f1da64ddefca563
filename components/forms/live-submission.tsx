"use client";

import { useEffect, useRef, useState } from "react";
import { countOf } from "#components/ui/numbers.ts";
import type { SubmissionState } from "#contest/submission.ts";

export interface LiveProgress {
  status: SubmissionState;
  stage: string;
  done: number;
  total: number;
  /** In the queue, from 1. */
  place: number | null;
}

export interface LiveLine {
  id: string;
  /** ISO 8601. */
  at: string;
  state: SubmissionState;
  message: string;
}

/**
 * A submission on its way: stage, place, bar and log, as the server's events tell of them. It starts from what the page
 * was drawn with, so that a reload loses nothing; when the submission is over the page is fetched anew for its result.
 */
export function LiveSubmission(props: { id: string; progress: LiveProgress; log: LiveLine[]; onEnd?: () => void }) {
  const [progress, setProgress] = useState(props.progress);
  const [log, setLog] = useState(props.log);
  const [lost, setLost] = useState(false);
  const over = useRef(false);
  useEffect(() => {
    const events = new EventSource(`/api/v1/submissions/${props.id}/events`);
    events.onopen = () => setLost(false);
    events.onerror = () => setLost(!over.current);
    events.addEventListener("progress", (event) => setProgress(JSON.parse(event.data)));
    events.addEventListener("log", (event) => {
      const line = JSON.parse(event.data) as LiveLine;
      setLog((lines) => (lines.some(({ id }) => id === line.id) ? lines : [...lines, line]));
    });
    events.addEventListener("end", () => {
      over.current = true;
      events.close();
      window.location.reload();
    });
    return () => events.close();
  }, [props.id]);
  return (
    <div className="space-y-6">
      <div aria-live="polite" className="space-y-2">
        <p className="text-lg">{sentence(progress)}</p>
        <Bar {...progress} />
        {lost && <p className="text-[0.875rem] text-weakened">The connection was lost; trying again.</p>}
      </div>
      <Log lines={log} />
    </div>
  );
}

function sentence({ status, stage, place }: LiveProgress): string {
  if (status === "queued" && place !== null)
    return place === 1 ? "Next in the queue." : `In the queue, ${countOf(place - 1, "submission")} ahead of it.`;
  return stage === ""
    ? ({ received: "Received.", validating: "Being checked." }[status as string] ?? "Being evaluated.")
    : stage;
}

/** Nothing is drawn while nobody knows how much there is to do: a bar that tells nothing looks like one that is full. */
function Bar({ done, total }: LiveProgress) {
  if (total === 0) return null;
  return (
    <div className="flex items-center gap-3">
      <progress
        className="h-2 w-full max-w-[28rem] accent-[var(--color-accent)]"
        aria-label="Progress"
        value={done}
        max={total}
      />
      <span className="num text-[0.875rem] text-quiet">
        {done} / {total}
      </span>
    </div>
  );
}

/** What happened to a submission, oldest first. */
export function Log({ lines }: { lines: LiveLine[] }) {
  return (
    <section aria-labelledby="log">
      <h2 id="log">Log</h2>
      <ol className="mt-2 space-y-1 text-[0.875rem]">
        {lines.map(({ id, at, state, message }) => (
          <li key={id} className="flex flex-wrap gap-x-3">
            <time dateTime={at} className="num text-quiet">
              {at.slice(11, 19)}
            </time>
            <span className="text-quiet">{state}</span>
            <span className="min-w-0 break-words">{message}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
