import Link from "next/link";
import { AskingButton } from "#components/forms/asking-button.tsx";
import { SubmitButton } from "#components/forms/submit-button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { countOf } from "#components/ui/numbers.ts";
import { Time } from "#components/ui/time.tsx";
import type { PersonRow } from "#data/approvals.ts";
import { approveAction, roleAction, suspendAction } from "./actions.ts";

interface Props {
  rows: PersonRow[];
  show: "waiting" | "all";
  search: string;
  admin: boolean;
}

/** People who wait for approval, or all of them; admins also give roles and suspend. */
export function People({ rows, show, search, admin }: Props) {
  return (
    <section aria-labelledby="people" className="space-y-3">
      <h2 id="people">{show === "waiting" ? "People who wait for approval" : "People"}</h2>
      <form className="flex flex-wrap items-end gap-3">
        <div>
          <label className="label" htmlFor="q">
            Name, handle or e-mail
          </label>
          <input id="q" name="q" className="input" defaultValue={search} maxLength={80} />
        </div>
        <button type="submit" className="button">
          Find
        </button>
        <Link href={show === "waiting" ? "/admin?people=all" : "/admin"}>
          {show === "waiting" ? "All people" : "Those who wait"}
        </Link>
      </form>
      {rows.length === 0 ? (
        <Empty>{show === "waiting" ? "Nobody waits." : "Nobody is called that."}</Empty>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {rows.map((row) => (
            <li key={row.id} className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3">
              <Link href={`/people/${row.handle}`}>{row.name}</Link>
              <bdi className="break-all text-quiet">{row.email}</bdi>
              <span className="text-[0.875rem] text-quiet">
                {[row.role, row.suspended && "suspended", !row.verified && "not approved"].filter(Boolean).join(", ")};{" "}
                {countOf(row.submissions, "submission")}; since <Time at={row.createdAt} dateOnly />
              </span>
              <span className="ms-auto flex flex-wrap gap-2">
                <Controls row={row} admin={admin} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Controls({ row, admin }: { row: PersonRow; admin: boolean }) {
  const id = <input type="hidden" name="id" value={row.id} />;
  return (
    <>
      {!row.verified && (
        <form action={approveAction}>
          {id}
          <SubmitButton quiet>Approve</SubmitButton>
        </form>
      )}
      {admin && (
        <form action={roleAction} className="flex gap-2">
          {id}
          <select name="role" defaultValue={row.role} className="input" aria-label={`Role of ${row.name}`}>
            <option>member</option>
            <option>organizer</option>
            <option>admin</option>
          </select>
          <SubmitButton quiet>Give role</SubmitButton>
        </form>
      )}
      {admin && (
        <form action={suspendAction}>
          {id}
          <input type="hidden" name="suspended" value={row.suspended ? "no" : "yes"} />
          {row.suspended ? (
            <SubmitButton quiet>Let in again</SubmitButton>
          ) : (
            <AskingButton name="Suspend" question="Their sessions and API tokens stop working at once." />
          )}
        </form>
      )}
    </>
  );
}
