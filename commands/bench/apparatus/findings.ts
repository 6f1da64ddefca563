import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machine, moment } from "#commands/bench/apparatus/machine.ts";
import { checkout } from "#commands/checkout.ts";

/** How a bench is run: `write` puts its findings into docs/benchmarks.md, `small` shrinks it to see that it works. */
export interface BenchOptions {
  write: boolean;
  small: boolean;
  /** A folder of nets and images that are not part of the project, and a Python that runs what we are compared with. */
  folder?: string;
  python?: string;
}

/** One line of a bench's table. */
export interface Finding {
  what: string;
  measured: string;
  /** What issue or design asks for; missing for what is shown beside it. */
  target?: string;
  met?: boolean;
}

/**
 * Prints what a bench found as a Markdown table, with the machine, the time and the load `began` (from moment()) around
 * it; with `write` also puts it in place of the bench's section of docs/benchmarks.md.
 */
export function publish(name: string, began: string, how: string, findings: Finding[], options: BenchOptions): void {
  const head = { what: "", measured: "measured", target: "target" };
  const lines = [head, { what: "-", measured: "-", target: "-" }, ...findings].map((line) => {
    const verdict = "met" in line && line.met !== undefined ? (line.met ? " (met)" : " (MISSED)") : "";
    return [line.what, line.measured, `${line.target ?? ""}${verdict}`];
  });
  const width = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const table = lines.map((cells) => {
    const padded = cells.map((cell, i) => (cell === "-" ? "-".repeat(width[i]!) : cell.padEnd(width[i]!)));
    return `| ${padded.join(" | ")} |`;
  });
  const size = options.small ? "\n\nSMALL SIZES: these figures only show that the bench works." : "";
  const text = `${how}${size}\n\n${table.join("\n")}\n\nMachine: ${machine()}. Begun ${began}; ended ${moment()}.`;
  console.log(`\n${text}`);
  if (options.write) writeSection(name, text);
}

function writeSection(name: string, text: string): void {
  const file = join(checkout, "docs/benchmarks.md");
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`];
  const document = readFileSync(file, "utf8");
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for ${name}: ${begin} ... ${end}`);
  writeFileSync(file, `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`);
  console.log("Written to docs/benchmarks.md.");
}
