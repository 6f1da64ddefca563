import type { Metadata } from "next";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Field } from "#components/forms/field.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { resetAction } from "./actions.ts";

// The key in the address must not reach another site.
export const metadata: Metadata = { title: "Set a new password", referrer: "no-referrer" };

type Props = { searchParams: Promise<{ key?: string | string[] }> };

export default async function ResetPage({ searchParams }: Props) {
  const { key } = await searchParams;
  return (
    <>
      <PageTitle trail={[{ href: "/sign-in", name: "Sign in" }]}>Set a new password</PageTitle>
      <ActionForm action={resetAction} submit="Set it">
        <input type="hidden" name="key" value={String(key ?? "")} />
        <Field
          name="password"
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters. All sessions and API tokens of the account end."
          required
          minLength={10}
          maxLength={200}
        />
      </ActionForm>
    </>
  );
}
