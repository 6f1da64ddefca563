import type { Metadata } from "next";
import { ActionForm } from "#components/forms/action-form.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { verifyAction } from "./actions.ts";

export const metadata: Metadata = { title: "Confirm your address", referrer: "no-referrer" };

type Props = { searchParams: Promise<{ key?: string | string[] }> };

/** A button rather than the link itself confirms: mail scanners follow links, and would use the key up. */
export default async function VerifyPage({ searchParams }: Props) {
  const { key } = await searchParams;
  return (
    <>
      <PageTitle>Confirm your e-mail address</PageTitle>
      <ActionForm action={verifyAction} submit="Confirm it">
        <input type="hidden" name="key" value={String(key ?? "")} />
      </ActionForm>
    </>
  );
}
