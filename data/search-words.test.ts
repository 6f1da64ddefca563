import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt, marked, plain } from "#data/search-pieces.ts";
import { distance, foldText, isNear, nameScore, swaps, wordMatch, wordsOf } from "#data/search-words.ts";

test.each([
  ["Évariste GALOIS", ["evariste", "galois"]],
  ["8/255 APGD-CE", ["8", "255", "apgd", "ce"]],
  ["madry madry Madry", ["madry"]],
  ["%_\\'\";--", []],
  ["مرحبا 敵対的", ["مرحبا", "敵対的"]],
  ["a b c d e f g h i j", ["a", "b", "c", "d", "e", "f", "g", "h"]],
])("the words of %j", (question, words) => expect(wordsOf(question)).toEqual(words));

test("whatever is asked, words are few, bounded, and letters, digits and marks alone", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (question) => {
      const words = wordsOf(question);
      expect(words.length).toBeLessThanOrEqual(8);
      for (const word of words) {
        expect([...word].length).toBeLessThanOrEqual(40);
        expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
      }
    }),
  );
});

test.each([
  ["carlni", "carlini"],
  ["mdary", "madry"],
  ["smothing", "smoothing"],
  ["advrsarail", "adversarial"],
])("%s is near %s", (asked, word) => {
  expect(isNear(asked, word)).toBe(true);
  expect(wordMatch(asked, word)).toBe(1);
});

test.each([
  ["pgd", "fgd"],
  ["madry", "mandrill"],
  ["noise", "nose-ring"],
])("%s is not near %s", (asked, word) => expect(isNear(asked, word)).toBe(false));

const word = fc.string({ unit: fc.constantFrom(..."abcd"), maxLength: 8 });

test("the distance is nothing to oneself, the same both ways, and at most the longer word", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, a)).toBe(0);
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test("one swap of neighbours is one slip", () => {
  fc.assert(
    fc.property(word, (a) => {
      for (const swapped of swaps(a)) expect(distance(a, swapped)).toBeLessThanOrEqual(1);
    }),
  );
});

test("the pieces of a text are the text, and none is empty", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(
    fc.property(text, text, (shown, question) => {
      const pieces = marked(shown, wordsOf(question));
      expect(plain(pieces)).toBe(shown);
      expect(pieces.every((piece) => piece.text !== "")).toBe(true);
      const around = excerpt(shown, wordsOf(question));
      if (around !== null) expect(around.some((piece) => piece.marked)).toBe(true);
    }),
  );
});

test("what was asked for is marked whatever its case and accents", () => {
  expect(marked("By Évariste", ["evariste"])).toEqual([
    { text: "By ", marked: false },
    { text: "Évariste", marked: true },
  ]);
});

test("an excerpt is short, on one line, and around the word", () => {
  const long = `${"before ".repeat(100)}\n\nneedle ${"after ".repeat(100)}`;
  const text = plain(excerpt(long, ["needle"])!);
  expect(text).toContain("needle");
  expect(text.length).toBeLessThan(300);
  expect(text).toMatch(/^… before.*after …$/);
});

test("the whole name comes before what begins so, and that before what holds it, and that before what is like it", () => {
  const words = wordsOf("trades");
  const names = ["Trades", "TRADES with noise", "A study of trades", "Tradse"];
  const scores = names.map((name) => nameScore(words, name));
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(new Set(scores).size).toBe(names.length);
});

test("folding twice changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => foldText(foldText(text)) === foldText(text)));
});
