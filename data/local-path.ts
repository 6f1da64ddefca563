/** A path of this site out of something that came in a link, `/` when it would lead elsewhere. */
export function localPath(text: string): string {
  if (!/^\/[^/\\]/.test(text)) return "/";
  const url = URL.parse(text, "http://here.invalid");
  return url?.host === "here.invalid" ? url.pathname + url.search : "/";
}
