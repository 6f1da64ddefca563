/** Search parameters as they came with the page. */
export type Parameters = Record<string, string | string[] | undefined>;

/**
 * The address of the same table with some parameters changed; null removes one. Whatever else the reader had asked for
 * stays, except the page, which only makes sense for the same order and filters.
 */
export function address(path: string, given: Parameters, changes: Record<string, string | number | null>): string {
  const parameters = new URLSearchParams();
  const merged: Record<string, string | string[] | number | null | undefined> = { ...given, page: null, ...changes };
  for (const [key, value] of Object.entries(merged)) {
    const first = [value].flat()[0];
    if (first !== null && first !== undefined && first !== "") parameters.set(key, String(first));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
