"use client";

import { type ReactNode, useActionState } from "react";
import { CopyOnce } from "#components/forms/copy-once.tsx";
import { FormContext, type FormState, NOT_SENT } from "#components/forms/form-state.ts";
import { ProblemList } from "#components/forms/problem-list.tsx";
import { SubmitButton } from "#components/forms/submit-button.tsx";
import { Note } from "#components/ui/note.tsx";

interface Props {
  action: (previous: FormState, form: FormData) => Promise<FormState>;
  /** What the button says. */
  submit: string;
  quiet?: boolean;
  children?: ReactNode;
  className?: string;
}

/** A form around a server action. It works without JavaScript too; the page then comes back with the same answers. */
export function ActionForm({ action, submit, quiet = false, children, className = "max-w-[32rem] space-y-4" }: Props) {
  const [state, send] = useActionState(action, NOT_SENT);
  return (
    <FormContext value={state}>
      <form action={send} className={className}>
        <ProblemList problems={state.problems} />
        {state.done && (
          <div role="status">
            <Note>{state.done}</Note>
          </div>
        )}
        {state.secret && <CopyOnce text={state.secret} />}
        {children}
        <SubmitButton quiet={quiet}>{submit}</SubmitButton>
      </form>
    </FormContext>
  );
}
