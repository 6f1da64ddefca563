import { placedWords, wordMatch } from "#data/search-words.ts";

/** A text in pieces, those that were asked for marked. Joined they are the text. */
export interface Piece {
  text: string;
  marked: boolean;
}

/** Letters of a text that are shown around its first marked word. */
const BEFORE = 60;
const AFTER = 140;

/** The text with the words marked that answer one of `words`. */
export function marked(text: string, words: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { word, from, to } of placedWords(text)) {
    if (!words.some((asked) => wordMatch(asked, word) > 0)) continue;
    if (from > done) pieces.push({ text: text.slice(done, from), marked: false });
    pieces.push({ text: text.slice(from, to), marked: true });
    done = to;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), marked: false });
  return pieces;
}

/** The part of a text around the first word that answers one of `words`, on one line; null where there is none. */
export function excerpt(text: string, words: readonly string[]): Piece[] | null {
  const line = text.replaceAll(/\s+/g, " ").trim();
  for (const { word, from } of placedWords(line)) {
    if (!words.some((asked) => wordMatch(asked, word) > 0)) continue;
    const start = from <= BEFORE ? 0 : boundary(line, from - BEFORE, from);
    const end = from + AFTER >= line.length ? line.length : boundary(line, from + AFTER, line.length) - 1;
    const cut = marked(line.slice(start, end), words);
    if (start > 0) cut.unshift({ text: "… ", marked: false });
    if (end < line.length) cut.push({ text: " …", marked: false });
    return cut;
  }
  return null;
}

/** Where the first word after `at` begins; `at` itself where no space comes before `most`, and never between surrogates. */
function boundary(line: string, at: number, most: number): number {
  const space = line.indexOf(" ", at);
  if (space >= 0 && space < Math.min(most, at + 40)) return space + 1;
  return /[\uDC00-\uDFFF]/.test(line[at]!) ? at + 1 : at;
}

/** The pieces as one text. */
export const plain = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join("");
