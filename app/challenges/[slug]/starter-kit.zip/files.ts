import { zipSync } from "fflate";
import { attackNotebook } from "./attack-notebook.ts";
import { defendNotebook } from "./defend-notebook.ts";
import { sampleExamples, sampleModels } from "./samples.ts";
import type { KitSubject } from "./subject.ts";
import { card, readme } from "./texts.ts";

interface Parts {
  points: { shape: number[]; x: Float32Array };
  /** points.npz, as the API gives it. */
  archive: Uint8Array;
  croissant: string;
  client: Record<string, Uint8Array>;
}

/** Everything that somebody needs to enter a challenge, by path. */
export function kitFiles(
  subject: KitSubject,
  { points, archive, croissant, client }: Parts,
): Record<string, Uint8Array> {
  const { config, grid } = subject;
  const { range, shape, classes } = config.data;
  const about = { threatModel: config.threatModel, grid, range };
  const samples = { ...sampleExamples(points, about), ...sampleModels(shape, classes.length) };
  const text = (content: string) => new TextEncoder().encode(content);
  return {
    "README.md": text(readme(subject)),
    "attack.ipynb": text(attackNotebook(subject)),
    "defend.ipynb": text(defendNotebook(subject)),
    "card.md": text(card(subject)),
    "croissant.json": text(croissant),
    "points.npz": archive,
    ...below("samples", samples),
    ...below("gauntlet-arena", client),
  };
}

function below(folder: string, files: Record<string, Uint8Array>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}

/** The files in a folder of the kit's name, as a zip. Same files, same bytes. */
export function zipped(slug: string, files: Record<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  return zipSync(below(slug, files), { mtime: "1980-01-02T00:00:00", level: 6 }) as Uint8Array<ArrayBuffer>;
}
