import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Note } from "#components/ui/note.tsx";
import { countOf } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Time } from "#components/ui/time.tsx";
import { arenaOf } from "#contest/challenge.ts";
import { SubmissionKind } from "#contest/submission.ts";
import { type Attempts, attemptsOf } from "#data/attempts.ts";
import { type ChallengeView, readChallenge } from "#data/challenges.ts";
import { keptForm } from "#data/kept-form.ts";
import { categories } from "#data/lessons.ts";
import { mailWorks } from "#data/mail.ts";
import { requireViewer } from "#data/require-viewer.ts";
import { uploadLimit } from "#data/uploads.ts";
import { AttackFields, DefenseFields } from "./fields.tsx";
import { UploadForm } from "./upload-form.tsx";

type Props = {
  params: Promise<{ slug: string; kind: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Submit ${(await params).kind === "attack" ? "an attack" : "a defense"}` };
}

export default async function SubmitPage({ params, searchParams }: Props) {
  const { slug, kind: given } = await params;
  const kind = SubmissionKind.safeParse(given);
  const viewer = await requireViewer(`/challenges/${slug}/submit/${given}`);
  const challenge = await readChallenge(viewer, slug);
  if (!kind.success || !challenge) notFound();
  const [attempts, kept] = await Promise.all([attemptsOf(viewer, challenge, kind.data), keptForm()]);
  const closed = challenge.phase !== "open";
  const rules = {
    slug,
    kind: kind.data,
    arena: arenaOf(challenge.config, challenge.n),
    maxBytes: uploadLimit(kind.data),
  };
  const kinds = categories(viewer).map(({ category }) => category);
  const target = String((await searchParams).target ?? "");
  return (
    <>
      <PageTitle
        trail={[
          { href: "/challenges", name: "Challenges" },
          { href: `/challenges/${slug}`, name: challenge.title },
        ]}
      >
        Submit {kind.data === "attack" ? "an attack" : "a defense"}
      </PageTitle>
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,36rem)_minmax(0,1fr)]">
        <UploadForm rules={rules} kept={kept ?? { problems: [], fields: {} }} disabled={closed || attempts.left === 0}>
          {kind.data === "attack" ? <AttackFields target={target} /> : <DefenseFields categories={kinds} />}
        </UploadForm>
        <aside className="space-y-5 text-[0.875rem]">
          {closed && (
            <Note tone="warning">The challenge is {challenge.phase === "closed" ? "closed" : "not open yet"}.</Note>
          )}
          <AttemptsLeft attempts={attempts} />
          <WhatBecomesPublic challenge={challenge} kind={kind.data} />
          {!viewer.verified && (
            <Note>
              Your defenses are not ranked until{" "}
              {mailWorks() ? "you confirm your e-mail address" : "an organizer has approved you"}.
            </Note>
          )}
        </aside>
      </div>
    </>
  );
}

function AttemptsLeft({ attempts: { left, perDay, nextAt } }: { attempts: Attempts }) {
  return (
    <section aria-labelledby="attempts" className="space-y-1">
      <h2 id="attempts">{countOf(left, "attempt")} left</h2>
      <p className="text-quiet">
        {perDay} in any 24 hours. What is refused before it runs costs nothing.{" "}
        {nextAt && (
          <>
            The next one comes back at <Time at={nextAt} />.
          </>
        )}
      </p>
    </section>
  );
}

function WhatBecomesPublic({ challenge, kind }: { challenge: ChallengeView; kind: "defense" | "attack" }) {
  const { revealsAt } = challenge;
  const later = revealsAt !== null && revealsAt > new Date();
  const moment = later ? <Time at={revealsAt} /> : "once it is scored";
  return (
    <section aria-labelledby="public" className="space-y-1">
      <h2 id="public">What becomes public</h2>
      <ul className="list-disc space-y-1 ps-5 text-quiet">
        <li>At once: nothing. A refused submission stays between you and the organizers.</li>
        <li>When it is scored: its name, your name, the links and the description, and every result.</li>
        {kind === "defense" ? (
          <li>
            The model itself, to download under the licence that you give: {later && "at "}
            {moment}.
          </li>
        ) : (
          <li>
            A dozen examples in a gallery when it is scored; the authors of defenses see those against their own; the
            whole file{" "}
            {revealsAt === null ? (
              "stays closed"
            ) : (
              <>
                from <Time at={revealsAt} />
              </>
            )}
            .
          </li>
        )}
        <li>For good: what is withdrawn leaves the ranking and stays on record.</li>
      </ul>
    </section>
  );
}
