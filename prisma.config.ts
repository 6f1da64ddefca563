import { defineConfig } from "prisma/config";
import { env } from "#env.ts";

/** For Prisma's own command line; `npm start` and `npm run migrate` do without it. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  ...(env.DATABASE_URL === undefined ? {} : { datasource: { url: env.DATABASE_URL } }),
});
