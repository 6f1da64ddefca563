import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Field } from "#components/forms/field.tsx";
import { GithubButton } from "#components/forms/github-button.tsx";
import { Note } from "#components/ui/note.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { localPath } from "#data/local-path.ts";
import { mailWorks } from "#data/mail.ts";
import { getViewer } from "#data/session.ts";
import { githubWorks } from "#data/sign-in-options.ts";
import { signInAction } from "./actions.ts";

export const metadata: Metadata = { title: "Sign in" };

const notes: Record<string, string> = {
  made: "If the address had no account yet, it has one now. Sign in with your password.",
  reset: "The new password is set, and every other session has ended. Sign in with it.",
  verified: "Your e-mail address is confirmed.",
};

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: Props) {
  const { next, note, error } = await searchParams;
  const target = localPath(String(next ?? "/"));
  if (await getViewer()) redirect(target);
  return (
    <>
      <PageTitle>Sign in</PageTitle>
      <div className="max-w-[28rem] space-y-6">
        {notes[String(note)] && <Note>{notes[String(note)]}</Note>}
        {error && (
          <Note tone="bad">
            GitHub did not sign you in. Your GitHub account needs a verified primary e-mail address, and one that has no
            account here; if it has, sign in with your password and connect GitHub under Settings.
          </Note>
        )}
        <ActionForm action={signInAction} submit="Sign in">
          <input type="hidden" name="next" value={target} />
          <Field name="email" label="E-mail" type="email" autoComplete="username" required maxLength={254} />
          <Field
            name="password"
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={800}
          />
        </ActionForm>
        {githubWorks() && <GithubButton next={target}>Sign in with GitHub</GithubButton>}
        <p>
          No account? <Link href="/sign-up">Sign up</Link>.{" "}
          {mailWorks() ? (
            <Link href="/sign-in/forgot">Forgot your password?</Link>
          ) : (
            "Forgot your password? This installation sends no mail; ask an organizer for a new one."
          )}
        </p>
      </div>
    </>
  );
}
