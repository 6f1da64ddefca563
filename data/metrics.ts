import "server-only";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { clientAddress } from "#data/client-address.ts";
import { readOperations } from "#data/operations.ts";
import type { Viewer } from "#data/viewer.ts";

interface Kept {
  registry: Registry;
  requests: Counter<"method" | "status">;
}
const kept = globalThis as { gauntletMetrics?: Kept };

/** What this process counts itself: its own resources and the API's answers. */
function own(): Kept {
  if (kept.gauntletMetrics) return kept.gauntletMetrics;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ["method", "status"] as const;
  const requests = new Counter({
    name: "gauntlet_api_requests_total",
    help: "API requests",
    labelNames,
    registers: [registry],
  });
  kept.gauntletMetrics = { registry, requests };
  return kept.gauntletMetrics;
}

export function countRequest(method: string, status: number): void {
  own().requests.inc({ method, status: String(status) });
}

/** The same facts as /api/v1/health, and this process's own, in Prometheus's text format. */
export async function readMetrics(): Promise<{ type: string; text: string }> {
  const now = await readOperations();
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `gauntlet_${name}`, help, registers: [registry] }).set(value);
  gauge("up", "1 when everything that is needed answers", now.status === "ok" ? 1 : 0);
  gauge("queue_waiting", "Submissions that wait", now.queue.waiting);
  gauge("queue_running", "Submissions that are being evaluated", now.queue.running);
  gauge("queue_oldest_seconds", "Age of the oldest submission that waits", now.queue.oldestSeconds);
  gauge("disk_free_bytes", "Free space where the state folder lies", now.disk.freeBytes);
  const alive = new Gauge({
    name: "gauntlet_evaluators_alive",
    help: "Evaluators that were heard of in the last 20 seconds",
    labelNames: ["tier"],
    registers: [registry],
  });
  for (const evaluator of now.evaluators) if (evaluator.alive) alive.inc({ tier: evaluator.tier });
  const all = Registry.merge([own().registry, registry]);
  return { type: all.contentType, text: await all.metrics() };
}

const LOOPBACK = /^(127\.|::1$)/;

/** Metrics are for admins, and for a scraper on this very machine. */
export function mayReadMetrics(viewer: Viewer | null, headers: Headers): boolean {
  if (viewer?.role === "admin") return true;
  // A reverse proxy on this machine is not this machine: whoever it speaks for stands in X-Forwarded-For.
  const forwarded = (headers.get("x-forwarded-for") ?? "127.0.0.1").split(",");
  return LOOPBACK.test(clientAddress(headers)) && forwarded.every((address) => LOOPBACK.test(plain(address)));
}

function plain(address: string): string {
  return address.trim().replace(/^::ffff:/i, "");
}
