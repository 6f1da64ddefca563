import type { ReactNode } from "react";

/** A region that scrolls sideways where its content is wider than the screen; `label` says what is in it. */
export function Scroller({
  label,
  className = "",
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={`scroller ${className}`.trim()} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
