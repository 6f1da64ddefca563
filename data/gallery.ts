import "server-only";
import { cache } from "react";
import { getBit } from "#contest/bits.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import { uint32 } from "#data/evaluation.ts";
import { openPoints } from "#data/gallery-rule.ts";
import { isOrganizer, type Viewer } from "#data/viewer.ts";
import { readArtifact } from "#store/artifacts.ts";
import { database } from "#store/database.ts";

/** Which examples of an attack the viewer may see (rule 10), and what their pictures are made from. Null: no attack. */
export const openGallery = cache(async (viewer: Viewer | null, attackId: string, now = new Date()) => {
  const attack = await database().attack.findUnique({
    where: { id: attackId },
    select: {
      ...{ id: true, personId: true, origin: true, targetId: true, examplesSha: true, points: true, challenge: true },
    },
  });
  if (!attack) return null;
  const { challenge, examplesSha, targetId } = attack;
  const config = ChallengeFile.parse(challenge.config);
  const points = uint32(attack.points);
  const own = viewer === null ? [] : await measuredOn(viewer, attackId);
  const open = openPoints({
    points,
    examplesSha,
    revealsAt: challenge.revealsAt,
    now,
    // A challenge's own examples come with its folder, as its baselines' models do: all but where models are only asked.
    trusted:
      (attack.origin === "baseline" && config.queries === null) ||
      (viewer !== null && (viewer.id === attack.personId || isOrganizer(viewer, challenge))),
    againstViewer: targetId !== null && own.some(({ defenseId }) => defenseId === targetId),
    viewersDefenses: own.flatMap(({ bits, defense: { cleanBits } }) =>
      bits && cleanBits ? [{ bits, clean: cleanBits }] : [],
    ),
  });
  return { ...open, rows: points, examplesSha, challenge, config };
});
export type OpenGallery = NonNullable<Awaited<ReturnType<typeof openGallery>>>;

async function measuredOn(viewer: Viewer, attackId: string) {
  return database().evaluation.findMany({
    where: { attackId, defense: { personId: viewer.id } },
    select: { defenseId: true, bits: true, defense: { select: { cleanBits: true } } },
    take: 100,
  });
}

/** What a defense said to an example. */
export interface Answer {
  defense: { id: string; name: string };
  evaluationId: string;
  /** The class it answered, by name; null where its output was no valid answer. */
  answer: string | null;
  /** Right despite the attack; "was wrong" where it fails the clean input too. */
  verdict: "held" | "broken" | "was wrong";
}

/** An example as the gallery shows it. */
export interface Example {
  point: number;
  label: string;
  answers: Answer[];
}

/** Defenses whose answers are shown beside an example, those that lost most to the attack first. */
const WITNESSES = 24;

/** The true label and the defenses' answers of each of `points`, which must be open. `only` names one defense. */
export async function readExamples(
  _viewer: Viewer | null,
  attackId: string,
  gallery: OpenGallery,
  points: number[],
  only?: string,
): Promise<Example[]> {
  const [labels, evaluations] = await Promise.all([
    readArtifact(gallery.challenge.labelsSha),
    database().evaluation.findMany({
      where: { attackId, ...(only !== undefined && { defenseId: only }) },
      orderBy: [{ broken: "desc" }, { id: "asc" }],
      take: WITNESSES,
      select: { id: true, answers: true, bits: true, defense: { select: { id: true, name: true, cleanBits: true } } },
    }),
  ]);
  const { classes } = gallery.config.data;
  return points.map((point) => {
    const answers = evaluations.flatMap(({ id, answers, bits, defense: { cleanBits, ...defense } }): Answer[] => {
      if (!answers || !bits || !cleanBits) return [];
      const answer = uint16At(answers, point);
      if (answer === NOT_ATTACKED) return [];
      const verdict = !getBit(cleanBits, point) ? "was wrong" : getBit(bits, point) ? "held" : "broken";
      const name = classes[answer] ?? null;
      return [{ defense, evaluationId: String(id), answer: name, verdict }];
    });
    const label = uint16At(labels, point);
    return { point, label: classes[label] ?? String(label), answers };
  });
}

function uint16At(bytes: Uint8Array, i: number): number {
  return bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
}
