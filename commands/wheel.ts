import { join } from "node:path";
import { run } from "#commands/progress.ts";
import { buildWheel, clientFolder } from "#commands/wheel/build.ts";

/** `npm run wheel`: the Python client as a wheel in clients/python/dist, built by the python3 on the PATH. */
await run(async () => console.log(await buildWheel("python3", join(clientFolder, "dist"))));
