import { address, type Parameters } from "#components/table/address.ts";

/** The same rows as data: the page's own address with an ending. */
export function Exports({ path, given, page }: { path: string; given: Parameters; page?: number }) {
  const at = (format: string) => address(`${path}.${format}`, given, { page: page === 1 ? null : (page ?? null) });
  return (
    <p className="no-print text-[0.875rem] text-quiet">
      These rows as <a href={at("json")}>JSON</a> or <a href={at("csv")}>CSV</a>
    </p>
  );
}
