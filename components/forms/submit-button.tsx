"use client";

import type { ReactNode } from "react";
import { useFormStatus } from "react-dom";

/** Sends the form around it, once at a time. */
export function SubmitButton({ quiet = false, children }: { quiet?: boolean; children: ReactNode }) {
  const { pending } = useFormStatus();
  return (
    <button type="submit" className={`button ${quiet ? "" : "button-primary"}`} disabled={pending} aria-busy={pending}>
      {children}
    </button>
  );
}
