import type { ReactNode } from "react";
import { SubmitButton } from "#components/forms/submit-button.tsx";

/** A button that asks before it sends the form around it: the first press unfolds the question, the second acts. */
export function AskingButton({ name, question }: { name: string; question: ReactNode }) {
  return (
    <details className="inline-block text-start">
      <summary className="button list-none">{name}</summary>
      <div className="mt-2 flex max-w-md flex-wrap items-center gap-3 text-[0.875rem]">
        <span>{question}</span>
        <SubmitButton>Yes, {name.toLowerCase()}</SubmitButton>
      </div>
    </details>
  );
}
