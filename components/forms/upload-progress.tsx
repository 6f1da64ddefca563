import { bytes } from "#components/ui/numbers.ts";

/** How much of an upload is gone, in bytes; afterwards the site still stores it. */
export function UploadProgress({ done, total }: { done: number; total: number }) {
  return (
    <div role="status" className="flex items-center gap-3">
      <progress className="h-2 w-full max-w-[24rem]" value={done} max={total} aria-label="Upload" />
      <span className="num text-[0.875rem] text-quiet">
        {done < total ? `${bytes(done)} of ${bytes(total)}` : "Being stored ..."}
      </span>
    </div>
  );
}
