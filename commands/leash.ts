/**
 * Loaded into every child of `npm start` (node --import): the child ends by itself when the process that started it is
 * gone, kill -9 included, because the channel between them then closes.
 */
process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 10_000).unref();
});
process.channel?.unref();
