import fs from "node:fs";

/**
 * How a payload and the sandbox's supervisor (evaluator/sandbox/supervise.ts) agree that both are alive.
 *
 * fd 3, the result channel: the payload writes one byte `R`, then its frames. fd 5, the liveness pipe: the supervisor
 * answers `R` with `g` and, once fd 3 is closed, says `b`. Why: a worker or a bubblewrap that is killed in the first
 * 25 ms of a start used to leave the payload running with nobody watching in 28 % of trials (bubblewrap asks the kernel
 * for a signal on its parent's death only after that). A payload that waits for an answer to its own `R` knows that
 * bubblewrap's set-up is over and that the worker outlived it; from there on the kernel ends it with its parents.
 */
const results = 3;
const liveness = 5;

function waitFor(byte: string): boolean {
  const answer = Buffer.alloc(1);
  return fs.readSync(liveness, answer, 0, 1, null) === 1 && answer.toString("latin1") === byte;
}

/** Must be called first, before any input is opened: returns when the supervisor says go, ends the process if it is gone. */
export function waitForGo(): void {
  try {
    fs.writeSync(results, "R");
    if (waitFor("g")) return;
  } catch {
    // EPIPE: nobody is there
  }
  process.exit(97);
}

/** The next `length` bytes that we are told, in memory of their own; null where no more come. Waits for them. */
export function readMore(length: number): Buffer<ArrayBuffer> | null {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length; ) {
    const read = fs.readSync(liveness, bytes, at, length - at, null);
    if (read === 0) return null;
    at += read;
  }
  return bytes;
}

/**
 * Must be called last: closes the result channel, lets the supervisor read what the run has cost (it waits for `b`, or for the pipe to
 * break), and exits with `code` (0 to 100).
 */
export function finish(code = 0): never {
  try {
    fs.closeSync(results);
    waitFor("b");
  } catch {
    // the supervisor is gone: exit all the same
  }
  process.exit(code);
}
