import NextAuth from "next-auth";
import { signInOptions } from "#data/sign-in-options.ts";

const handler = NextAuth(signInOptions());

export { handler as GET, handler as POST };
