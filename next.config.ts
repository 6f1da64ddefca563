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
const tableAddresses = ["defenses", "attacks", "people", "breaks"].map((kind) => ({
  source: `/${kind}/:id([\\w-]+).:format(json|csv)`,
  destination: `/${kind}/:id/table/:format`,
}));

/** What one of the house's own attacks did on a challenge. */
const houseAddresses = [
  {
    source: "/challenges/:slug/attacks/:attack([a-z-]+).:format(json|csv)",
    destination: "/challenges/:slug/attacks/:attack/table/:format",
  },
];

/** The archive's: /archive, its parts, a record (also as BibTeX), a reporting paper, whose id has dots. */
const archiveAddresses = [
  { source: "/archive.:format(json|csv)", destination: "/archive/table/:format" },
  { source: "/archive/papers/:id([\\w.-]+).:format(json|csv)", destination: "/archive/papers/:id/table/:format" },
  { source: "/archive/:id([\\w-]+).:format(json|csv|bib)", destination: "/archive/:id/table/:format" },
];

/** The table of all breaks, whose address ends with no id. */
const breakAddresses = [{ source: "/breaks.:format(json|csv)", destination: "/breaks/table/:format" }];

/** How to cite something: two formats at the address of the page. */
const citeAddresses = [
  {
    source: "/:kind(defenses|attacks|breaks)/:id([\\w-]+)/cite.:format(bib|cff)",
    destination: "/:kind/:id/cite/:format",
  },
  {
    source: "/challenges/:slug/defenses/cite.:format(bib|cff)",
    destination: "/challenges/:slug/defenses/cite/:format",
  },
];

const config: NextConfig = {
  poweredByHeader: false,
  // No page needs the optimizer, and its decoders have been a way in.
  images: { unoptimized: true },
  // `npm test` checks all types, with the same compiler.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    ...["@prisma/client", "@prisma/adapter-pg", "pg", "pg-boss"],
    ...["@aws-sdk/client-s3", "@aws-sdk/s3-request-presigner"],
    ...["@node-rs/argon2", "nodemailer", "pino", "prom-client"],
  ],
  headers: async () => [
    { source: "/:path*", headers: securityHeaders },
    // Badges and previews are made to stand on other people's pages. Of two headers with one name the later one holds.
    {
      source: "/:kind(challenges|defenses|people|breaks)/:id/:picture(badge.svg|preview.png)",
      headers: [{ key: "Cross-Origin-Resource-Policy", value: "cross-origin" }],
    },
  ],
  rewrites: async () => ({
    beforeFiles: [...tableAddresses, ...houseAddresses, ...breakAddresses, ...citeAddresses, ...archiveAddresses],
    afterFiles: [],
    fallback: [],
  }),
};

export default config;
