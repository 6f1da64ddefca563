import { SourceLink } from "#components/correction/source-link.tsx";
import { Time } from "#components/ui/time.tsx";

/** An accepted correction, as pages show it. */
export interface Accepted {
  id: string;
  field: string;
  label: string;
  was: string;
  says: string;
  source: string;
  note: string;
  decidedAt: Date | null;
}

/** What a part of a record should say, beside what its file says; nothing where nobody corrected it. */
export function Corrected({ corrections, of }: { corrections: readonly Accepted[]; of: string }) {
  const own = corrections.filter(({ field }) => field === of);
  return own.map(({ id, says, source, decidedAt }) => (
    <span key={id} className="mt-0.5 block border-accent border-s-2 ps-2 text-[0.9375rem]">
      corrected: <bdi className="break-words font-medium">{says}</bdi>{" "}
      <span className="text-[0.875rem] text-quiet">
        (<SourceLink href={source} />, <Time at={decidedAt!} dateOnly />)
      </span>
    </span>
  ));
}
