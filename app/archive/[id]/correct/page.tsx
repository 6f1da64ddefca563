import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CorrectionList } from "#components/correction/correction-list.tsx";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Field, TextArea } from "#components/forms/field.tsx";
import { SelectField } from "#components/forms/select-field.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { correctablesOf, readRecord } from "#data/archive.ts";
import { ownCorrections } from "#data/corrections.ts";
import { requireViewer } from "#data/require-viewer.ts";
import type { Given } from "#data/table.ts";
import { proposeAction } from "./actions.ts";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Propose a correction" };

export default async function CorrectPage({ params, searchParams }: Props) {
  const [{ id }, given] = await Promise.all([params, searchParams]);
  const viewer = await requireViewer(`/archive/${id.slice(0, 60)}/correct`);
  const record = readRecord(viewer, id);
  if (!record) notFound();
  const parts = correctablesOf(viewer, record);
  const own = await ownCorrections(viewer, id);
  const asked = [given.field].flat()[0];
  return (
    <div className="space-y-10">
      <div>
        <PageTitle
          trail={[
            { href: "/archive", name: "Archive" },
            { href: `/archive/${id}`, name: record.name },
          ]}
        >
          Propose a correction
        </PageTitle>
        <p className="max-w-[68ch] text-quiet">
          Every figure of the archive was read in a source, so a correction needs one. Those who run the site look at
          it; what they accept is shown on the record beside what stood there, with your name, the source and the date.
        </p>
      </div>
      <ActionForm action={proposeAction} submit="Propose" className="max-w-[44rem] space-y-4">
        <input type="hidden" name="record" value={id} />
        <SelectField
          name="field"
          label="What is wrong"
          defaultValue={parts.some(({ value }) => value === asked) ? asked! : "claim"}
          options={parts.map(({ value, label, says }) => ({
            value,
            name: says === "" ? label : `${label}: ${cut(says)}`,
          }))}
        />
        <TextArea
          name="says"
          label="What it should say"
          rows={2}
          maxLength={1000}
          required
          hint="On one line. For a missing result: who, when, by which technique, and what it left."
        />
        <Field
          name="source"
          label="Source"
          maxLength={500}
          required
          placeholder="https://… or 2003.01690"
          hint="A link, or an arXiv id, where it can be read."
        />
        <Field name="note" label="Why, and where in the source (table, page)" maxLength={1000} />
      </ActionForm>
      <Section id="own" title="What you have proposed on this record">
        {own.length === 0 ? <Empty>Nothing yet.</Empty> : <CorrectionList proposals={own} />}
      </Section>
    </div>
  );
}

const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
