"use client";

import { type SubmitEvent, useState } from "react";
import { nextTheme, THEME_COOKIE, type Theme } from "#components/site/theme.ts";

const names: Record<Theme, string> = { system: "Auto", light: "Light", dark: "Dark" };

/** Steps through the system's colours, light and dark. Without JavaScript the form posts to /theme and comes back. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const next = nextTheme(theme);
  const change = (event: SubmitEvent) => {
    event.preventDefault();
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari before 18.4
    document.cookie = `${THEME_COOKIE}=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    setTheme(next);
  };
  return (
    <form action="/theme" method="post" onSubmit={change} className="no-print">
      <button
        name="theme"
        value={next}
        type="submit"
        className="flex min-h-8 cursor-pointer items-center gap-1.5 text-quiet hover:text-ink"
        title={`Colours: ${names[theme]}. Switch to ${names[next]}.`}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
        </svg>
        <span className="sr-only">Colours: </span>
        {names[theme]}
      </button>
    </form>
  );
}
