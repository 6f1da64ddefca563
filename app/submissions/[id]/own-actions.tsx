import { AskingButton } from "#components/forms/asking-button.tsx";
import { SubmitButton } from "#components/forms/submit-button.tsx";
import type { SubmissionRow } from "#data/submissions.ts";
import { chooseAction, withdrawAction } from "./actions.ts";

/** What the author can do with a scored entry: choose it for the ranking, or withdraw it. */
export function OwnActions({ row }: { row: SubmissionRow }) {
  const entry = row.defense ?? row.attack;
  if (!entry || entry.withdrawnAt) return null;
  return (
    <>
      {row.defense && !row.defense.chosen && (
        <form action={chooseAction}>
          <input type="hidden" name="id" value={row.id} />
          <SubmitButton quiet>Rank this one</SubmitButton>
        </form>
      )}
      <form action={withdrawAction}>
        <input type="hidden" name="id" value={row.id} />
        <AskingButton
          name="Withdraw"
          question={
            row.defense
              ? "It leaves the ranking for good. It stays listed, keeps its record, and goes on meeting attacks."
              : "It stays listed as withdrawn, and what it broke stays broken."
          }
        />
      </form>
    </>
  );
}
