import "server-only";
import { claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import { recordOf } from "#archive/records.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { threatModelName } from "#contest/threat-model.ts";
import type { SearchKind } from "#data/search.ts";
import { textsOf } from "#data/search-archive.ts";
import { excerpt, marked, type Piece } from "#data/search-pieces.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** Something that answers a question. */
export interface Hit {
  kind: SearchKind;
  id: string;
  /** Its page. */
  href: string;
  name: Piece[];
  /** What else there is to know in few words: its challenge, its author, where it stands. */
  facts: string[];
  /** Where else the question is answered; null where only the name does. */
  excerpt: Piece[] | null;
  /** Only spelt alike. */
  similar: boolean;
}

interface Drawn {
  id: string;
  href: string;
  name: string;
  facts: (string | false | null)[];
  text: string;
}

/** The hits with these ids, in their order. */
export async function drawHits(
  viewer: Viewer | null,
  kind: SearchKind,
  found: readonly { id: string; similar: boolean }[],
  words: readonly string[],
): Promise<Hit[]> {
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const drawn = new Map((await DRAW[kind](viewer, ids)).map((one) => [one.id, one]));
  return found.flatMap(({ id, similar }) => {
    const one = drawn.get(id);
    if (!one) return [];
    const { href, name, facts, text } = one;
    const told = facts.filter((fact) => typeof fact === "string" && fact !== "") as string[];
    return [{ kind, id, href, name: marked(name, words), facts: told, excerpt: excerpt(text, words), similar }];
  });
}

/** How each kind is read; `ids` are of those that the viewer may see. */
const DRAW: Record<SearchKind, (viewer: Viewer | null, ids: string[]) => Promise<Drawn[]>> = {
  challenges: async (_viewer, ids) => {
    const select = {
      id: true,
      slug: true,
      title: true,
      summary: true,
      config: true,
      grid: true,
      defenses: true,
      attacks: true,
    };
    const rows = await database().challenge.findMany({ where: { id: { in: ids } }, select });
    return rows.map(({ id, slug, title, summary, config, grid, defenses, attacks }) => {
      const facts = [
        threatModelName(ChallengeFile.parse(config).threatModel, grid),
        counted(defenses, "defense"),
        counted(attacks, "attack"),
      ];
      return { id, href: `/challenges/${slug}`, name: title, facts, text: summary };
    });
  },
  defenses: async (_viewer, ids) => {
    const rows = await database().defense.findMany({
      where: { id: { in: ids } },
      select: { n: true, standing: true, level: true, withdrawnAt: true, ...ENTRY },
    });
    return rows.map(({ n, standing, level, withdrawnAt, ...row }) => {
      const measured = n > 0 && `${level}, ${percent(standing / n)}`;
      return entry(row, `/defenses/${row.id}`, [measured, withdrawnAt !== null && "withdrawn"]);
    });
  },
  attacks: async (_viewer, ids) => {
    const rows = await database().attack.findMany({
      where: { id: { in: ids } },
      select: { met: true, success: true, withdrawnAt: true, ...ENTRY },
    });
    return rows.map(({ met, success, withdrawnAt, ...row }) => {
      const measured = met > 0 && `breaks ${percent(success)} of ${counted(met, "defense")}`;
      return entry(row, `/attacks/${row.id}`, [measured, withdrawnAt !== null && "withdrawn"]);
    });
  },
  people: async (_viewer, ids) => {
    const rows = await database().person.findMany({
      where: { id: { in: ids } },
      select: { id: true, handle: true, name: true, affiliation: true, bio: true, house: true, suspendedAt: true },
    });
    return rows.map(({ id, handle, name, affiliation, bio, house, suspendedAt }) => {
      const own = suspendedAt === null;
      const facts = [`@${handle}`, own && affiliation, house && "the house"];
      return { id, href: `/people/${handle}`, name, facts, text: own ? bio : "" };
    });
  },
  archive: async (_viewer, ids) =>
    ids.flatMap((id) => {
      const record = recordOf(id);
      if (!record) return [];
      const { paper, category, status, breaks } = record;
      const [claimed, kept] = [claimedAccuracy(record), lowestResult(record)?.resultingRobustAccuracy ?? null];
      const course = claimed !== null && kept !== null && `claimed ${claimed} %, kept ${kept} %`;
      const facts = [
        `${paper.authors}, ${paper.year}`,
        category,
        status,
        course,
        counted(breaks.length, "later result"),
      ];
      const [, ...title] = textsOf(record).title;
      return [
        {
          id,
          href: `/archive/${id}`,
          name: record.name,
          facts,
          text: [...title.slice(0, 2), ...textsOf(record).rest].filter((part) => part !== "").join(" · "),
        },
      ];
    }),
};

const ENTRY = {
  id: true,
  name: true,
  challenge: { select: { title: true } },
  person: { select: { name: true } },
  submission: { select: { form: true } },
} as const;

interface Entry {
  id: string;
  name: string;
  challenge: { title: string };
  person: { name: string };
  submission: { form: unknown };
}

function entry({ id, name, challenge, person, submission }: Entry, href: string, facts: Drawn["facts"]): Drawn {
  const { description } = (submission.form ?? {}) as { description?: unknown };
  return {
    ...{ id, name, href, facts: [challenge.title, person.name, ...facts] },
    text: typeof description === "string" ? description : "",
  };
}

const counted = (count: number, one: string) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

/** Only what is exactly 0 or 1 says 0 or 100. */
function percent(fraction: number): string {
  const rounded = fraction === 0 || fraction === 1 ? fraction * 100 : Math.min(99.9, Math.max(0.1, fraction * 100));
  return `${Number(rounded.toFixed(1))} %`;
}
