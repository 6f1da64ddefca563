import file from "#archive/defenses.json" with { type: "json" };
import { ArchiveFile, type ArchiveRecord } from "#archive/record.ts";

/** Every record, in the order of the file. Throws at the first import where the file breaks its contract. */
export const records: readonly ArchiveRecord[] = ArchiveFile.parse(file);

const byId = new Map(records.map((record) => [record.id, record]));

/** The record with that id. */
export function recordOf(id: string): ArchiveRecord | undefined {
  return byId.get(id);
}

/** The data sets of a record: "MNIST, CIFAR-10" names two. */
export function datasetsOf({ dataset }: Pick<ArchiveRecord, "dataset">): string[] {
  return dataset.split(", ");
}
