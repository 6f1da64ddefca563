import fs from "node:fs";
// biome-ignore lint/style/noRestrictedImports: a probe is a payload, it runs inside
import { finish, waitForGo } from "#evaluator/runner/liveness.ts";

waitForGo();
fs.writeSync(3, `hello ${fs.readdirSync("/").join(" ")} ${fs.readdirSync("/in")}`);
finish();
