import { Note } from "#components/ui/note.tsx";
import type { Problem } from "#contest/problem.ts";

/** Says which search parameters were passed over, so that nobody takes the default for what they had asked for. */
export function NotUnderstood({ problems }: { problems: Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <Note tone="warning">
      <ul>
        {problems.map(({ where, expected, found }) => (
          <li key={where}>
            The address asks for <code>{where}</code> = <code className="break-all">{found}</code>, which is not{" "}
            {expected}; the default is shown.
          </li>
        ))}
      </ul>
    </Note>
  );
}
