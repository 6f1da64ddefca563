import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { EnvError, parseEnv } from "#env.ts";
import { EVALUATE } from "#store/queue.ts";

const read = (file: string) => readFileSync(join("docker", file), "utf8");
const compose = parse(read("compose.yaml"), { merge: true });
const manifests = readdirSync("docker/kubernetes").flatMap((file) =>
  parseAllDocuments(read(join("kubernetes", file))).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  }),
);
const dockerfiles = readdirSync("docker").filter((file) => /^(site|evaluator).*\.Dockerfile$/.test(file));
/** What `env.ts` knows, and what is the engine's or PostgreSQL's own. */
const known = (name: string) =>
  readFileSync("env.ts", "utf8").includes(`\n  ${name}: `) || /^(HOME$|ORT_|NEXT_TELEMETRY_|NVIDIA_)/.test(name);

test("site and evaluators are given variables that env.ts knows, with values that it takes", () => {
  for (const name of ["site", "evaluator"]) {
    const variables = Object.entries(compose.services[name].environment as Record<string, string>);
    expect(variables.map(([key]) => key).filter((key) => !known(key))).toEqual([]);
    const secrets: Record<string, string> = { GAUNTLET_SECRET: "a".repeat(64) };
    const filled = variables.map(([key, value]) => [
      key,
      value.replace(/\$\{(\w+)(?::-([^}]*)|:\?)\}/g, (_, variable, usual) => usual ?? secrets[variable] ?? "word"),
    ]);
    expect(() => parseEnv(Object.fromEntries(filled))).not.toThrow(EnvError);
  }
});

test("the store in compose.yaml is the one that site and evaluators are told of", () => {
  const { ARTIFACT_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY_ID } = compose.services.evaluator.environment;
  const { hostname, port } = new URL(S3_ENDPOINT);
  const [, , command] = compose.services[hostname].entrypoint;
  expect(command).toContain(`--addr :${port}`);
  expect(command).toContain(`/data/${ARTIFACT_BUCKET}`);
  expect(command).toContain(`"${S3_ACCESS_KEY_ID},`);
});

test("every Dockerfile ends as an ordinary user, takes its base by argument, and starts what exists", () => {
  expect(dockerfiles).toHaveLength(4);
  for (const file of dockerfiles) {
    const lines = read(file).split("\n");
    expect(lines.findLast((line) => line.startsWith("USER "))).toBe("USER 10001:10001");
    expect(lines.filter((line) => line.startsWith("FROM ")).every((line) => /^FROM \$\{\w+_IMAGE\}/.test(line))).toBe(
      true,
    );
    for (const [, script] of read(file).matchAll(/node",? "?([\w/-]+\.ts)/g)) expect(existsSync(script!)).toBe(true);
    for (const [, name] of read(file).matchAll(/^ENV (.*)$/gm))
      for (const pair of name!.split(" ")) expect([pair, known(pair.split("=")[0]!)]).toEqual([pair, true]);
  }
});

test("the seccomp profile leaves what bubblewrap needs and takes what nobody here needs", () => {
  const denied = new Set(
    JSON.parse(read("seccomp.json")).syscalls.flatMap((rule: { names: string[]; args?: unknown[] }) =>
      rule.args ? [] : rule.names,
    ),
  );
  for (const call of ["clone", "unshare", "mount", "umount2", "pivot_root", "seccomp", "prctl"])
    expect([call, denied.has(call)]).toEqual([call, false]);
  for (const call of [
    "bpf",
    "ptrace",
    "keyctl",
    "perf_event_open",
    "kexec_load",
    "init_module",
    "io_uring_setup",
    "setns",
  ])
    expect([call, denied.has(call)]).toEqual([call, true]);
});

test("every pod runs as an ordinary user without capabilities, and KEDA counts the queue that there is", () => {
  const pods = manifests.filter(({ kind }) => kind === "Deployment").map(({ spec }) => spec.template.spec);
  expect(pods).toHaveLength(3);
  for (const { securityContext, automountServiceAccountToken, containers } of pods) {
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(automountServiceAccountToken).toBe(false);
    for (const container of containers)
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
  }
  const scaled = manifests.find(({ kind }) => kind === "ScaledObject");
  expect(scaled.spec.triggers[0].metadata.query).toContain(`name = '${EVALUATE}'`);
  const policy = manifests.find(({ kind }) => kind === "NetworkPolicy");
  expect(policy.spec).toMatchObject({ policyTypes: ["Ingress", "Egress"] });
  const [{ from, ports }] = policy.spec.ingress;
  expect(from).toEqual([{ podSelector: { matchLabels: { app: "gauntlet", part: "site" } } }]);
  const variables = pods.flatMap(({ containers }) =>
    containers.flatMap((container: { env?: object[] }) => container.env ?? []),
  );
  expect(variables.map(({ name }) => name).filter((name) => !known(name))).toEqual([]);
  expect(variables).toContainEqual({ name: "EVALUATOR_PORT", value: String(ports[0].port) });
});
