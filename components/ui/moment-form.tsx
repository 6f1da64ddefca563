import Link from "next/link";
import { address, type Parameters } from "#components/table/address.ts";
import { Note } from "#components/ui/note.tsx";
import { Time } from "#components/ui/time.tsx";

interface Props {
  path: string;
  given: Parameters;
  /** As which moment the page is shown; null for now. */
  at: Date | null;
  /** The first day that can be asked for. */
  beginning: Date;
}

/** Asks for the page as it stood at the end of a day, and says so where it does. */
export function MomentForm({ path, given, at, beginning }: Props) {
  const day = (of: Date) => of.toISOString().slice(0, 10);
  const kept = Object.entries(given).filter(([key]) => key !== "at" && key !== "page");
  return (
    <div className="space-y-3">
      {at !== null && (
        <Note>
          As it stood on <Time at={at} />. <Link href={address(path, given, { at: null })}>As it stands now</Link>
        </Note>
      )}
      <form action={path} className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        {kept.map(([key, value]) => (
          <input key={key} type="hidden" name={key} value={[value].flat()[0] ?? ""} />
        ))}
        <label>
          <span className="label">As it stood on</span>
          <input
            className="input"
            type="date"
            name="at"
            min={day(beginning)}
            max={day(new Date())}
            defaultValue={at === null ? "" : day(at)}
          />
        </label>
        <button type="submit" className="button">
          Show
        </button>
      </form>
    </div>
  );
}
