/** A value in percent as the archive's sources give it, digit for digit: "3.6 %". */
export function asGiven(value: number): string {
  return `${value}\u00a0%`;
}

/** Where an arXiv paper is. */
export function ArxivLink({ id, verified }: { id: string; verified: boolean | null | undefined }) {
  return (
    <span className="whitespace-nowrap">
      <a href={`https://arxiv.org/abs/${id}`}>arXiv:{id}</a>
      {verified === false && <NotVerified title="This id was not checked against a source">id not checked</NotVerified>}
    </span>
  );
}

/** The mark of what could not be read in a source. */
export function NotVerified({ title, children = "not verified" }: { title?: string; children?: string }) {
  return (
    <>
      {" "}
      <span
        className="whitespace-nowrap rounded border border-weakened border-dashed px-1 text-[0.75rem] text-weakened"
        title={title ?? "This could not be read in a source"}
      >
        {children}
      </span>
    </>
  );
}
