import Link from "next/link";

const TABS = [
  { href: "/archive", name: "Defenses" },
  { href: "/archive/results", name: "Later results" },
  { href: "/archive/figures", name: "How long they last" },
  { href: "/archive/papers", name: "Who broke them" },
];

/** The parts of the archive. */
export function ArchiveTabs({ here }: { here: string }) {
  return (
    <nav
      aria-label="Parts of the archive"
      className="no-print flex flex-wrap gap-x-6 gap-y-1 border-line border-b pb-2"
    >
      {TABS.map(({ href, name }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === here ? "page" : undefined}
          className={href === here ? "font-medium text-ink no-underline" : "text-quiet no-underline hover:underline"}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
