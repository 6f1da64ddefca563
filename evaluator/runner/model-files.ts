import { unpack } from "#arrays/npz.ts";
import { looksLikeZip, readDirectory } from "#arrays/zip-directory.ts";
import { type Problem, Refusal } from "#contest/problem.ts";

type ModelFiles = { ok: true; model: Uint8Array; side: Uint8Array | undefined } | { ok: false; problems: Problem[] };

const MAX_MEMBERS = 16;
const FIX = "Zip the .onnx file and its .onnx.data file, and nothing else; or choose the two files in the form.";

/** The model and its side file out of an upload: the two files as they are, or a zip of them. */
export function openZip(upload: Uint8Array, side: Uint8Array | undefined, maxBytes: number): ModelFiles {
  if (!looksLikeZip(upload)) return { ok: true, model: upload, side };
  try {
    return { ok: true, ...unzip(upload, side, maxBytes) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      code: problem.code.replace(/^npz-/, "zip-"),
      fix: FIX,
    }));
    return { ok: false, problems };
  }
}

function unzip(upload: Uint8Array, side: Uint8Array | undefined, maxBytes: number) {
  const members = readDirectory(upload, MAX_MEMBERS);
  const models = members.filter((member) => member.name.endsWith(".onnx"));
  const sides = members.filter((member) => !member.name.endsWith(".onnx"));
  if (models.length !== 1 || sides.length > 1 || (sides.length === 1 && side))
    throw new Refusal({
      code: "zip-members",
      message: "The zip does not hold one model and at most one side file.",
      expected: "one .onnx file and at most one file of its weights",
      found:
        members
          .map((member) => member.name)
          .join(", ")
          .slice(0, 300) || "no file",
      fix: FIX,
    });
  const claimed = members.reduce((sum, member) => sum + member.size, 0);
  if (claimed > maxBytes)
    throw new Refusal({
      code: "model-too-large",
      message: "The model with its side file is larger than this challenge takes.",
      expected: `at most ${maxBytes} bytes`,
      found: `${claimed} bytes once inflated`,
      fix: "Store weights as float32 or float16, or use a smaller model.",
    });
  return { model: unpack(upload, models[0]!), side: sides[0] ? unpack(upload, sides[0]) : side };
}
