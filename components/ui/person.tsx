import Link from "next/link";

/** A person's name as a link to their page; names may be written in any direction. */
export function PersonLink({ person, house = false }: { person: { handle: string; name: string }; house?: boolean }) {
  return (
    <Link href={`/people/${person.handle}`} prefetch={false} className="text-inherit">
      <bdi>{person.name}</bdi>
      {house && <span className="text-quiet"> (house)</span>}
    </Link>
  );
}
