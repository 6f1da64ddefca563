import "server-only";
import { env } from "#env.ts";

/** Where people reach the site, without a slash at the end: for commands and links that leave the page. */
export function siteAddress(): string {
  return env.siteUrl;
}
