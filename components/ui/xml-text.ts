const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * A text as it stands in XML, between tags or in an attribute: what XML 1.0 forbids or discourages (control characters,
 * halves of surrogate pairs, noncharacters) is dropped, what it would read as markup is escaped.
 */
export function xmlText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/**
 * A name inside a line of plain text: without what would break the line or turn its direction, and isolated, so that one
 * written from right to left leaves the words around it in their order.
 */
export function isolated(name: string): string {
  return `\u2068${name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, "")}\u2069`;
}
