import { ExamplePanel } from "#components/attack/example-panel.tsx";
import { Gallery } from "#components/attack/gallery.tsx";
import { address, type Parameters } from "#components/table/address.ts";
import { NotUnderstood } from "#components/table/not-understood.tsx";
import { Pager } from "#components/table/pager.tsx";
import { Note } from "#components/ui/note.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Problem } from "#contest/problem.ts";

interface Answer {
  defense: { id: string; name: string };
  evaluationId: string;
  answer: string | null;
  verdict: "held" | "broken" | "was wrong";
}
type Example = { point: number; label: string; answers: Answer[] };

interface Props {
  attackId: string;
  path: string;
  given: Parameters;
  gallery: {
    all: boolean;
    revealsAt: Date | null;
    examples: Example[];
    page: number;
    size: number;
    total: number;
    chosen: Example | "closed" | "missing" | null;
    problems: Problem[];
  };
}

/** The examples of an attack that the reader may see, one of them large if the address names it. */
export function GallerySection({ attackId, path, given, gallery }: Props) {
  const { all, revealsAt, examples, page, size, total, chosen, problems } = gallery;
  return (
    <>
      <NotUnderstood problems={problems} />
      {!all && (
        <p className="max-w-[68ch] text-quiet">
          A dozen of the examples, chosen by hash; authors of defenses also see those that broke theirs.{" "}
          {revealsAt === null ? (
            "The challenge has set no date for opening the others."
          ) : (
            <>
              The others open on <Time at={revealsAt} />.
            </>
          )}
        </p>
      )}
      {chosen === "closed" && <Note>That example is not open yet.</Note>}
      {chosen === "missing" && (
        <Note tone="warning">The attack has no admissible example for that point; these are some that it has.</Note>
      )}
      {chosen !== null && typeof chosen === "object" && <ExamplePanel attackId={attackId} example={chosen} />}
      <Gallery
        attackId={attackId}
        examples={examples}
        href={(point) => `${address(path, given, { example: point })}#gallery`}
      />
      {total > size && (
        <Pager
          path={path}
          given={given}
          page={page}
          size={size}
          total={total}
          of="open examples"
          parameter="examples"
        />
      )}
    </>
  );
}
