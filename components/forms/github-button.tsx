"use client";

import { signIn } from "next-auth/react";
import type { ReactNode } from "react";

/** Leaves for GitHub, and comes back to `next`. */
export function GithubButton({ next, children }: { next: string; children: ReactNode }) {
  return (
    <button type="button" className="button" onClick={() => signIn("github", { callbackUrl: next })}>
      {children}
    </button>
  );
}
