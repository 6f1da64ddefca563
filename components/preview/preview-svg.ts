import { SIZE, type Step, stepGeometry } from "#components/charts/step-geometry.ts";
import { percent } from "#components/ui/numbers.ts";
import { xmlText } from "#components/ui/xml-text.ts";
import type { Level } from "#contest/standing.ts";

/** A picture of a page for those who are shown a link to it: 1200 by 630, as Open Graph wants it. */
export interface Preview {
  /** Where it belongs, in small letters above. */
  over: string;
  title: string;
  /** Short lines below. */
  facts: string[];
  figure: { steps: readonly Step[]; until: Date; claim: number } | { bars: readonly Bar[] } | null;
}

export interface Bar {
  name: string;
  /** A fraction in [0,1]. */
  value: number;
  level: Level;
}

export const PREVIEW_SIZE = { width: 1200, height: 630 };
const INK = "#17181c";
const QUIET = "#5b5c63";
const LINE = "#dedad0";
const ACCENT = "#17479e";
const COLOURS: Record<Level, string> = {
  standing: "#0b6650",
  weakened: "#855300",
  broken: "#b02a1b",
  collapsed: "#7c1d4d",
};
const LEFT = 80;
const FIGURE = { x: 500, y: 350 };

export function previewSvg({ over, title, facts, figure }: Preview): string {
  const { width, height } = PREVIEW_SIZE;
  const size = title.length > 56 ? 44 : 58;
  // A bold letter of DejaVu is some two thirds as wide as the type is high.
  const lines = wrap(title, Math.floor((width - 2 * LEFT) / (size * 0.66)), 2);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans">`,
    `<rect width="${width}" height="${height}" fill="#fcfbf8"/>`,
    `<rect width="${width}" height="10" fill="${INK}"/>`,
    text(LEFT, 92, 28, "Gauntlet", INK, true),
    text(LEFT, 142, 26, wrap(over, 64, 1)[0] ?? "", QUIET),
    ...lines.map((line, i) => text(LEFT, 170 + size * (1 + 1.2 * i), size, line, INK, true)),
    ...facts.map((fact, i) => text(LEFT, 400 + i * 46, 28, fact, i === 0 ? INK : QUIET)),
    figure === null ? "" : "bars" in figure ? bars(figure.bars) : course(figure),
    "</svg>",
  ].join("\n");
}

function text(x: number, y: number, size: number, words: string, fill: string, bold = false): string {
  const weight = bold ? ' font-weight="700"' : "";
  return `<text x="${x}" y="${Math.round(y)}" font-size="${size}" fill="${fill}"${weight}>${xmlText(words)}</text>`;
}

/** Letters as wide as high, where others are half to two thirds: of Chinese, Japanese and Korean, and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

/** How many of the letters fit into as many columns; a wide one takes one and a half. */
function fitting(letters: readonly string[], columns: number): number {
  let taken = 0;
  const over = letters.findIndex((letter) => {
    taken += WIDE.test(letter) ? 1.5 : 1;
    return taken > columns;
  });
  return over === -1 ? letters.length : over;
}

/** The words in lines of at most `columns` letters; what does not fit into `most` lines ends with an ellipsis. */
export function wrap(words: string, columns: number, most: number): string[] {
  const lines: string[] = [];
  let left = [...words.trim()];
  while (left.length > 0) {
    const count = fitting(left, columns);
    if (left.length === count) return [...lines, left.join("")];
    if (lines.length === most - 1) {
      const kept = left.slice(0, fitting(left, columns - 1)).join("");
      return [...lines, `${kept.trimEnd()}…`];
    }
    const space = left.lastIndexOf(" ", count);
    const end = space > count / 3 ? space : count;
    lines.push(left.slice(0, end).join("").trimEnd());
    left = [...left.slice(end).join("").trimStart()];
  }
  return lines;
}

function course({ steps, until, claim }: { steps: readonly Step[]; until: Date; claim: number }): string {
  if (steps.length === 0) return "";
  const { path, y } = stepGeometry(steps, until);
  const across = `x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}"`;
  const label = (value: number, words: string, fill: string) =>
    `<text x="${SIZE.width - SIZE.right + 8}" y="${y(value) + 5}" font-size="15" fill="${fill}">${words}</text>`;
  return [
    `<g transform="translate(${FIGURE.x} ${FIGURE.y})">`,
    ...[0, 1].map((value) => `<line ${across} y1="${y(value)}" y2="${y(value)}" stroke="${LINE}" stroke-width="2"/>`),
    `<line ${across} y1="${y(claim)}" y2="${y(claim)}" stroke="${ACCENT}" stroke-width="2" stroke-dasharray="8 6"/>`,
    label(claim, "claim", ACCENT),
    `<path d="${path}" fill="none" stroke="${INK}" stroke-width="4"/>`,
    "</g>",
  ].join("\n");
}

const BAR = { height: 38, label: 230, length: 300 };

function bars(all: readonly Bar[]): string {
  const rows = all.slice(0, 6).map(({ name, value, level }, i) => {
    const y = i * BAR.height;
    return [
      text(0, y + 24, 18, wrap(name, 20, 1)[0] ?? "", INK),
      `<rect x="${BAR.label}" y="${y + 6}" width="${BAR.length}" height="22" fill="${LINE}"/>`,
      `<rect x="${BAR.label}" y="${y + 6}" width="${Math.round(BAR.length * value)}" height="22" fill="${COLOURS[level]}"/>`,
      text(BAR.label + BAR.length + 14, y + 24, 18, percent(value), INK),
    ].join("\n");
  });
  return `<g transform="translate(${FIGURE.x} ${FIGURE.y})">\n${rows.join("\n")}\n</g>`;
}
