import { parseTheme, THEME_COOKIE } from "#components/site/theme.ts";

/** The theme switch without JavaScript: keeps the choice and goes back to the page it came from. */
export async function POST(request: Request): Promise<Response> {
  const theme = parseTheme((await request.formData().catch(() => null))?.get("theme"));
  const from = URL.parse(request.headers.get("referer") ?? "");
  const here = new URL(request.url);
  // Only the path is taken, so that the answer never leads to another site.
  const back = from === null ? "/" : from.pathname.replace(/^\/+/, "/") + from.search;
  return new Response(null, {
    status: 303,
    headers: {
      location: back,
      "set-cookie": `${THEME_COOKIE}=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${here.protocol === "https:" ? "; Secure" : ""}`,
    },
  });
}
