"use client";

import { useEffect } from "react";

/** Pages show UTC; pointing at a time adds the reader's own as its title. One listener for every time on the page. */
export function LocalTimes() {
  useEffect(() => {
    const show = (event: Event) => {
      const time = event.target instanceof Element ? event.target.closest("time[datetime]") : null;
      if (!(time instanceof HTMLTimeElement) || time.title !== "") return;
      const local = new Date(time.dateTime);
      time.title = local.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
    };
    document.addEventListener("pointerover", show);
    document.addEventListener("focusin", show);
    return () => {
      document.removeEventListener("pointerover", show);
      document.removeEventListener("focusin", show);
    };
  }, []);
  return null;
}
