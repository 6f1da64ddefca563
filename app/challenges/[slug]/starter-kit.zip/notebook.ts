/** A cell of a notebook: its source as it is read. */
export type Cell = { markdown: string } | { code: string };

/** Jupyter's format 4.5; cells are numbered, so that the same cells give the same file. */
export function notebook(cells: Cell[]): string {
  const lines = (text: string) => text.trim().split(/(?<=\n)/);
  const written = cells.map((cell, at) => {
    const about = { id: `cell-${at}`, metadata: {} };
    return "code" in cell
      ? { cell_type: "code", ...about, execution_count: null, outputs: [], source: lines(cell.code) }
      : { cell_type: "markdown", ...about, source: lines(cell.markdown) };
  });
  const metadata = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
  return `${JSON.stringify({ cells: written, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}
