import type { Metadata } from "next";
import { ActionForm } from "#components/forms/action-form.tsx";
import { Field, TextArea } from "#components/forms/field.tsx";
import { GithubButton } from "#components/forms/github-button.tsx";
import { Note } from "#components/ui/note.tsx";
import { ownProfile } from "#data/accounts.ts";
import { mailWorks } from "#data/mail.ts";
import { requireViewer } from "#data/require-viewer.ts";
import { githubWorks } from "#data/sign-in-options.ts";
import { passwordAction, profileAction, resendAction, signOutEverywhereAction } from "./actions.ts";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const viewer = await requireViewer("/settings");
  const profile = await ownProfile(viewer);
  return (
    <div className="space-y-12">
      {!viewer.verified && <Unverified />}
      <section aria-labelledby="profile" className="space-y-4">
        <h2 id="profile">Profile</h2>
        <ActionForm action={profileAction} submit="Save">
          <Field name="name" label="Name" defaultValue={profile.name} autoComplete="name" required maxLength={80} />
          <Field
            name="affiliation"
            label="Affiliation"
            defaultValue={profile.affiliation}
            autoComplete="organization"
            maxLength={120}
          />
          <Field
            name="website"
            label="Website"
            defaultValue={profile.website}
            type="url"
            placeholder="https://"
            maxLength={500}
          />
          <TextArea
            name="bio"
            label="About you"
            defaultValue={profile.bio}
            maxLength={2000}
            hint="Markdown; public, with the rest."
          />
        </ActionForm>
      </section>
      <section aria-labelledby="password-title" className="space-y-4">
        <h2 id="password-title">{profile.hasPassword ? "Change your password" : "Set a password"}</h2>
        <p className="text-quiet">
          Your e-mail address: <bdi>{profile.email}</bdi>. A new password ends all other sessions.
        </p>
        <ActionForm action={passwordAction} submit="Set the new password">
          {profile.hasPassword && (
            <Field
              name="old"
              label="Present password"
              type="password"
              autoComplete="current-password"
              required
              maxLength={800}
            />
          )}
          <Field
            name="password"
            label="New password"
            type="password"
            autoComplete="new-password"
            hint="At least 10 characters."
            required
            minLength={10}
            maxLength={200}
          />
        </ActionForm>
      </section>
      {githubWorks() && (
        <section aria-labelledby="github" className="space-y-4">
          <h2 id="github">GitHub</h2>
          {profile.github ? <p>Connected.</p> : <GithubButton next="/settings">Connect GitHub</GithubButton>}
        </section>
      )}
      <section aria-labelledby="sessions" className="space-y-4">
        <h2 id="sessions">Sessions</h2>
        <div className="flex flex-wrap gap-3">
          <form action="/sign-out" method="post">
            <button type="submit" className="button">
              Sign out
            </button>
          </form>
          <form action={signOutEverywhereAction}>
            <button type="submit" className="button">
              Sign out everywhere
            </button>
          </form>
        </div>
      </section>
    </div>
  );
}

function Unverified() {
  if (!mailWorks())
    return <Note tone="warning">Your defenses are listed but not ranked until an organizer has approved you.</Note>;
  return (
    <Note tone="warning">
      <p className="mb-3">Your e-mail address is not confirmed, so your defenses are listed but not ranked.</p>
      <ActionForm action={resendAction} submit="Send the link again" quiet />
    </Note>
  );
}
