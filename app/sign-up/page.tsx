import type { Metadata } from "next";
import Link from "next/link";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Field } from "#components/forms/field.tsx";
import { GithubButton } from "#components/forms/github-button.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { mailWorks } from "#data/mail.ts";
import { githubWorks } from "#data/sign-in-options.ts";
import { signUpAction } from "./actions.ts";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUpPage() {
  return (
    <>
      <PageTitle>Sign up</PageTitle>
      <div className="max-w-[28rem] space-y-6">
        <p className="text-quiet">
          Anyone may submit at once.{" "}
          {mailWorks() ? "Until you confirm your e-mail address" : "Until an organizer has approved you"}, your defenses
          are listed but not ranked.
        </p>
        <ActionForm action={signUpAction} submit="Sign up">
          <Field
            name="name"
            label="Name"
            hint="Public, beside everything that you submit."
            autoComplete="name"
            required
            maxLength={80}
          />
          <Field
            name="email"
            label="E-mail"
            hint="Never shown."
            type="email"
            autoComplete="username"
            required
            maxLength={254}
          />
          <Field
            name="password"
            label="Password"
            hint="At least 10 characters."
            type="password"
            autoComplete="new-password"
            required
            minLength={10}
            maxLength={200}
          />
        </ActionForm>
        {githubWorks() && <GithubButton next="/">Sign up with GitHub</GithubButton>}
        <p>
          You have an account? <Link href="/sign-in">Sign in</Link>.
        </p>
      </div>
    </>
  );
}
