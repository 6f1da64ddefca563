import type { ArchiveRecord, Status } from "#archive/record.ts";

/** How many there are, and what became of them: "23 published defenses: 22 broken, 1 partially, none standing". */
export function evidenceSentence(records: readonly ArchiveRecord[]): string {
  const of = (status: Status) => records.filter((record) => record.status === status).length || "none";
  const all = `${records.length} published defense${records.length === 1 ? "" : "s"}`;
  return `${all}: ${of("broken")} broken, ${of("partially broken")} partially, ${of("standing")} standing.`;
}

/** What became of the defenses of one kind on this site; nothing where there is none. */
export function hereSentence(counts: { defenses: number; broken: number } | undefined): string {
  if (counts === undefined) return "";
  return `On this site ${counts.defenses}, of which ${counts.broken || "none"} broke.`;
}
