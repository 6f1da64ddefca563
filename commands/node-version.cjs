// Loaded before anything else (node -r), and written for the oldest Node that somebody may still have.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "Gauntlet needs Node 24; this is " +
      process.version +
      ". `npm ci` brings one: run it, and start with npm, which finds it in node_modules.",
  );
  process.exit(1);
}
