import type { Metadata } from "next";
import Link from "next/link";
import { HitList } from "#components/search/hit-list.tsx";
import { address } from "#components/table/address.ts";
import { NotUnderstood } from "#components/table/not-understood.tsx";
import { Pager } from "#components/table/pager.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { count } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { SEARCH_KINDS, type SearchGroup, type SearchQuery, search } from "#data/search.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { searchParams: Promise<Given> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const q = String([(await searchParams).q].flat()[0] ?? "").slice(0, 80);
  // What others ask for is nothing for search engines to keep.
  return { title: q === "" ? "Search" : `Search: ${q}`, robots: { index: false } };
}

const NAMES = {
  challenges: "Challenges",
  defenses: "Defenses",
  attacks: "Attacks",
  people: "People",
  archive: "Archive",
} as const;

export default async function SearchPage({ searchParams }: Props) {
  const [given, viewer] = await Promise.all([searchParams, getViewer()]);
  const { query, problems, words, groups } = await search(viewer, given);
  const shown = groups.filter(({ kind, total }) => total > 0 && (query.kind === "any" || query.kind === kind));
  return (
    <div className="space-y-8">
      <div>
        <PageTitle>Search</PageTitle>
        <search aria-label="What to search for">
          <form action="/search" className="flex flex-wrap items-end gap-x-4 gap-y-2">
            <label className="min-w-0 flex-1 basis-60">
              <span className="label">Words of a name, a description, an author, a paper</span>
              <input className="input w-full" type="search" name="q" defaultValue={query.q} maxLength={200} />
            </label>
            <label>
              <span className="label">Among</span>
              <select className="input" name="kind" defaultValue={query.kind}>
                <option value="any">everything</option>
                {SEARCH_KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {NAMES[kind].toLowerCase()}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" className="button">
              Search
            </button>
          </form>
        </search>
      </div>
      <NotUnderstood problems={problems} />
      {words.length === 0 ? (
        <Asked empty={query.q === ""} />
      ) : shown.length === 0 ? (
        <Nothing query={query} elsewhere={groups.filter(({ total }) => total > 0)} given={given} />
      ) : (
        shown.map((group) => <Group key={group.kind} group={group} query={query} given={given} />)
      )}
    </div>
  );
}

function Group({
  group: { kind, total, more, hits },
  query,
  given,
}: {
  group: SearchGroup;
  query: SearchQuery;
  given: Given;
}) {
  const lower = NAMES[kind].toLowerCase();
  return (
    <Section id={kind} title={`${NAMES[kind]} (${more ? "more than " : ""}${count(total)})`}>
      {hits.length > 0 && <HitList hits={hits} />}
      {query.kind === kind ? (
        <Pager path="/search" given={given} page={query.page} size={query.size} total={total} of={lower} />
      ) : (
        total > hits.length && (
          <p>
            <Link href={address("/search", given, { kind, page: null })} prefetch={false}>
              All {more ? `of the first ${count(total)}` : count(total)} {lower}
            </Link>
          </p>
        )
      )}
      {more && query.kind === kind && (
        <p className="text-quiet">More answer than are looked at. Add a word to find what you mean.</p>
      )}
    </Section>
  );
}

function Asked({ empty }: { empty: boolean }) {
  return (
    <Empty>
      {empty ? "Type what you look for; on any page / leads here." : "There is no letter or digit in that."} For example{" "}
      <Link href="/search?q=distillation">distillation</Link>,{" "}
      <Link href="/search?q=adversarial+training">adversarial training</Link> or{" "}
      <Link href="/search?q=carlini">carlini</Link>.
    </Empty>
  );
}

function Nothing({ query, elsewhere, given }: { query: SearchQuery; elsewhere: SearchGroup[]; given: Given }) {
  const among = query.kind === "any" ? "" : ` among ${NAMES[query.kind].toLowerCase()}`;
  return (
    <Empty>
      <p>
        Nothing{among} has all of <q>{query.q}</q>, or is spelt like it.
      </p>
      <ul className="mt-2 list-disc ps-5">
        {elsewhere.map(({ kind, total }) => (
          <li key={kind}>
            <Link href={address("/search", given, { kind, page: null })} prefetch={false}>
              {count(total)} {NAMES[kind].toLowerCase()}
            </Link>
          </li>
        ))}
        <li>Leave a word out, or write only how it begins.</li>
        <li>
          Look through the <Link href="/challenges">challenges</Link> and their boards, or the{" "}
          <Link href="/archive">archive</Link> by category, year and author.
        </li>
      </ul>
    </Empty>
  );
}
