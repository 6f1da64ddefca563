import fc from "fast-check";
import { expect, test } from "vitest";
import { emailAddress } from "#data/email-address.ts";

test.each([
  ["Ada@Example.ORG", "ada@example.org"],
  ["  ada+x@example.org ", "ada+x@example.org"],
  ["admin@localhost", "admin@localhost"],
  // Fullwidth letters are letters.
  ["\uff41da@example.org", "ada@example.org"],
])("%s is kept as %s", (text, kept) => expect(emailAddress(text)).toBe(kept));

test.each([
  "",
  "ada",
  "@example.org",
  "ada@",
  "a@b@example.org",
  "ada\uff20example.org",
  "ada@evil.org\uff20example.org",
  "ada\ufe6bexample.org",
  "ada@ex\u0430mple.org",
  "ada@example.org\r\nBcc: x@y.z",
  "ada@-example.org",
  "ada@example..org",
  ".ada@example.org",
  "a b@example.org",
  `${"a".repeat(65)}@example.org`,
  `a@${"b.".repeat(130)}org`,
])("%j is refused", (text) => expect(emailAddress(text)).toBeNull());

test("what comes out is ASCII with one @, and comes out the same again", () => {
  const near = fc.stringMatching(/^[\x20-\x7e\uff20\uff41\u212a\ufe6b@.]{0,40}$/);
  fc.assert(
    fc.property(fc.oneof(near, fc.emailAddress(), fc.string({ unit: "grapheme" })), (text) => {
      const kept = emailAddress(text);
      if (kept === null) return;
      expect(kept).toMatch(/^[\x21-\x3f\x41-\x7e]+@[a-z0-9.-]+$/);
      expect(kept).toBe(kept.toLowerCase());
      expect(emailAddress(kept)).toBe(kept);
    }),
    { numRuns: 2000 },
  );
});
