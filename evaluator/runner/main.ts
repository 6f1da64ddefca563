import fs from "node:fs";
import { Job } from "#contest/job.ts";
import { report } from "#evaluator/runner/channel.ts";
import { readUploadedExamples } from "#evaluator/runner/examples.ts";
import { finish, waitForGo } from "#evaluator/runner/liveness.ts";

/**
 * THE UNTRUSTED SIDE: a throw-away process in the sandbox that opens one participant's file. It has no database, no
 * network, no secrets and no labels; what it writes is believed by nobody.
 */
async function main(): Promise<void> {
  const job = Job.parse(JSON.parse(fs.readFileSync("/in/job.json", "utf8")));
  // ONNX Runtime is loaded only by the jobs that run a model.
  if (job.kind === "examples") readUploadedExamples(job);
  else if (job.kind === "admit") await (await import("#evaluator/runner/admit.ts")).admit(job);
  else if (job.kind === "provider") await (await import("#evaluator/runner/try-provider.ts")).tryProvider(job);
  else if (job.kind === "house") await (await import("#evaluator/runner/house.ts")).house(job);
  else if (job.kind === "check") await (await import("#evaluator/runner/checks/run.ts")).check(job);
  else if (job.kind === "answer") await (await import("#evaluator/runner/answer.ts")).answer(job);
  else await (await import("#evaluator/runner/measure.ts")).measure(job);
  report({ type: "done" });
}

waitForGo();
main().then(
  () => finish(0),
  (error: unknown) => {
    // A bug of ours or a trick of theirs: the evaluator decides which by running it again.
    report({ type: "fault", code: "runner-error", message: String(error).slice(0, 500) });
    finish(1);
  },
);
