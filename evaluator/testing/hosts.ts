import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A host of its own, as far as its network, its processes and its clock go: a network namespace behind a cable (a veth
 * pair) to this machine, process ids of its own, and a clock that is `aheadMs` ahead. Files and CPU are this machine's.
 */
export interface Host {
  /** How a program is started in it: what comes before the program's own path. It ends with what it is started by, by SIGKILL. */
  command: string[];
  /** What Node is given so that its clock is the host's. */
  nodeOptions: string[];
  /** The address at which the host reaches the PostgreSQL that this machine reaches at `url`. */
  databaseUrl(url: string): Promise<string>;
  /** Pulls the cable: nothing passes, and nobody is told. */
  unplug(): void;
  plug(): void;
  remove(): void;
}

const ip = (...args: string[]) => execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });

/** Why no hosts can be made here, in a line; null where they can. */
export function noHosts(): string | null {
  const name = `gauntlet-${process.pid}`;
  try {
    ip("netns", "add", name);
    ip("netns", "del", name);
    return null;
  } catch (error) {
    return `network namespaces want iproute2 and root: ${String(error).split("\n")[0]}`;
  }
}

let made = 0;

/** Makes a host. Throws where `noHosts` says why. */
export function addHost({ aheadMs = 0 } = {}): Host {
  const number = made++;
  const name = `gauntlet-${process.pid}-${number}`;
  // Interfaces have names of at most 15 characters, and addresses are from the block for tests of networks (RFC 2544).
  const [near, far] = [`g${process.pid % 1e6}n${number}`, `g${process.pid % 1e6}f${number}`];
  const subnet = `198.18.${process.pid % 256}`;
  const [ours, theirs] = [`${subnet}.${4 * number + 1}`, `${subnet}.${4 * number + 2}`];
  ip("netns", "add", name);
  ip("link", "add", near, "type", "veth", "peer", "name", far);
  ip("link", "set", far, "netns", name);
  ip("addr", "add", `${ours}/30`, "dev", near);
  ip("link", "set", near, "up");
  ip("-n", name, "addr", "add", `${theirs}/30`, "dev", far);
  ip("-n", name, "link", "set", far, "up");
  ip("-n", name, "link", "set", "lo", "up");
  const servers: Server[] = [];
  return {
    // Sandboxes' users are claimed within a network namespace: evaluators of two must not see each other's processes.
    command: ["ip", "netns", "exec", name, "unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
    nodeOptions: aheadMs === 0 ? [] : ["--import", `data:text/javascript,${encodeURIComponent(clockAhead(aheadMs))}`],
    async databaseUrl(url) {
      const target = new URL(url);
      const server = forward(Number(target.port));
      servers.push(server);
      server.listen(0, ours);
      await once(server, "listening");
      target.host = `${ours}:${(server.address() as { port: number }).port}`;
      return target.href;
    },
    unplug: () => void ip("link", "set", near, "down"),
    plug: () => void ip("link", "set", near, "up"),
    remove() {
      for (const server of servers) server.close();
      // The cable goes with the namespace.
      ip("netns", "del", name);
    },
  };
}

/** Passes connections on to a port of this machine's loopback, where the PostgreSQL of the tests listens alone. */
function forward(port: number): Server {
  return createServer((from) => {
    const to = connect(port, "127.0.0.1");
    const end = (other: Socket) => () => other.destroy();
    from.on("error", end(to)).on("close", end(to)).pipe(to);
    to.on("error", end(from)).on("close", end(from)).pipe(from);
  });
}

/** A module that sets the clock of the process that loads it. Linux has namespaces for monotonic clocks only. */
const clockAhead = (ms: number) => `
  const Real = Date;
  globalThis.Date = class Date extends Real {
    constructor(...args) { args.length === 0 ? super(Real.now() + ${ms}) : super(...args); }
    static now() { return Real.now() + ${ms}; }
  };`;
