"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { DropZone } from "#components/forms/drop-zone.tsx";
import { FormContext } from "#components/forms/form-state.ts";
import { ProblemList } from "#components/forms/problem-list.tsx";
import { UploadProgress } from "#components/forms/upload-progress.tsx";
import { Note } from "#components/ui/note.tsx";
import type { Problem } from "#contest/problem.ts";
import type { Preflight, Rules } from "./preflight.ts";
import { sendForm } from "./send-form.ts";

interface Props {
  rules: Rules;
  /** The form's fields, drawn on the server. */
  children: ReactNode;
  /** What an earlier try without JavaScript left. */
  kept: { problems: Problem[]; fields: Record<string, string> };
  disabled: boolean;
}

const FILES = {
  defense: {
    name: "model",
    label: "Model",
    accept: ".onnx,.zip",
    hint: "An .onnx file, or a zip of the model and its .onnx.data file.",
  },
  attack: {
    name: "examples",
    label: "Examples",
    accept: ".npy,.npz",
    hint: "An .npy file with one row per point, or an .npz with x_adv and, if not all points are attacked, index.",
  },
} as const;

/** A plain form that a browser can send by itself; with JavaScript it looks at the file first and shows how far it is. */
export function UploadForm({ rules, children, kept, disabled }: Props) {
  const [problems, setProblems] = useState(kept.problems);
  const [seen, setSeen] = useState<Preflight | null>(null);
  const [sent, setSent] = useState<{ done: number; total: number } | null>(null);
  const file = FILES[rules.kind];
  const action = `/api/v1/challenges/${rules.slug}/${rules.kind}s`;

  async function look(form: HTMLFormElement) {
    const data = new FormData(form);
    const [main, side] = [data.get(file.name), data.get("side")];
    if (!(main instanceof File) || main.size === 0) return setSeen(null);
    setSeen({ problems: [], notes: ["Looking at the file ..."] });
    const { preflight } = await import("./preflight.ts");
    setSeen(await preflight(rules, main, side instanceof File && side.size > 0 ? side : null));
  }

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setProblems([]);
    const answer = await sendForm(event.currentTarget, action, (done, total) => setSent({ done, total }));
    setSent(null);
    if (answer.ok) window.location.assign(`/submissions/${answer.id}`);
    else {
      setProblems(answer.problems);
      window.scrollTo({ top: 0 });
    }
  }

  return (
    <FormContext value={{ problems, values: kept.fields }}>
      <form method="post" action={action} encType="multipart/form-data" onSubmit={send} className="space-y-5">
        <ProblemList problems={problems} title="Nothing was submitted, and no attempt was spent." />
        <DropZone {...file} required onFiles={look} />
        {rules.kind === "defense" && (
          <DropZone
            name="side"
            label="Side file"
            accept=".data,.onnx_data,.bin"
            hint="The .onnx.data file, where the exporter wrote one. Leave it out otherwise."
            onFiles={look}
          />
        )}
        {seen && <Seen {...seen} />}
        {children}
        {sent && <UploadProgress {...sent} />}
        <button type="submit" className="button button-primary" disabled={disabled || sent !== null}>
          Submit the {rules.kind}
        </button>
      </form>
    </FormContext>
  );
}

function Seen({ problems, notes }: Preflight) {
  return (
    <div aria-live="polite" className="space-y-3">
      <ProblemList problems={problems} title="Your browser looked at the file: it would be refused." />
      {notes.length > 0 && (
        <Note>
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Note>
      )}
    </div>
  );
}
