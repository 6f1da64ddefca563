"use client";

import { useEffect, useRef } from "react";

/** Where a "/" is typed and not meant for us. */
const TYPING = "input, textarea, select, [contenteditable]";

/** The search of the whole site, on every page: a form without JavaScript, and "/" leads to it with. */
export function SiteSearch() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const reach = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest(TYPING)) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", reach);
    return () => document.removeEventListener("keydown", reach);
  }, []);
  return (
    <search aria-label="Whole site" className="no-print">
      <form action="/search">
        <input
          ref={field}
          type="search"
          name="q"
          maxLength={200}
          placeholder="Search  ( / )"
          aria-label="Search the site"
          aria-keyshortcuts="/"
          className="input min-h-8 w-36 py-0.5 text-[0.875rem] sm:w-44"
        />
      </form>
    </search>
  );
}
