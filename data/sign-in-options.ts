import "server-only";
import type { AuthOptions } from "next-auth";
import GitHub from "next-auth/providers/github";
import { emailAddress } from "#data/email-address.ts";
import { makePerson } from "#data/people.ts";
import { getViewer, SESSION_COOKIE, SESSION_COOKIE_OPTIONS, SESSION_SECONDS } from "#data/session.ts";
import { env } from "#env.ts";
import { database } from "#store/database.ts";
import type { Person } from "#store/generated/client.ts";

/** Whether people can sign in with GitHub here. */
export function githubWorks(): boolean {
  return env.GITHUB_ID !== undefined;
}

const github = () =>
  GitHub({
    clientId: env.GITHUB_ID!,
    clientSecret: env.GITHUB_SECRET!,
    // The package takes the first address even where GitHub has not verified it; only a primary, verified one counts.
    userinfo: {
      async request({ client, tokens }) {
        const profile = await client.userinfo(tokens.access_token!);
        const answer = await fetch("https://api.github.com/user/emails", {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        });
        const emails: unknown = answer.ok ? await answer.json() : [];
        const list = Array.isArray(emails) ? (emails as { email: string; primary: boolean; verified: boolean }[]) : [];
        return { ...profile, email: list.find((entry) => entry.primary && entry.verified)?.email };
      },
    },
  });

/**
 * next-auth for GitHub. Passwords do not pass through it (data/accounts.ts checks them, so that forms work without
 * JavaScript); both ways end in the same encrypted session cookie, data/session.ts.
 */
export function signInOptions(): AuthOptions {
  return {
    secret: env.NEXTAUTH_SECRET,
    providers: githubWorks() ? [github()] : [],
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    cookies: { sessionToken: { name: SESSION_COOKIE, options: SESSION_COOKIE_OPTIONS } },
    pages: { signIn: "/sign-in", signOut: "/settings", error: "/sign-in" },
    callbacks: {
      async signIn({ account, user }) {
        if (account?.provider !== "github") return false;
        const person = await personOfGithub(account.providerAccountId, user);
        if (!person || person.suspendedAt) return "/sign-in?error=github";
        return true;
      },
      async jwt({ token, account }) {
        if (account?.provider !== "github") return token;
        const person = await database().person.findUniqueOrThrow({ where: { githubId: account.providerAccountId } });
        return { sub: person.id, version: person.sessionVersion };
      },
    },
  };
}

/**
 * The person with this GitHub account: known, or the one who is signed in now and links it, or a new one. Never one who
 * merely has the same e-mail address: whoever controls it there need not be who signed up here.
 */
async function personOfGithub(
  githubId: string,
  user: { name?: string | null; email?: string | null },
): Promise<Person | null> {
  const db = database();
  const known = await db.person.findUnique({ where: { githubId } });
  if (known) return known;
  const viewer = await getViewer();
  if (viewer) return db.person.update({ where: { id: viewer.id }, data: { githubId } });
  const email = emailAddress(user.email ?? "");
  if (!email) return null;
  const name =
    (user.name ?? email.split("@")[0]!)
      .replaceAll(/\p{Cc}/gu, " ")
      .trim()
      .slice(0, 80) || "Researcher";
  return makePerson(db, { email, name, githubId, emailVerifiedAt: new Date() });
}
