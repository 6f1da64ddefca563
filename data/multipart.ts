import "server-only";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import type { Problem } from "#contest/problem.ts";
import { log } from "#data/log.ts";
import { type Outcome, refuse } from "#data/outcome.ts";
import { type Artifact, TooLarge } from "#store/artifact-folder.ts";
import { putStream } from "#store/artifacts.ts";

/** A stored file and the name that it came under. */
export interface Received extends Artifact {
  name: string;
}

export interface Multipart {
  fields: Record<string, string>;
  files: Record<string, Received>;
}

/** What a form may carry: the names of its text fields, and of its files with the most bytes that each may have. */
export interface Accepted {
  fields: readonly string[];
  files: Readonly<Record<string, number>>;
}

const MAX_FIELD_BYTES = 100_000;
/** Beyond its files a form is small: boundaries, headers, text fields. */
const FORM_BYTES = 2 ** 20;
const RETRY_SECONDS = 60;
/** How much of a refused upload is still read, so that a client that sends before it listens gets its answer. */
const DRAIN_BYTES = 2 ** 26;

/**
 * Reads multipart/form-data (RFC 7578) as it arrives. Files go chunk by chunk into the artifact store and are never
 * held in memory; text fields are bounded. Everything that is wrong comes back together, each with its own code.
 */
export async function readMultipart(request: Request, accepted: Accepted): Promise<Outcome<Multipart>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type)) return refuse(415, notMultipart(type));
  const most = Object.values(accepted.files).reduce((sum, bytes) => sum + bytes, FORM_BYTES);
  const length = request.headers.get("content-length");
  const claimed = length === null ? null : Number(length);
  if (claimed !== null && claimed > most) return refuse(413, tooLarge("request", most, claimed));
  const form = new Form(accepted);
  const counter = new Counter(most + DRAIN_BYTES);
  try {
    const parser = form.parser({ "content-type": type });
    await pipeline(Readable.fromWeb((request.body ?? emptyBody()) as never), counter, parser);
  } catch (error) {
    await form.stored();
    if (error instanceof TooLarge) return refuse(413, tooLarge("request", most, counter.bytes));
    return refuse(400, broken(error));
  }
  await form.stored();
  if (claimed !== null && claimed !== counter.bytes)
    return refuse(400, {
      ...TRUNCATED,
      expected: `${claimed} bytes (Content-Length)`,
      found: `${counter.bytes} bytes`,
    });
  if (form.fault !== null) {
    log.error({ error: String(form.fault) }, "an upload could not be stored");
    return { ...refuse(503, NOT_STORED), retryAfter: RETRY_SECONDS };
  }
  if (form.problems.length > 0) return refuse(form.tooLarge ? 413 : 422, ...form.problems.slice(0, 20));
  return { ok: true, fields: form.fields, files: form.files };
}

/** Collects the parts of one form. */
class Form {
  readonly fields: Record<string, string> = {};
  readonly files: Record<string, Received> = {};
  readonly problems: Problem[] = [];
  tooLarge = false;
  /** What the store threw: its disk is full, or its bucket does not answer. Of an upload that ends too early: that. */
  fault: unknown = null;
  private readonly storing: Promise<void>[] = [];
  private readonly seen = new Set<string>();
  private readonly accepted: Accepted;

  constructor(accepted: Accepted) {
    this.accepted = accepted;
  }

  parser(headers: { "content-type": string }): busboy.Busboy {
    const limits = { fieldNameSize: 100, fieldSize: MAX_FIELD_BYTES, fields: 40, files: 8, parts: 48, headerPairs: 20 };
    const parser = busboy({ headers, limits, defParamCharset: "utf8" });
    parser.on("field", (name, value, info) => this.field(name, value, info.valueTruncated || info.nameTruncated));
    parser.on("file", (name, stream, info) => this.storing.push(this.file(name, stream, info.filename)));
    for (const event of ["partsLimit", "filesLimit", "fieldsLimit"] as const)
      parser.on(event, () => this.problem("too-many-parts", "The form has more parts than any that is expected here."));
    return parser;
  }

  /** Waits until every file that came has been stored or given up. */
  async stored(): Promise<void> {
    await Promise.allSettled(this.storing);
  }

  private problem(code: string, message: string, details: Partial<Problem> = {}): void {
    this.problems.push({ code, message, ...details });
  }

  /** Whether the part is one that the form may have, and the first of its name. */
  private welcome(name: string, kind: "field" | "file"): boolean {
    const names = kind === "field" ? this.accepted.fields : Object.keys(this.accepted.files);
    const where = name.slice(0, 100);
    if (!names.includes(name)) {
      const other = kind === "field" && name in this.accepted.files;
      if (other)
        this.problem("file-as-text", "The file came as a text field.", { where, fix: `With curl: -F ${where}=@path` });
      else this.problem(`unknown-${kind}`, `The form has no such ${kind}.`, { where, expected: names.join(", ") });
      return false;
    }
    if (!this.seen.has(name)) return Boolean(this.seen.add(name));
    this.problem(kind === "file" ? "two-files" : "two-values", `The form may have "${where}" once only.`, { where });
    return false;
  }

  private field(name: string, value: string, truncated: boolean): void {
    if (!this.welcome(name, "field")) return;
    const where = name;
    if (truncated) this.problem("field-too-long", `At most ${MAX_FIELD_BYTES} bytes are read of a field.`, { where });
    else this.fields[name] = value;
  }

  private async file(name: string, stream: Readable, filename: string | undefined): Promise<void> {
    // The upload may end while the store still makes room for it; an error that nobody hears would end the process.
    stream.on("error", () => {});
    // A browser sends a file input that was left alone as a part without a name and without bytes.
    if (!filename && !(name in this.accepted.files && !this.seen.has(name))) return drain(stream);
    if (filename && !this.welcome(name, "file")) return drain(stream);
    const cap = this.accepted.files[name]!;
    try {
      const artifact = await putStream(stream.iterator({ destroyOnReturn: false }), cap);
      if (filename) this.files[name] = { ...artifact, name: visible(filename) };
      else if (artifact.bytes > 0)
        this.problem("nameless-file", "The file came without a file name.", {
          where: name,
          fix: `With curl: -F ${name}=@path`,
        });
    } catch (error) {
      drain(stream);
      if (error instanceof TooLarge) {
        this.tooLarge = true;
        this.problems.push(tooLarge(name, cap));
      } else this.fault = error;
    }
  }
}

/** Counts what passes; more than `most` bytes end the stream. */
class Counter extends Transform {
  bytes = 0;
  private readonly most: number;

  constructor(most: number) {
    super();
    this.most = most;
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.most) done(new TooLarge(`more than ${this.most} bytes`));
    else done(null, chunk);
  }
}

/** busboy waits for each of its files to be read to the end, also for those that nobody wants. */
function drain(stream: Readable): void {
  stream.resume();
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

/** The file's own name, fit to be shown. */
function visible(filename: string): string {
  const name = filename.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, "").slice(-200);
  return name === "" ? "unnamed" : name;
}

const TRUNCATED: Problem = {
  code: "upload-truncated",
  message: "The upload ended before it was complete.",
  fix: "Upload it again. Nothing was submitted and no attempt was spent.",
};

const NOT_STORED: Problem = {
  code: "not-stored",
  message: "The upload came whole, but it could not be stored here: a fault of this site, which its operators can see.",
  fix: "Upload it again in a few minutes. Nothing was submitted and no attempt was spent.",
};

function broken(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  if (/malformed|boundary/i.test(message))
    return {
      code: "malformed-form",
      message: "The body is not well-formed multipart/form-data.",
      found: message.slice(0, 300),
    };
  return TRUNCATED;
}

function notMultipart(type: string): Problem {
  return {
    code: "not-multipart",
    message: "An upload is a form with a file.",
    where: "Content-Type header",
    expected: "multipart/form-data; boundary=...",
    found: type.slice(0, 100) || "nothing",
    fix: "With curl: -F model=@model.onnx -F name=...",
  };
}

function tooLarge(where: string, most: number, found?: number): Problem {
  return {
    code: "too-large",
    message: `The ${where === "request" ? "upload" : "file"} is larger than it may be here.`,
    where,
    expected: `at most ${most} bytes`,
    found: found === undefined ? "more" : `${found} bytes`,
  };
}
