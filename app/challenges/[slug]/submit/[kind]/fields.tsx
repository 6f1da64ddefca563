import { Field, TextArea } from "#components/forms/field.tsx";
import { SelectField } from "#components/forms/select-field.tsx";

const DESCRIPTION = "Markdown. What is it, how was it made, what should attackers know?";

/** A defense's fields: contest/submission.ts, DefenseForm. */
export function DefenseFields({ categories }: { categories: readonly string[] }) {
  return (
    <>
      <Field name="name" label="Name" required maxLength={80} />
      <Field
        name="claim"
        label="Claim"
        type="number"
        min={0}
        max={1}
        step="any"
        inputMode="decimal"
        required
        hint="The robust accuracy that you claim under this threat model, as a fraction: 0.85 means 85 %."
      />
      <Field name="licence" label="Licence" required maxLength={100} hint="Of the model, such as MIT or CC-BY-4.0." />
      <SelectField
        name="category"
        label="Kind (optional)"
        defaultValue=""
        options={[
          { value: "", name: "of none of these, or not said" },
          ...categories.map((category) => ({ value: category, name: category })),
        ]}
        hint={
          <>
            As in the archive: your defense then counts in what is told about its kind in the{" "}
            <a href="/lessons">lessons</a>, which say how others like it broke.
          </>
        }
      />
      <Links />
      <TextArea name="description" label="Description (optional)" maxLength={20_000} hint={DESCRIPTION} />
    </>
  );
}

/** An attack's fields: contest/submission.ts, AttackForm. */
export function AttackFields({ target }: { target: string }) {
  return (
    <>
      <Field name="name" label="Name" required maxLength={80} />
      <Field
        name="target"
        label="Made for (optional)"
        maxLength={40}
        defaultValue={target}
        hint="The id of the defense that it was made for. It is measured against all of them."
      />
      <Field
        name="queries"
        label="Queries per point (optional)"
        type="number"
        min={0}
        step={1}
        inputMode="numeric"
        hint="Breaks ties in the ranking: fewer is better, unstated comes last."
      />
      <Links />
      <TextArea name="description" label="Description (optional)" maxLength={20_000} hint={DESCRIPTION} />
    </>
  );
}

function Links() {
  return (
    <>
      <Field name="paper" label="Paper (optional)" type="url" maxLength={500} placeholder="https://" />
      <Field name="code" label="Code (optional)" type="url" maxLength={500} placeholder="https://" />
    </>
  );
}
