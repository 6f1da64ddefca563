import type { ReactNode } from "react";

const tones = { plain: "border-strong", warning: "border-weakened", bad: "border-broken" };

/** A banner above what it is about. */
export function Note({ tone = "plain", children }: { tone?: keyof typeof tones; children: ReactNode }) {
  return <div className={`border-s-4 bg-raised px-4 py-2.5 ${tones[tone]}`}>{children}</div>;
}
