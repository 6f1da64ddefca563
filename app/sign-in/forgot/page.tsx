import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Field } from "#components/forms/field.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { mailWorks } from "#data/mail.ts";
import { requestResetAction } from "./actions.ts";

export const metadata: Metadata = { title: "A new password" };

export default function ForgotPage() {
  if (!mailWorks()) notFound();
  return (
    <>
      <PageTitle trail={[{ href: "/sign-in", name: "Sign in" }]}>A new password</PageTitle>
      <ActionForm action={requestResetAction} submit="Send me a link">
        <Field name="email" label="E-mail" type="email" autoComplete="username" required maxLength={254} />
      </ActionForm>
    </>
  );
}
