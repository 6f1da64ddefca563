"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const tabs = [
  { href: "/settings", name: "Profile" },
  { href: "/settings/tokens", name: "API tokens" },
  { href: "/settings/notices", name: "Notices" },
];

export function SettingsTabs({ unread }: { unread: number }) {
  const here = usePathname();
  return (
    <nav aria-label="Settings" className="mb-8 flex flex-wrap gap-x-6 border-line border-b">
      {tabs.map(({ href, name }) => (
        <Link
          key={href}
          href={href}
          aria-current={here === href ? "page" : undefined}
          className="-mb-px border-transparent border-b-2 pb-2 text-quiet no-underline aria-[current]:border-ink aria-[current]:text-ink"
        >
          {name}
          {href.endsWith("notices") && unread > 0 && ` (${unread} new)`}
        </Link>
      ))}
    </nav>
  );
}
