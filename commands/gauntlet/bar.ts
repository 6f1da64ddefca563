const WIDTH = 30;

/**
 * A progress bar of several shards on standard error, where that is a terminal. Gives each shard's own callback
 * (done, total); that of shard -1 ends the line.
 */
export function bar(title: string, shards: number): (shard: number) => (done: number, total: number) => void {
  const fractions = new Array<number>(shards).fill(0);
  return (shard) => (done, total) => {
    if (!process.stderr.isTTY) return;
    if (shard < 0) return void process.stderr.write("\r\u001b[K");
    fractions[shard] = Math.max(fractions[shard]!, total > 0 ? done / total : 0);
    const mean = fractions.reduce((a, b) => a + b, 0) / shards;
    const filled = Math.round(mean * WIDTH);
    const line = `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${Math.floor(mean * 100)} %`;
    process.stderr.write(`\r${title.padEnd(6)} ${line}`);
  };
}
