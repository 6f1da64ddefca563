import "server-only";
import { attackView, readAttacks } from "#data/attack-board.ts";
import { readAttackers } from "#data/attacker-board.ts";
import { type Format, tableRoute } from "#data/table-export.ts";

/** The GET handler of the attack board's exports: `?view=` says which of its two tables, as on the page. */
export function attackBoardRoute(format: Format): ReturnType<typeof tableRoute> {
  const people = tableRoute(format, readAttackers);
  const attacks = tableRoute(format, readAttacks);
  return (request, context) => {
    const view = attackView(Object.fromEntries(new URL(request.url).searchParams));
    return view === "people" ? people(request, context) : attacks(request, context);
  };
}
