/** Words as search compares them. `foldText` does what search_fold does in the database. */

/** More words than this in a question are left out. */
const MOST_WORDS = 8;
const LONGEST_WORD = 40;

const PUNCTUATION = /[!-/:-@[-`{-~]+/g;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Without case and accents, ASCII punctuation as spaces. */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .replaceAll(PUNCTUATION, " ")
    .toLowerCase();
}

/** The different words of a question, folded; at most eight. */
export function wordsOf(question: string): string[] {
  const words = (foldText(question).match(WORD) ?? []).map((word) => [...word].slice(0, LONGEST_WORD).join(""));
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** All words of a text, folded, each with the place in `text` that it was read from. */
export function* placedWords(text: string): Generator<{ word: string; from: number; to: number }> {
  for (const { 0: raw, index } of text.matchAll(WORD))
    yield { word: foldText(raw), from: index, to: index + raw.length };
}

/** How well a word of a text answers a word of a question: 3 the same, 2 its beginning or its stem, 1 a slip of the pen, 0 not. */
export function wordMatch(asked: string, word: string): 0 | 1 | 2 | 3 {
  if (asked === word) return 3;
  if (word.startsWith(asked) || sameStem(asked, word)) return 2;
  return isNear(asked, word) ? 1 : 0;
}

/** "smoothing" and "smoothed": the database's English stems are finer, this only draws and ranks what they found. */
function sameStem(a: string, b: string): boolean {
  const shared = Math.max(5, Math.min(a.length, b.length) - 3);
  return (
    a.length >= shared &&
    b.length >= shared &&
    Math.abs(a.length - b.length) <= 4 &&
    a.slice(0, shared) === b.slice(0, shared)
  );
}

/** Whether so few slips lie between them: none in words of up to three letters, one in four or five, two in longer ones. */
export function isNear(asked: string, word: string): boolean {
  const slips = asked.length < 4 ? 0 : asked.length < 6 ? 1 : 2;
  if (Math.abs(asked.length - word.length) > slips) return false;
  return slips > 0 && distance(asked, word) <= slips;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** The word with each two neighbours swapped in turn: trigrams lose most of a short word that is mistyped so. */
export function swaps(word: string): string[] {
  const letters = [...word];
  return letters
    .slice(1)
    .map((letter, i) => [...letters.slice(0, i), letter, letters[i], ...letters.slice(i + 2)].join(""));
}

/**
 * How well a name answers a question, for the order of results: higher is better. The whole name first, then what begins
 * so, then by how many of the words it has and how exactly.
 */
export function nameScore(words: readonly string[], name: string): number {
  const folded = wordsOf(name);
  const whole = words.join(" ");
  const own = folded.join(" ");
  const each = words.map((asked) => Math.max(0, ...folded.map((word) => wordMatch(asked, word))));
  const sum = each.reduce((total, match) => total + match, 0);
  // Of two names with all the words the one with fewer others is meant.
  return (
    (own === whole ? 100 : 0) +
    (own.startsWith(whole) ? 50 : 0) +
    sum * 5 -
    Math.min(4, folded.length - words.length) / 2
  );
}
