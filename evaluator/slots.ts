/** Hands out slot numbers first..first+count-1, each to one user at a time, in the order of asking. */
export function slotPool(
  count: number,
  first = 0,
): { with<T>(use: (slot: number) => Promise<T>): Promise<T>; busy(): number } {
  const free = Array.from({ length: count }, (_, slot) => first + slot);
  const waiting: ((slot: number) => void)[] = [];
  const take = () => {
    const slot = free.shift();
    return slot === undefined ? new Promise<number>((resolve) => waiting.push(resolve)) : Promise.resolve(slot);
  };
  return {
    async with(use) {
      const slot = await take();
      try {
        return await use(slot);
      } finally {
        const next = waiting.shift();
        if (next) next(slot);
        else free.push(slot);
      }
    },
    busy: () => count - free.length,
  };
}
