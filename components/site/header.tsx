import Link from "next/link";
import { Mark } from "#components/site/mark.tsx";
import { SiteSearch } from "#components/site/site-search.tsx";
import type { Theme } from "#components/site/theme.ts";
import { ThemeSwitch } from "#components/site/theme-switch.tsx";

/** What the header needs to know of the person who is signed in. */
export interface HeaderViewer {
  handle: string;
  name: string;
  role: "member" | "organizer" | "admin";
}

const quiet = "text-quiet no-underline hover:text-ink hover:underline";

export function Header({ viewer, theme }: { viewer: HeaderViewer | null; theme: Theme }) {
  return (
    <header className="border-line border-b">
      <div className="mx-auto flex max-w-[80rem] flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
        <Link href="/" className="flex items-center gap-2 font-semibold text-ink tracking-tight no-underline">
          <Mark />
          Gauntlet
        </Link>
        <nav aria-label="Site" className="no-print flex flex-wrap items-center gap-x-5">
          <Link href="/challenges" className={quiet}>
            Challenges
          </Link>
          <Link href="/archive" className={quiet}>
            Archive
          </Link>
          <Link href="/lessons" className={quiet}>
            Lessons
          </Link>
          {viewer && (
            <Link href="/submissions" className={quiet}>
              My submissions
            </Link>
          )}
          {viewer?.role === "admin" && (
            <Link href="/admin" className={quiet}>
              Admin
            </Link>
          )}
        </nav>
        <div className="ms-auto flex flex-wrap items-center gap-x-5 gap-y-1">
          <SiteSearch />
          <ThemeSwitch initial={theme} />
          <Account viewer={viewer} />
        </div>
      </div>
    </header>
  );
}

function Account({ viewer }: { viewer: HeaderViewer | null }) {
  if (!viewer)
    return (
      <Link href="/sign-in" className={`no-print ${quiet}`}>
        Sign in
      </Link>
    );
  return (
    <nav aria-label="Account" className="no-print flex flex-wrap items-center gap-x-5">
      <Link href={`/people/${viewer.handle}`} className={`max-w-40 truncate ${quiet}`}>
        <bdi>{viewer.name}</bdi>
      </Link>
      <Link href="/settings" className={quiet}>
        Settings
      </Link>
    </nav>
  );
}
