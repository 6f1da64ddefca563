import { CHECKS_OF } from "#contest/flags.ts";
import { report } from "#evaluator/runner/channel.ts";
import { finish, waitForGo } from "#evaluator/runner/liveness.ts";

/** What a model that took over its runner might do: it leaves out the first check, and says that it is done. */
waitForGo();
report({ type: "ready", ort: "0", provider: "cpu" });
for (const check of CHECKS_OF.quick.slice(1)) report({ type: "checked", check, found: null });
report({ type: "done" });
finish(0);
