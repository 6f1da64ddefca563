import Link from "next/link";
import { durationName } from "#components/ui/duration.ts";
import { Empty } from "#components/ui/empty.tsx";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { count, countOf, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";
import { FLAG_RULES } from "#contest/flag-rules.ts";
import type { FlagId } from "#contest/flags.ts";
import type { Level } from "#contest/standing.ts";

interface Live {
  id: string;
  name: string;
  challenge: { slug: string; title: string };
  level: Level;
  robust: number;
  admittedAt: Date;
  brokeAt: Date | null;
}

interface Props {
  defenses: readonly Live[];
  broken: number;
  median: { time: number | null };
  flags: readonly { id: FlagId; raised: number; broken: number }[];
  now: Date;
}

const HOUR = 3_600_000;
const SHOWN = 20;

/** What this site has seen of a lesson's kind: how many, how long they lasted, which flags were raised. */
export function LiveEvidence({ defenses, broken, median, flags, now }: Props) {
  return (
    <div className="space-y-4">
      {defenses.length === 0 ? (
        <Empty>
          No author has named this kind yet. Whoever submits a defense can; see the{" "}
          <Link href="/challenges">challenges</Link>.
        </Empty>
      ) : (
        <>
          <p className="max-w-[68ch]">{liveSentence(defenses.length, broken, median.time)}</p>
          <Defenses defenses={defenses.slice(0, SHOWN)} now={now} />
          {defenses.length > SHOWN && <p className="text-quiet">The latest {SHOWN} of them.</p>}
        </>
      )}
      <h3>Its red flags, on defenses of any kind</h3>
      <ul className="list-disc space-y-1 ps-5">
        {flags.map(({ id, raised, broken: fell }) => (
          <li key={id}>
            <Link href={`/flags#${id}`} prefetch={false}>
              {FLAG_RULES[id].title}
            </Link>
            :{" "}
            {raised === 0
              ? "raised on none so far"
              : `raised on ${countOf(raised, "defense")}, of which ${count(fell)} broke`}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** "3 defenses on this site: 2 broken. Half of them were broken within 5 hours." */
export function liveSentence(defenses: number, broken: number, medianHours: number | null): string {
  const half =
    medianHours === null
      ? ""
      : ` Half of them were broken ${medianHours === 0 ? "within an hour" : `within ${durationName(medianHours * HOUR)}`}.`;
  return `${countOf(defenses, "defense")} on this site: ${broken === 0 ? "none" : count(broken)} broken.${half}`;
}

function Defenses({ defenses, now }: { defenses: readonly Live[]; now: Date }) {
  return (
    <Scroller label="Table of defenses of this kind">
      <table className="table">
        <caption className="sr-only">Defenses on this site whose authors say that they are of this kind</caption>
        <thead>
          <tr>
            {["Defense", "Challenge", "Admitted", "Level"].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col" className="right">
              Robust
            </th>
            <th scope="col">Lasted</th>
          </tr>
        </thead>
        <tbody>
          {defenses.map(({ id, name, challenge, level, robust, admittedAt, brokeAt }) => (
            <tr key={id}>
              <th scope="row">
                <Link href={`/defenses/${id}`} prefetch={false}>
                  <bdi>{name}</bdi>
                </Link>
              </th>
              <td>
                <Link href={`/challenges/${challenge.slug}`} prefetch={false}>
                  {challenge.title}
                </Link>
              </td>
              <td>
                <Time at={admittedAt} dateOnly />
              </td>
              <td>
                <LevelBadge level={level} />
              </td>
              <td className="num right">{percent(robust)}</td>
              <td>
                {brokeAt === null && "unbroken for "}
                {durationName((brokeAt ?? now).getTime() - admittedAt.getTime())}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
