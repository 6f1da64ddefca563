/** A text with what was asked for marked; written in whatever direction. */
export function Marked({ pieces }: { pieces: readonly { text: string; marked: boolean }[] }) {
  return (
    <bdi>
      {pieces.map(({ text, marked }, i) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces are drawn once and never change
        marked ? <mark key={i}>{text}</mark> : text,
      )}
    </bdi>
  );
}
