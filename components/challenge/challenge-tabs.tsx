"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

/** The parts of a challenge; the current one is underlined and says so to a screen reader. */
export function ChallengeTabs({ slug }: { slug: string }) {
  const path = usePathname();
  const root = `/challenges/${slug}`;
  const tabs = [
    { href: root, name: "About" },
    { href: `${root}/defenses`, name: "Defenses" },
    { href: `${root}/attacks`, name: "Attacks" },
    { href: `${root}/matrix`, name: "Matrix" },
    { href: `${root}/history`, name: "History" },
  ];
  return (
    <nav
      aria-label="Parts of the challenge"
      className="no-print mb-8 flex gap-x-6 overflow-x-auto border-line border-b"
    >
      {tabs.map(({ href, name }) => (
        <Link
          key={href}
          href={href}
          aria-current={path === href ? "page" : undefined}
          className="-mb-px border-transparent border-b-2 py-2 text-quiet no-underline hover:text-ink aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
