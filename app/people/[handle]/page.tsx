import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BadgeSnippet } from "#components/badge/badge-snippet.tsx";
import { personBadge } from "#components/badge/badge-words.ts";
import { feedAlternates } from "#components/feed/alternates.ts";
import { Credits } from "#components/person/credits.tsx";
import { entryCells } from "#components/person/entry-cells.tsx";
import { previewMetadata } from "#components/preview/preview-metadata.ts";
import { TableView } from "#components/table/table-view.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { Time } from "#components/ui/time.tsx";
import { readPersonBadge } from "#data/badges.ts";
import { readEntries } from "#data/entries.ts";
import { personAt, readCredits, readPerson, readScores } from "#data/person.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ handle: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const person = await readPerson(await getViewer(), (await params).handle);
  if (!person) return {};
  const path = `/people/${person.handle}`;
  return {
    ...{ title: person.name, alternates: feedAlternates(path, person.name) },
    ...previewMetadata(path, person.name, `What ${person.name} broke, and what stands of theirs`),
  };
}

export default async function PersonPage({ params, searchParams }: Props) {
  const [{ handle }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const person = await readPerson(viewer, handle);
  if (!person) notFound();
  const at = personAt(person, given);
  const path = `/people/${handle}`;
  const [entries, scores, credits, badge] = await Promise.all([
    readEntries(viewer, handle, given),
    readScores(viewer, person.id, at),
    readCredits(viewer, person.id, at),
    readPersonBadge(viewer, handle),
  ]);
  return (
    <div className="space-y-10">
      <header className="space-y-3">
        <PageTitle>{person.name}</PageTitle>
        <p className="text-quiet">
          {person.house ? "The house: what came with the challenges" : `@${person.handle}`}
          {person.affiliation !== "" && (
            <>
              {" · "}
              <bdi>{person.affiliation}</bdi>
            </>
          )}
          {" · here since "}
          <Time at={person.createdAt} dateOnly />
        </p>
        {person.website !== "" && (
          <p>
            <a href={person.website} rel="nofollow ugc noopener noreferrer me">
              {person.website}
            </a>
          </p>
        )}
        {person.bio !== "" && <Markdown>{person.bio}</Markdown>}
        <MomentForm path={path} given={given} at={at} beginning={person.createdAt} />
      </header>
      {scores.length > 0 && (
        <Section id="credits" title="As an attacker">
          <Credits scores={scores} credits={credits} />
        </Section>
      )}
      <Section id="entries" title="Entries">
        <TableView
          table={entries!}
          cells={entryCells}
          caption="Everything that was admitted"
          of="entries"
          path={path}
          anchor="entries"
          given={given}
          rowKey={({ id }) => id}
          empty={
            at === null
              ? "Nothing has been admitted yet. A challenge's page says how to enter."
              : "Nothing had been admitted by then."
          }
        />
      </Section>
      <Section id="follow" title="Follow">
        <p>
          What becomes of their defenses, and what their attacks break, is in{" "}
          <a href={`/people/${handle}/feed.xml`}>their Atom feed</a>.
        </p>
        <BadgeSnippet site={siteAddress()} path={path} title={personBadge(badge!).title} />
      </Section>
    </div>
  );
}
