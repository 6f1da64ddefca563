import { Note } from "#components/ui/note.tsx";
import type { Problem } from "#contest/problem.ts";

/** What is wrong, each with its place, what was expected, what came, and how to mend it. */
export function ProblemList({ problems, title }: { problems: Problem[]; title?: string }) {
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <Note tone="bad">
        {title && <p className="mb-2 font-semibold">{title}</p>}
        <ul className="space-y-3">
          {problems.map((problem, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is written once and never changes
            <li key={i}>
              <ProblemItem problem={problem} />
            </li>
          ))}
        </ul>
      </Note>
    </div>
  );
}

function ProblemItem({ problem }: { problem: Problem }) {
  const { code, message, where, expected, found, fix } = problem;
  return (
    <>
      <p>{message}</p>
      <dl className="facts mt-1 text-[0.875rem]">
        {where && <Fact name="Where" value={where} />}
        {expected && <Fact name="Expected" value={expected} />}
        {found && <Fact name="Found" value={found} />}
        {fix && <Fact name="What to do" value={fix} plain />}
        <Fact name="Code" value={code} />
      </dl>
    </>
  );
}

function Fact({ name, value, plain = false }: { name: string; value: string; plain?: boolean }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{plain ? value : <code>{value}</code>}</dd>
    </>
  );
}
