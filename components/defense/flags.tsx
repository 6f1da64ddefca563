import Link from "next/link";
import { Note } from "#components/ui/note.tsx";
import { FLAG_WORDS } from "#contest/flags.ts";

export interface ShownFlag {
  id: string;
  check: string | null;
  title: string;
  level: "warning" | "note";
  sentence: string;
  means: string;
  advice: string;
}

/** What the checks raised on a defense: the evidence, what it means, and a sentence for its author. */
export function Flags({ flags }: { flags: readonly ShownFlag[] }) {
  return flags.map(({ id, check, title, level, sentence, means, advice }) => (
    <Note key={`${id} ${check}`} tone={level === "warning" ? "warning" : "plain"}>
      <p>
        <strong className="font-semibold">
          {FLAG_WORDS[level]}: <Link href={`/flags#${id}`}>{title}</Link>.
        </strong>{" "}
        {sentence} {means}
      </p>
      <p className="mt-1 text-[0.875rem] text-quiet">For its author: {advice}</p>
    </Note>
  ));
}
