import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { feedAlternates } from "#components/feed/alternates.ts";
import { Footer } from "#components/site/footer.tsx";
import { Header } from "#components/site/header.tsx";
import { LocalTimes } from "#components/site/local-times.tsx";
import { parseTheme, THEME_COOKIE } from "#components/site/theme.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";

export function generateMetadata(): Metadata {
  return {
    metadataBase: new URL(siteAddress()),
    title: { default: "Gauntlet", template: "%s · Gauntlet" },
    description: "Researchers attack and defend machine-learning classifiers in public.",
    alternates: feedAlternates(),
  };
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fcfbf8" },
    { media: "(prefers-color-scheme: dark)", color: "#111316" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [viewer, jar] = await Promise.all([getViewer(), cookies()]);
  const theme = parseTheme(jar.get(THEME_COOKIE)?.value);
  return (
    // The server knows the reader's choice from a cookie, so that the first paint has the right colours without a script.
    <html lang="en" data-theme={theme === "system" ? undefined : theme}>
      <body className="flex min-h-dvh flex-col">
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:bg-paper focus:p-2"
        >
          Skip to the content
        </a>
        <Header viewer={viewer} theme={theme} />
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[80rem] flex-1 px-4 py-8 outline-none sm:px-6">
          {children}
        </main>
        <Footer />
        <LocalTimes />
      </body>
    </html>
  );
}
