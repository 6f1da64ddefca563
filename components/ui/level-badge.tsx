import type { Level } from "#contest/standing.ts";

// Four blocks that fall one by one: the shape says the level to whoever cannot see the colour.
const blocks: Record<Level, number> = { standing: 4, weakened: 3, broken: 2, collapsed: 0 };
const corners = [
  [1, 9],
  [9, 9],
  [1, 1],
  [9, 1],
] as const;
const colours: Record<Level, string> = {
  standing: "text-standing",
  weakened: "text-weakened",
  broken: "text-broken",
  collapsed: "text-collapsed",
};

// One path for all blocks: a board has a badge in every row.
const outline = (count: number) =>
  corners
    .slice(0, count)
    .map(([x, y]) => `M${x} ${y}h6v6h-6z`)
    .join("");

/** Where a defense stands, as a word, a shape and a colour. */
export function LevelBadge({ level }: { level: Level }) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${colours[level]}`}>
      <svg viewBox="0 0 16 16" width="11" height="11" aria-hidden="true">
        <path d={outline(4)} fill="none" stroke="currentColor" />
        <path d={outline(blocks[level])} fill="currentColor" />
      </svg>
      {level}
    </span>
  );
}
