import fs from "node:fs";
import { Worker } from "node:worker_threads";
// biome-ignore lint/style/noRestrictedImports: a probe is a payload, it runs inside
import { finish, waitForGo } from "#evaluator/runner/liveness.ts";

function spin(): never {
  for (;;);
}

/** Payloads that behave badly, by name; the tests see how each ends. */
const behaviours: Record<string, () => void> = {
  finish: () => finish(),
  "finish with 7": () => finish(7),
  "work for 200 ms": () => {
    for (let used = 0; used < 200_000; ) {
      const { user, system } = process.cpuUsage();
      used = user + system;
    }
    finish();
  },
  "leave without a word": () => process.exit(3),
  "report the input": () => {
    fs.writeSync(3, fs.readFileSync(`/in/${process.argv[3]}`));
    finish();
  },
  spin,
  "spin on every core": () => {
    for (let count = 0; count < 3; count++) new Worker("for (;;);", { eval: true }).on("error", () => {});
    setTimeout(spin, 200);
  },
  "spin and ignore SIGXCPU": () => {
    process.on("SIGXCPU", () => {});
    spin();
  },
  "sleep for ever": () => setInterval(() => {}, 1_000),
  "never finish": () => {
    fs.writeSync(3, "all");
    setInterval(() => {}, 1_000);
  },
  flood: () => {
    const chunk = Buffer.alloc(65_536, 120);
    for (;;) fs.writeSync(3, chunk);
  },
  "flood stderr": () => {
    const chunk = Buffer.alloc(65_536, 120);
    for (;;) fs.writeSync(2, chunk);
  },
  abort: () => process.abort(),
  throw: () => {
    throw new Error("\u001b[31mred\u0007");
  },
  "fill the heap": () => {
    const kept: number[][] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  },
  "fill the memory": () => {
    const kept: Buffer[] = [];
    for (;;) kept.push(Buffer.alloc(32 << 20, 1));
  },
  "start threads": () => {
    for (let count = 0; count < 100; count++)
      new Worker("setInterval(() => {}, 1000)", { eval: true }).on("error", () => {});
  },
  "fill /tmp": () => {
    const file = fs.openSync("/tmp/big", "w");
    let written = 0;
    try {
      for (;;) written += fs.writeSync(file, Buffer.alloc(65_536));
    } catch {
      fs.writeSync(3, String(written));
      finish();
    }
  },
};

const name = process.argv[2]!;
if (name === "speak out of turn") {
  fs.writeSync(3, "score: 100 %");
  spin();
}
if (name === "ignore the protocol") spin();
waitForGo();
behaviours[name]!();
