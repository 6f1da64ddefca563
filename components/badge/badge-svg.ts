import { xmlText } from "#components/ui/xml-text.ts";

/** Grounds on which white text has a contrast of at least 4.5 to 1 (WCAG AA). */
const GROUNDS = {
  standing: "#1a7245",
  weakened: "#86600a",
  broken: "#b0471a",
  collapsed: "#a3212f",
  neutral: "#5a6068",
} as const;
export type Tone = keyof typeof GROUNDS;

export interface Badge {
  value: string;
  tone: Tone;
  /** All of it in a sentence, for who cannot see it. */
  title: string;
}

const LABEL = "Gauntlet";
const PAD = 7;

/** A badge as SVG: the site's name, what is to be said, and its sentence as the title. The words are ours, not people's. */
export function badgeSvg({ value, tone, title }: Badge): string {
  const [left, right] = [widthOf(LABEL), widthOf(value)];
  const [split, width] = [left + 2 * PAD, left + right + 4 * PAD];
  const text = (x: number, length: number, words: string) =>
    // The length is said, so that the text fits whatever font there is.
    `<text x="${x}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${xmlText(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-labelledby="title">`,
    `<title id="title">${xmlText(title)}</title>`,
    `<path d="M3 0H${split}V20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#2b3037"/>`,
    `<path d="M${split} 0H${width - 3}a3 3 0 0 1 3 3V17a3 3 0 0 1-3 3H${split}z" fill="${GROUNDS[tone]}"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">',
    text(PAD, left, LABEL),
    text(split + PAD, right, value),
    "</g>",
    "</svg>\n",
  ].join("\n");
}

/** About how wide a text is in Verdana at 11 px, in whole pixels. */
function widthOf(text: string): number {
  let width = 0;
  for (const sign of text) width += /[mwMW%]/.test(sign) ? 10 : /[iljftr.,:' \u00a0]/.test(sign) ? 4.2 : 6.9;
  return Math.ceil(width);
}
