import type { NextConfig } from "next";

/** Headers of every answer. The Content-Security-Policy of pages carries a nonce and is set in proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
  // Browsers ignore it on http, so it costs nothing where nobody has a certificate.
  { key: "Strict-Transport-Security", value: "max-age=31536000" },
];

/** Tables have their page's own address with `.json` or `.csv` at the end; a dynamic segment cannot end so by itself. */
const tableAddresses = ["defenses", "attacks", "people"].map((kind) => ({
  source: `/${kind}/:id([\\w-]+).:format(json|csv)`,
  destination: `/${kind}/:id/table/:format`,
}));

/** The archive's: /archive, its parts, a record (also as BibTeX), a reporting paper, whose id has dots. */
const archiveAddresses = [
  { source: "/archive.:format(json|csv)", destination: "/archive/table/:format" },
  { source: "/archive/papers/:id([\\w.-]+).:format(json|csv)", destination: "/archive/papers/:id/table/:format" },
  { source: "/archive/:id([\\w-]+).:format(json|csv|bib)", destination: "/archive/:id/table/:format" },
];

const config: NextConfig = {
  poweredByHeader: false,
  // No page needs the optimizer, and its decoders have been a way in.
  images: { unoptimized: true },
  // `npm test` checks all types, with the same compiler.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    ...["@prisma/client", "@prisma/adapter-pg", "pg", "pg-boss"],
    ...["@node-rs/argon2", "nodemailer", "pino", "prom-client"],
  ],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
  rewrites: async () => ({ beforeFiles: [...tableAddresses, ...archiveAddresses], afterFiles: [], fallback: [] }),
};

export default config;
