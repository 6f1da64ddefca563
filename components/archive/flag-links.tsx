import Link from "next/link";
import { FLAG_RULES } from "#contest/flag-rules.ts";
import type { FlagId } from "#contest/flags.ts";

/** Red flags by their titles, each where it is described. */
export function FlagLinks({ flags }: { flags: readonly FlagId[] }) {
  return flags.map((id, at) => (
    <span key={id}>
      {at > 0 && ", "}
      <Link href={`/flags#${id}`} prefetch={false}>
        {FLAG_RULES[id].title}
      </Link>
    </span>
  ));
}
