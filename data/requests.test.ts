import { afterEach, describe, expect, test } from "vitest";
import { clientAddress, PEER_HEADER } from "#data/client-address.ts";
import { localPath } from "#data/local-path.ts";
import { isOwnOrigin } from "#data/origin.ts";
import { provide } from "#env.ts";

afterEach(() => provide({ TRUSTED_PROXIES: "" }));

describe("the client's address", () => {
  const address = (peer: string, forwarded: string) =>
    clientAddress(new Headers({ [PEER_HEADER]: peer, "x-forwarded-for": forwarded }));

  test("is who holds the connection, whatever X-Forwarded-For says, where no proxy is trusted", () => {
    expect(address("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
    expect(address("::ffff:203.0.113.9", "")).toBe("203.0.113.9");
  });

  test("is what the trusted proxies wrote, read from the end, and no further", () => {
    provide({ TRUSTED_PROXIES: "127.0.0.1,10.0.0.0/8,fd00::/8" });
    expect(address("127.0.0.1", "198.51.100.1")).toBe("198.51.100.1");
    expect(address("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.2.3.4")).toBe("198.51.100.1");
    expect(address("fd00::1", "198.51.100.1")).toBe("198.51.100.1");
    expect(address("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
    expect(address("127.0.0.1", "nonsense")).toBe("127.0.0.1");
    expect(address("127.0.0.1", "")).toBe("127.0.0.1");
  });
});

describe("a request that changes something", () => {
  const own = (headers: Record<string, string>) => isOwnOrigin(new Headers({ host: "127.0.0.1:3000", ...headers }));

  test("comes from a page of ours", () => {
    expect(own({ origin: "http://127.0.0.1:3000" })).toBe(true);
    expect(own({ origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" })).toBe(true);
    expect(own({ host: "localhost:3000", origin: "http://localhost:3000" })).toBe(true);
  });

  test.each([
    {},
    { origin: "null" },
    { origin: "https://evil.example" },
    { origin: "http://127.0.0.1:3001" },
    { origin: "http://127.0.0.1" },
  ])("does not with %j", (headers) => expect(own(headers as Record<string, string>)).toBe(false));

  test("does not when the browser says that another site sent it", () => {
    for (const site of ["cross-site", "same-site", "none"])
      expect(own({ origin: "http://127.0.0.1:3000", "sec-fetch-site": site })).toBe(false);
  });
});

test.each([
  ["/submissions?page=2", "/submissions?page=2"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/\t/evil.example", "/"],
  ["", "/"],
])("after signing in, %j leads to %j", (text, path) => expect(localPath(text)).toBe(path));
