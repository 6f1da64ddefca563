import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { CorrectionList, type Proposal } from "#components/correction/correction-list.tsx";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { runsTheSite } from "#data/approvals.ts";
import { readRecord } from "#data/archive.ts";
import { type CorrectionRow, listCorrections } from "#data/corrections.ts";
import { getViewer } from "#data/session.ts";
import type { Viewer } from "#data/viewer.ts";
import { decideAction } from "./actions.ts";

export const metadata: Metadata = { title: "Corrections" };

export default async function CorrectionsPage() {
  const viewer = await getViewer();
  if (!runsTheSite(viewer)) notFound();
  const { waiting, decided } = await listCorrections(viewer);
  return (
    <div className="space-y-10">
      <div>
        <PageTitle trail={[{ href: "/admin", name: "Operations" }]}>Corrections of the archive</PageTitle>
        <p className="max-w-[68ch] text-quiet">
          Read the source before you accept. What you decide, your reason and your name are public; the archive&apos;s
          file stays as it is until somebody changes it with the source.
        </p>
      </div>
      <Section id="waiting" title="Waiting">
        {waiting.length === 0 ? (
          <Empty>
            No proposal waits. They are made on the pages of the <Link href="/archive">archive</Link>.
          </Empty>
        ) : (
          <CorrectionList proposals={waiting} heading={heading(viewer)} controls={controls} />
        )}
      </Section>
      <Section id="decided" title="Decided">
        {decided.length === 0 ? (
          <Empty>Nothing so far.</Empty>
        ) : (
          <CorrectionList proposals={decided} heading={heading(viewer)} controls={controls} />
        )}
      </Section>
    </div>
  );
}

const heading = (viewer: Viewer) => (proposal: Proposal) => {
  const { recordId } = proposal as CorrectionRow;
  return (
    <h3>
      <Link href={`/archive/${recordId}`}>{readRecord(viewer, recordId)?.name ?? recordId}</Link>
    </h3>
  );
};

function controls({ id, label, accepted }: Proposal) {
  const choices = [
    { value: "accept", name: "Accept", possible: accepted !== true },
    { value: "decline", name: "Decline", possible: accepted !== false },
  ].filter(({ possible }) => possible);
  return (
    <ActionForm action={decideAction} submit="Decide" quiet className="flex flex-wrap items-end gap-x-4 gap-y-2">
      <input type="hidden" name="id" value={id} />
      <label>
        <span className="label">Decision</span>
        <select name="decision" className="input" required aria-label={`Decision on ${label}`}>
          <option value="">choose</option>
          {choices.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="min-w-0 flex-1 basis-60">
        <span className="label">Reason, for everybody to read</span>
        <input name="reason" className="input w-full" required maxLength={500} />
      </label>
    </ActionForm>
  );
}
