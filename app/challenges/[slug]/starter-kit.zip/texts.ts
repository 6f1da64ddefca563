import { SAMPLE_SAYS } from "./samples.ts";
import type { KitSubject } from "./subject.ts";

/** What a kit's README and its page say, under the title: a paragraph, then parts under titles of their own. Markdown. */
export function kitTexts(subject: KitSubject): { intro: string; parts: { title: string; text: string }[] } {
  return {
    intro: `${subject.threatName}. ${subject.threatSentence}`,
    parts: [
      { title: "Five minutes", text: fiveMinutes(subject) },
      { title: "What lies where", text: whatLiesWhere(subject) },
    ],
  };
}

/** README.md of a kit. */
export function readme(subject: KitSubject): string {
  const { intro, parts } = kitTexts(subject);
  const sections = parts.map(({ title, text }) => `## ${title}\n\n${text}\n`);
  return [`# ${subject.title}: starter kit\n\n${intro}\n`, ...sections].join("\n");
}

function fiveMinutes({ site, config }: KitSubject): string {
  const [whom, without] = config.queries
    ? ["a closed model by asking it", "Without a token nobody is asked, and nothing sent."]
    : ["a model of the board", "Without a token everything runs but the last cell."];
  return `1. \`pip install ./gauntlet-arena onnx onnxruntime jupyter\` (Python 3.10 or later)
2. Make an API token under ${site}/settings, and \`export GAUNTLET_TOKEN=gtl_...\`
3. \`jupyter lab attack.ipynb\`, and run it from top to bottom: it attacks ${whom}, checks the file, submits it.

${without} \`defend.ipynb\` is the same for a model: trained, exported, checked, submitted.`;
}

function whatLiesWhere({ site, slug, n, config: { data } }: KitSubject): string {
  const says = (code: string | null) => (code === null ? "nothing: it passes" : `\`${code}\``);
  const samples = Object.entries(SAMPLE_SAYS).map(([file, code]) => `| \`samples/${file}\` | ${says(code)} |`);
  const arrays = `\`x\` float32 [${n}, ${data.shape.join(", ")}] in [${data.range.join(", ")}], \`y\` int64 [${n}]`;
  return `| file | what it is |
| --- | --- |
| \`attack.ipynb\`, \`defend.ipynb\` | the two notebooks |
| \`points.npz\` | ${arrays}; ${data.source.replace(/\.$/, "")}; licence: ${data.licence} |
| \`croissant.json\` | the same, described for programs (Croissant 1.0) |
| \`gauntlet-arena/\` | the Python client, with the site's own checks: \`check_attack\`, \`check_defense\` |
| \`samples/\` | files to try the checks on, below |
| \`card.md\` | what to say of a defense, as a form |

| sample | what the checks say of it |
| --- | --- |
${samples.join("\n")}

Rules, boards and history: ${site}/challenges/${slug}. The API: ${site}/docs/api. How defenses broke before: ${site}/lessons.`;
}

/** card.md: what the description of a defense should answer. */
export function card({ title }: KitSubject): string {
  return `# <name of the defense>

For: ${title}. Paste it into the form's description; it is shown as Markdown.

## Idea

What makes it robust, in three sentences, and the paper.

## Claim

Robust accuracy in %, against which attacks you measured it, with how many steps and restarts, on which inputs.

## Adaptive attacks that you tried

What an attacker who knows everything would do against this very idea, and what was left. "None" is an answer too.

## Where gradients do not flow

Rounding, sorting, randomness, detectors: each place, and what an attacker puts in its stead (BPDA, EOT).

## Training

Data, augmentation, epochs, compute; code and its commit.

## What it cannot do

Norms and radii that it was not made for; what it costs in clean accuracy and time.
`;
}
