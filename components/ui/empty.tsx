import type { ReactNode } from "react";

/** What an empty list says instead: why it is empty, and what to do next. */
export function Empty({ children }: { children: ReactNode }) {
  return <div className="rounded border border-strong border-dashed px-5 py-6 text-quiet">{children}</div>;
}
