import { join } from "node:path";
import { superviseChild } from "#commands/child.ts";
import { separateInstallation } from "#commands/installation-process.ts";

/** A production site as a process of its own. */
export interface BenchSite {
  url: string;
  /** Null while it is being started again. */
  pid(): number | null;
  stop(): Promise<void>;
}

/** Starts a site, built before, on the database at `databaseUrl`; its log goes into `folder`. */
export async function startSite(folder: string, databaseUrl: string): Promise<BenchSite> {
  const { PORT, SITE_URL, HOST } = (await separateInstallation(folder)) as Record<string, string>;
  const address = { PORT: PORT!, HOST: HOST!, SITE_URL: SITE_URL!, NEXTAUTH_URL: SITE_URL! };
  const child = await superviseChild({
    ...{ name: "site", file: "commands/serve.ts", saysReady: true, log: join(folder, `site-${PORT}.log`) },
    variables: { ...address, DATABASE_URL: databaseUrl, NODE_ENV: "production", LOG_LEVEL: "warn" },
    report: console.error,
  });
  return { url: SITE_URL!, pid: child.pid, stop: child.stop };
}
