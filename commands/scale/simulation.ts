/**
 * A day of submissions through the three things that every one passes: the queue that hands it out, a slot of an evaluator
 * that runs it, and the database that records its evaluations. A simulation of events in time, not a formula: arrivals
 * swell and ebb over the day, services vary, and a slot is held until the last evaluation is recorded.
 */
export interface World {
  /** Submissions a day. */
  perDay: number;
  /** The busiest moment over the day's mean. */
  peak: number;
  slots: number;
  /** Jobs a second that the queue hands out and takes back. */
  queueRate: number;
  /** Seconds of a slot that one submission takes, on average, and its spread (sigma of a log-normal). */
  serviceSeconds: number;
  spread: number;
  /** Evaluations that one submission brings, and how many a second the database records. */
  evaluations: number;
  recordRate: number;
}

/** Seconds: at the median, and of the slowest one and one thousandth. */
export interface Quantiles {
  p50: number;
  p99: number;
  p999: number;
}

export interface Day {
  submissions: number;
  /** Waiting for the queue's hand, for a slot, for the database; then from the upload to the result. */
  queue: Quantiles;
  slot: Quantiles;
  record: Quantiles;
  whole: Quantiles;
  /** Submissions that were not done when the day ended. */
  left: number;
}

export const DAY = 86_400;

/** Lives one day. The same world and seed give the same day, on any machine. */
export function live(world: World, seed: number): Day {
  const random = generator(seed);
  const arrivals = arrivalsOf(world, random);
  const handed = throughOne(arrivals, () => 1 / world.queueRate);
  const taken = new Float64Array(arrivals.length);
  const asked = new Float64Array(arrivals.length);
  const done = new Float64Array(arrivals.length);
  const service = arrivals.map(() => logNormal(world.serviceSeconds, world.spread, random));
  const free = heap();
  for (let slot = 0; slot < world.slots; slot++) free.push(0, -1);
  // Two clocks: the next hand-over, and the next evaluation that a slot has to record. The earlier goes first.
  const computed = heap();
  const perSubmission = world.evaluations / world.recordRate;
  let database = 0;
  let next = 0;
  while (next < arrivals.length || computed.size() > 0) {
    const starts = next < arrivals.length && free.size() > 0 ? Math.max(handed[next]!, free.first()) : Infinity;
    if (starts <= (computed.size() > 0 ? computed.first() : Infinity)) {
      free.pop();
      taken[next] = starts;
      asked[next] = starts + service[next]!;
      computed.push(asked[next]!, next);
      next++;
    } else {
      const one = computed.pop();
      database = Math.max(database, asked[one]!) + perSubmission;
      done[one] = database;
      free.push(database, -1);
    }
  }
  return {
    submissions: arrivals.length,
    queue: quantiles(handed.map((time, i) => time - arrivals[i]!)),
    slot: quantiles(taken.map((time, i) => time - handed[i]!)),
    record: quantiles(done.map((time, i) => time - asked[i]! - perSubmission)),
    whole: quantiles(done.map((time, i) => time - arrivals[i]!)),
    left: done.reduce((count, time) => count + (time > DAY ? 1 : 0), 0),
  };
}

/** Times of a Poisson process whose rate is a cosine over the day, by thinning; ascending. */
function arrivalsOf({ perDay, peak }: World, random: () => number): Float64Array {
  const most = (perDay / DAY) * peak;
  const times: number[] = [];
  for (let time = 0; ; ) {
    time -= Math.log(1 - random()) / most;
    if (time >= DAY) return Float64Array.from(times);
    const share = (1 - (peak - 1) * Math.cos((2 * Math.PI * time) / DAY)) / peak;
    if (random() < share) times.push(time);
  }
}

/** When each leaves a station of one server that takes them in turn. */
function throughOne(arrivals: Float64Array, seconds: () => number): Float64Array {
  let free = 0;
  return arrivals.map((time) => {
    free = Math.max(free, time) + seconds();
    return free;
  });
}

function logNormal(mean: number, sigma: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
}

function quantiles(values: Float64Array): Quantiles {
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

/** Numbers from 0 to 1, of 32 bits (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A binary heap of (time, item), the earliest first. */
function heap() {
  const times: number[] = [];
  const items: number[] = [];
  const swap = (a: number, b: number) => {
    [times[a], times[b]] = [times[b]!, times[a]!];
    [items[a], items[b]] = [items[b]!, items[a]!];
  };
  return {
    size: () => times.length,
    first: () => times[0]!,
    push(time: number, item: number): void {
      let at = times.push(time) - 1;
      items.push(item);
      for (; at > 0 && times[(at - 1) >> 1]! > times[at]!; at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    pop(): number {
      const item = items[0]!;
      swap(0, times.length - 1);
      times.pop();
      items.pop();
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const least = left + 1 < times.length && times[left + 1]! < times[left]! ? left + 1 : left;
        if (least >= times.length || times[at]! <= times[least]!) return item;
        swap(at, least);
        at = least;
      }
    },
  };
}
