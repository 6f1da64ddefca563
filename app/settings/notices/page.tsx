import type { Metadata } from "next";
import Link from "next/link";
import { SubmitButton } from "#components/forms/submit-button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Time } from "#components/ui/time.tsx";
import { localPath } from "#data/local-path.ts";
import { noticesOf } from "#data/notices.ts";
import { requireViewer } from "#data/require-viewer.ts";
import { readAllAction } from "./actions.ts";

export const metadata: Metadata = { title: "Notices" };

export default async function NoticesPage() {
  const notices = await noticesOf(await requireViewer("/settings/notices"));
  if (notices.length === 0) return <Empty>Nothing yet. When one of your defenses breaks, it says so here.</Empty>;
  return (
    <div className="max-w-[48rem] space-y-4">
      <ul className="divide-y divide-line border-line border-y">
        {notices.map(({ id, text, href, at, read }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 py-3">
            {!read && <span className="font-medium text-accent">new</span>}
            <Link href={localPath(href)} className={read ? "" : "font-medium"}>
              {text}
            </Link>
            <span className="ms-auto text-[0.875rem] text-quiet">
              <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
      {notices.some(({ read }) => !read) && (
        <form action={readAllAction}>
          <SubmitButton quiet>Mark all as read</SubmitButton>
        </form>
      )}
    </div>
  );
}
