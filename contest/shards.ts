const MOST_SHARDS = 16;

/**
 * Into how many shards the full tier of a defense is split, by the points that still stand and how many of them are worth
 * a shard: a power of two, so that two evaluators, or four, end together, and 16 at most.
 */
export function shardCount(points: number, least: number): number {
  let count = 1;
  while (count < MOST_SHARDS && points >= 2 * count * least) count *= 2;
  return count;
}

/** The points of each of `count` shards, ascending: dealt in turn, so that every shard has as many of the hard ones. */
export function shardsOf(points: readonly number[], count: number): number[][] {
  return Array.from({ length: count }, (_, shard) => points.filter((_point, i) => i % count === shard));
}
