"use client";

import { useState } from "react";

/** A secret that is shown this once, to be selected or copied. */
export function CopyOnce({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <input
        readOnly
        value={text}
        aria-label="Secret"
        className="input num min-w-0 flex-1"
        onFocus={(e) => e.target.select()}
      />
      <button type="button" className="button" onClick={copy}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
