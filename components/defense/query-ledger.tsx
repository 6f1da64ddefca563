import { count, countOf } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";
import type { QueryAccess } from "#contest/query.ts";

interface Props {
  defenseId: string;
  ledger: {
    access: QueryAccess;
    people: number;
    total: number;
    rows: { handle: string; name: string; spent: number; attackRows: number; lastAt: Date }[];
    next: string | null;
  };
}

/** Who has asked the defense how much: its address and budget, then those who asked most. */
export function QueryLedger({ defenseId, ledger }: Props) {
  const { access, people, total, rows, next } = ledger;
  const path = `/api/v1/defenses/${defenseId}/queries`;
  return (
    <>
      <p className="max-w-[60ch]">
        The model stays closed and answers with {access.answers}: <code>POST {path}</code>, {count(access.budget)}{" "}
        inputs a person, rows of attacks included.{" "}
        {people === 0
          ? "Nobody has asked it yet."
          : `${countOf(people, "person has", "people have")} had ${countOf(total, "input")} answered.`}
      </p>
      {rows.length > 0 && (
        <Scroller label="Who has asked it">
          <table className="table w-auto!">
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">Spent</th>
                <th scope="col">Rows of attacks</th>
                <th scope="col">Last</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ handle, name, spent, attackRows, lastAt }) => (
                <tr key={handle}>
                  <td>
                    <PersonLink person={{ handle, name }} />
                  </td>
                  <td className="num">{count(spent)}</td>
                  <td className="num">{count(attackRows)}</td>
                  <td>
                    <Time at={lastAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
      {next !== null && (
        <p>
          <a href={path}>The whole ledger</a> as JSON.
        </p>
      )}
    </>
  );
}
