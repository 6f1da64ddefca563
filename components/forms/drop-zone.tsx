"use client";

import { type DragEvent, useRef, useState } from "react";
import { Labelled } from "#components/forms/field.tsx";

interface Props {
  name: string;
  label: string;
  accept: string;
  hint: string;
  required?: boolean;
  /** Called when a file was chosen or dropped, with the form. */
  onFiles: (form: HTMLFormElement) => void;
}

/** A file input that files can be dropped on. */
export function DropZone({ name, label, hint, onFiles, ...input }: Props) {
  const control = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!control.current || event.dataTransfer.files.length === 0) return;
    const [first] = event.dataTransfer.files;
    const one = new DataTransfer();
    if (first) one.items.add(first);
    control.current.files = one.files;
    if (control.current.form) onFiles(control.current.form);
  };
  return (
    <Labelled name={name} label={label} hint={hint}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the input inside is the first */}
      <div
        className={`rounded border border-dashed px-4 py-4 ${over ? "border-accent bg-raised" : "border-strong"}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          {...input}
          ref={control}
          type="file"
          id={name}
          name={name}
          aria-describedby={`${name}-hint`}
          className="w-full cursor-pointer file:me-3 file:cursor-pointer file:rounded file:border file:border-strong file:border-solid file:bg-paper file:px-3 file:py-1"
          onChange={(event) => event.target.form && onFiles(event.target.form)}
        />
        <p className="mt-1 text-[0.8125rem] text-quiet">or drop the file here</p>
      </div>
    </Labelled>
  );
}
