import type { NextConfig } from "next";

/** Tables have their page's own address with `.json` or `.csv` at the end; a dynamic segment cannot end so by itself. */
const tableAddresses = ["defenses", "attacks", "people"].map((kind) => ({
  source: `/${kind}/:id([\\w-]+).:format(json|csv)`,
  destination: `/${kind}/:id/table/:format`,
}));

const config: NextConfig = {
  poweredByHeader: false,
  serverExternalPackages: ["@node-rs/argon2", "pg", "pg-boss", "pino", "nodemailer", "prom-client"],
  rewrites: async () => ({ beforeFiles: tableAddresses, afterFiles: [], fallback: [] }),
};

export default config;
