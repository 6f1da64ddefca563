import type { Metadata } from "next";
import { ActionForm } from "#components/forms/action-form.tsx";
import { AskingButton } from "#components/forms/asking-button.tsx";
import { Field } from "#components/forms/field.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Time } from "#components/ui/time.tsx";
import { requireViewer } from "#data/require-viewer.ts";
import { listTokens, type TokenRow } from "#data/tokens.ts";
import { createTokenAction, revokeTokenAction } from "./actions.ts";

export const metadata: Metadata = { title: "API tokens" };

export default async function TokensPage() {
  const tokens = await listTokens(await requireViewer("/settings/tokens"));
  return (
    <div className="space-y-10">
      <section aria-labelledby="new" className="space-y-4">
        <h2 id="new">A new token</h2>
        <p className="max-w-[40rem] text-quiet">
          A program sends it as <code>Authorization: Bearer gtl_…</code>. It is shown once, when it is made, and kept
          only as a hash.
        </p>
        <ActionForm action={createTokenAction} submit="Make the token">
          <Field name="name" label="Name" hint="What it is for." required maxLength={80} />
          <fieldset className="space-y-1">
            <legend className="font-medium text-[0.875rem]">It may</legend>
            <label className="flex items-center gap-2">
              <input type="checkbox" name="scopes" value="read" defaultChecked /> read what you may see
            </label>
            <label className="flex items-center gap-2">
              <input type="checkbox" name="scopes" value="submit" defaultChecked /> submit in your name
            </label>
          </fieldset>
          <Field
            name="days"
            label="Days until it expires"
            type="number"
            min={1}
            max={730}
            defaultValue={90}
            hint="Empty for never."
          />
        </ActionForm>
      </section>
      <section aria-labelledby="tokens" className="space-y-4">
        <h2 id="tokens">Your tokens</h2>
        {tokens.length === 0 ? <Empty>You have none.</Empty> : <Tokens tokens={tokens} />}
      </section>
    </div>
  );
}

function Tokens({ tokens }: { tokens: TokenRow[] }) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {tokens.map(({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-x-6 gap-y-1 py-3">
          <span className="font-medium">{name}</span>
          <code>{prefix}…</code>
          <span className="text-[0.875rem] text-quiet">
            {scopes.join(", ")}; made <Time at={createdAt} dateOnly />;{" "}
            {expiresAt ? (
              <>
                expires <Time at={expiresAt} dateOnly />
              </>
            ) : (
              "never expires"
            )}
            ;{" "}
            {lastUsedAt ? (
              <>
                last used <Time at={lastUsedAt} />
              </>
            ) : (
              "not used yet"
            )}
          </span>
          <form action={revokeTokenAction} className="ms-auto">
            <input type="hidden" name="id" value={id} />
            <AskingButton name="Revoke" question="Programs that use it stop working at once." />
          </form>
        </li>
      ))}
    </ul>
  );
}
