/** Keys that are read in one statement. */
const MOST_AT_ONCE = 1_000;

/**
 * Makes one read of many that come at the same time. What is asked for while `read` is at work waits for its next turn,
 * so nobody hears of a row as it stood before they asked. `read` gives what there is, by key; undefined for the rest.
 */
export function together<Row>(
  read: (keys: string[]) => Promise<Map<string, Row>>,
): (key: string) => Promise<Row | undefined> {
  let waiting = new Map<string, PromiseWithResolvers<Row | undefined>>();
  let running = false;
  const run = async () => {
    running = true;
    while (waiting.size > 0) {
      const some = [...waiting].slice(0, MOST_AT_ONCE);
      waiting = new Map([...waiting].slice(MOST_AT_ONCE));
      try {
        const rows = await read(some.map(([key]) => key));
        for (const [key, answer] of some) answer.resolve(rows.get(key));
      } catch (error) {
        for (const [, answer] of some) answer.reject(error);
      }
    }
    running = false;
  };
  return (key) => {
    const answer = waiting.get(key) ?? Promise.withResolvers<Row | undefined>();
    waiting.set(key, answer);
    if (!running) void run();
    return answer.promise;
  };
}
