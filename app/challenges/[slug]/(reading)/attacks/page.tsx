import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { attackCells, attackerCells } from "#components/challenge/attack-cells.tsx";
import { AttackerFilters, AttackFilters } from "#components/challenge/attack-filters.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { attackView, readAttacks } from "#data/attack-board.ts";
import { readAttackers } from "#data/attacker-board.ts";
import { readChallenge } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Attacks" };

const BY_THE_DAY = " Of the past, scores are kept by the day: these are the last of that day (UTC).";

export default async function AttacksPage({ params, searchParams }: Props) {
  const [{ slug }, given] = await Promise.all([params, searchParams]);
  const view = attackView(given);
  const path = `/challenges/${slug}/attacks`;
  return (
    <div className="space-y-4">
      <nav aria-label="Views of the board" className="no-print flex gap-4">
        {[
          { name: "By person", to: "people", href: path },
          { name: "By attack", to: "attacks", href: `${path}?view=attacks` },
        ].map(({ name, to, href }) => (
          <Link
            key={to}
            href={href}
            aria-current={view === to ? "page" : undefined}
            className="aria-[current=page]:font-semibold aria-[current=page]:text-ink aria-[current=page]:no-underline"
          >
            {name}
          </Link>
        ))}
      </nav>
      {view === "people" ? (
        <People slug={slug} path={path} given={given} />
      ) : (
        <Attacks slug={slug} path={path} given={given} />
      )}
    </div>
  );
}

type BoardProps = { slug: string; path: string; given: Given };

async function People({ slug, path, given }: BoardProps) {
  const viewer = await getViewer();
  const [challenge, table] = await Promise.all([readChallenge(viewer, slug), readAttackers(viewer, slug, given)]);
  if (!challenge || !table) notFound();
  const { at } = table.query;
  return (
    <>
      <AttackerFilters path={path} query={table.query} />
      <MomentForm path={path} given={given} at={at} beginning={challenge.createdAt} />
      <TableView
        table={table}
        cells={attackerCells}
        caption="Attackers of the challenge"
        of="people"
        path={path}
        given={given}
        rowKey={({ person }) => person.handle}
        empty={
          at !== null ? (
            "Nobody had attacked by then."
          ) : table.query.show === "all" ? (
            <NoAttacks slug={slug} />
          ) : (
            <NoMatch href={path} />
          )
        }
      />
      <p className="max-w-[68ch] text-[0.875rem] text-quiet">
        For each ranked defense of somebody else: the fraction of its clean-correct points that all of a person&apos;s
        admissible examples together break, averaged. Ties go to more first breaks, then fewer queries, then the
        earlier. The house takes part with what it archived and with what the gauntlet broke.
        {at !== null && BY_THE_DAY}
      </p>
    </>
  );
}

async function Attacks({ slug, path, given }: BoardProps) {
  const viewer = await getViewer();
  const [challenge, table] = await Promise.all([readChallenge(viewer, slug), readAttacks(viewer, slug, given)]);
  if (!challenge || !table) notFound();
  const { q, show, at } = table.query;
  const unfiltered = q === "" && show === "all";
  return (
    <>
      <AttackFilters path={path} query={table.query} />
      <MomentForm path={path} given={given} at={at} beginning={challenge.createdAt} />
      <TableView
        table={table}
        cells={attackCells(slug)}
        caption="Attacks of the challenge"
        of="attacks"
        path={path}
        given={given}
        rowKey={({ key }) => key}
        empty={
          unfiltered && at !== null ? (
            "Nobody had attacked by then."
          ) : unfiltered ? (
            <NoAttacks slug={slug} />
          ) : (
            <NoMatch href={`${path}?view=attacks`} />
          )
        }
      />
      <p className="max-w-[68ch] text-[0.875rem] text-quiet">
        The house&apos;s own attacks are the gauntlet: one after the other, each on the points of a defense that still
        stand, so that a later one finds less to break than it would alone.
        {at !== null && BY_THE_DAY}
      </p>
    </>
  );
}

function NoMatch({ href }: { href: string }) {
  return (
    <>
      Nothing matches. <Link href={href}>Show all of them.</Link>
    </>
  );
}

function NoAttacks({ slug }: { slug: string }) {
  return (
    <>
      Nobody has attacked yet. <Link href={`/challenges/${slug}/submit/attack`}>Submit an attack</Link>: a file with one
      changed input for each point is enough.
    </>
  );
}
