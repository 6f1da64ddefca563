import Link from "next/link";
import type { BreakFacts } from "#components/break/facts.ts";
import { PersonLink } from "#components/ui/person.tsx";

/** What broke the defense, as links. */
export function Breaker({ name, attack }: BreakFacts["by"]) {
  if (attack === null) return <>{name} (house)</>;
  return (
    <>
      <Link href={`/attacks/${attack.id}`} prefetch={false}>
        <bdi>{name}</bdi>
      </Link>{" "}
      by <PersonLink person={attack.author} />
    </>
  );
}
