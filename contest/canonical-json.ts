/**
 * A JSON value as the one text that it has under RFC 8785 (JCS), for hashing and signing: no white space, keys in the
 * order of their UTF-16 code units, numbers and strings as ECMAScript writes them. Throws TypeError for what is no JSON:
 * undefined, functions, big integers, numbers that are not finite, and halves of surrogate pairs.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${text(key)}:${canonicalJson(each)}`).join(",")}}`;
  }
  throw new TypeError(`not a JSON value: ${String(value)}`);
}

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new TypeError("a string with half of a surrogate pair");
  return JSON.stringify(value);
}
