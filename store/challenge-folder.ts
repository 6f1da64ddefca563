import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Document, LineCounter, parseDocument, type YAMLError } from "yaml";
import { type NpyArray, readNpy } from "#arrays/npy.ts";
import { ChallengeFile, Slug } from "#contest/challenge.ts";
import { type Problem, Refusal } from "#contest/problem.ts";

/** One set of labelled inputs: float32 [n, ...shape] on the challenge's grid, and a class number each. */
export interface LabelledInputs {
  x: Float32Array<ArrayBuffer>;
  y: Uint16Array<ArrayBuffer>;
  n: number;
}

/** A challenge's folder, read and found good. */
export interface ChallengeFolder {
  folder: string;
  slug: string;
  file: ChallengeFile;
  points: LabelledInputs;
  holdout: LabelledInputs;
  /** SHA-256 over challenge.yaml and the data it names, hex; `dataSha256` over the data alone. */
  sha256: string;
  dataSha256: string;
}

/**
 * Reads `<folder>/challenge.yaml` and its data; the folder's name is the challenge's slug. Throws Refusal with a problem
 * for everything that is wrong, each with file and line.
 */
export async function readChallengeFolder(folder: string): Promise<ChallengeFolder> {
  const slug = Slug.safeParse(basename(folder));
  if (!slug.success)
    throw refuse("bad-slug", "The folder's name is the challenge's address.", folder, slug.error.issues[0]!.message);
  const path = join(folder, "challenge.yaml");
  const text = await readFile(path).catch(() => {
    throw refuse("no-challenge-file", "The folder has no challenge.yaml.", path);
  });
  const file = parseChallenge(text.toString("utf8"));
  const { points, holdout } = file.data;
  const names = [points.x, points.y, holdout.x, holdout.y];
  const bytes = await Promise.all(names.map((name) => readNamed(folder, name)));
  const data = createHash("sha256");
  for (const each of bytes) data.update(each);
  const dataSha256 = data.digest("hex");
  const read = {
    points: labelled(file, points, bytes[0]!, bytes[1]!),
    holdout: labelled(file, holdout, bytes[2]!, bytes[3]!),
  };
  for (const { file: name } of [...file.baselines.defenses, ...file.baselines.attacks]) await readNamed(folder, name);
  const sha256 = createHash("sha256").update(text).update(dataSha256).digest("hex");
  return { folder, slug: slug.data, file, ...read, sha256, dataSha256 };
}

/** Parses challenge.yaml. Throws Refusal, each problem with the line it is in. */
export function parseChallenge(text: string): ChallengeFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) throw new Refusal(...document.errors.map(syntaxProblem));
  const parsed = ChallengeFile.safeParse(plain(document));
  if (parsed.success) return parsed.data;
  throw new Refusal(
    ...parsed.error.issues.map((issue): Problem => {
      // An unknown key is a problem of its parent, but the line to mend is its own.
      const key = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
      const place = [...issue.path.map(String), ...key];
      return {
        code: "bad-challenge-file",
        message: issue.message.slice(0, 500),
        where: `challenge.yaml line ${lineOf(place)}${place.length > 0 ? `, ${place.join(".")}` : ""}`.slice(0, 300),
      };
    }),
  );

  /** The line of the innermost key of `place` that the document has. */
  function lineOf(place: string[]): number {
    for (let depth = place.length; depth > 0; depth--) {
      const node = document.getIn(place.slice(0, depth).map(numeric), true) as
        | { range?: [number, number, number] }
        | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }
}

/** The document as plain values. Aliases are refused: a few lines of them expand to gigabytes. */
function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw refuse("bad-yaml", String(error).slice(0, 300), "challenge.yaml", "no aliases");
  }
}

const numeric = (key: string) => (/^\d+$/.test(key) ? Number(key) : key);

function syntaxProblem(error: YAMLError): Problem {
  const line = error.linePos?.[0].line ?? 1;
  return {
    code: "bad-yaml",
    message: error.message.split("\n")[0]!.slice(0, 500),
    where: `challenge.yaml line ${line}`,
  };
}

async function readNamed(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name)).catch(() => {
    throw refuse(
      "no-such-file",
      "A file that challenge.yaml names cannot be read.",
      name,
      "a file in the challenge's folder",
    );
  });
}

function labelled(
  file: ChallengeFile,
  names: { x: string; y: string },
  xBytes: Buffer,
  yBytes: Buffer,
): LabelledInputs {
  const { shape, classes, grid, range } = file.data;
  const images = open(names.x, xBytes);
  const labels = open(names.y, yBytes);
  const n = images.shape[0] ?? 0;
  const expected = `[N, ${shape.join(", ")}]`;
  if (n === 0 || images.shape.slice(1).join() !== shape.join())
    throw refuse(
      "wrong-data-shape",
      "The inputs do not have the shape that the challenge declares.",
      names.x,
      expected,
      `[${images.shape.join(", ")}]`,
    );
  if (labels.shape.length !== 1 || labels.shape[0] !== n)
    throw refuse(
      "wrong-label-count",
      "There is not one label per input.",
      names.y,
      `[${n}]`,
      `[${labels.shape.join(", ")}]`,
    );
  const steps = images.dtype === "u1" ? 255 : 1;
  const x = Float32Array.from(images.data as ArrayLike<number>, (value) => Number(value) / steps);
  const outside = x.findIndex(
    // The ends of the range as float32, like the data: 0.3 is no float32.
    (v) =>
      !(v >= Math.fround(range[0]) && v <= Math.fround(range[1])) ||
      (grid !== null && Math.abs(v * grid - Math.round(v * grid)) > 1e-3),
  );
  if (outside >= 0)
    throw refuse(
      "data-off-range",
      "An input lies outside the value range or off the grid.",
      `${names.x} value ${outside}`,
      `[${range.join(", ")}]${grid ? ` in steps of 1/${grid}` : ""}`,
      String(x[outside]),
    );
  if (grid !== null) for (let i = 0; i < x.length; i++) x[i] = Math.round(x[i]! * grid) / grid;
  const y = Uint16Array.from(labels.data as ArrayLike<number>, Number);
  const bad = Array.from(labels.data as ArrayLike<number>, Number).findIndex(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classes.length),
  );
  if (bad >= 0)
    throw refuse(
      "bad-label",
      "A label is no class number.",
      `${names.y} row ${bad}`,
      `0 to ${classes.length - 1}`,
      String(labels.data[bad]),
    );
  return { x, y, n };
}

function open(name: string, bytes: Buffer): NpyArray {
  const read = readNpy(bytes);
  if (read.ok) return read.array;
  throw new Refusal(
    ...read.problems.map((problem) => ({ ...problem, where: `${name}${problem.where ? `: ${problem.where}` : ""}` })),
  );
}

function refuse(code: string, message: string, where: string, expected?: string, found?: string): Refusal {
  return new Refusal({
    code,
    message,
    where,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
  });
}
