import Link from "next/link";
import type { ReactNode } from "react";

/** The top of a page: where it lies, its name, and what can be done there. */
export function PageTitle(props: {
  trail?: { href: string; name: string }[];
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="mb-6 flex flex-wrap items-end gap-x-6 gap-y-3">
      <div className="min-w-0 grow basis-64">
        {props.trail && (
          <nav aria-label="Where this is" className="mb-1 flex flex-wrap gap-x-2 text-[0.875rem] text-quiet">
            {props.trail.map(({ href, name }) => (
              <span key={href} className="flex gap-x-2">
                <Link href={href} className="text-inherit">
                  <bdi>{name}</bdi>
                </Link>
                <span aria-hidden="true">/</span>
              </span>
            ))}
          </nav>
        )}
        <h1 className="break-words">
          <bdi>{props.children}</bdi>
        </h1>
      </div>
      {props.actions && <div className="no-print flex flex-wrap gap-2">{props.actions}</div>}
    </div>
  );
}
