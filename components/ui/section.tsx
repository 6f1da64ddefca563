import type { ReactNode } from "react";

/** A titled part of a page that an address can point at. */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="min-w-0 space-y-4">
      <h2 id={id} className="scroll-mt-4">
        {title}
      </h2>
      {children}
    </section>
  );
}
