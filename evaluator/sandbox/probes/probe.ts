/** What a probe is told about the host, so that it knows what to reach for. */
export interface Host {
  /** files and folders of the host that nobody inside may read: another slot's input, the state folder, the project */
  secrets: string[];
  /** a TCP port and an abstract Unix socket that listen on the host */
  port: number;
  socket: string;
  hostname: string;
  /** the process that owns the sandbox, and the user it runs as */
  pid: number;
  uid: number;
}

/**
 * One attempt to get at something. It is **reached** when `attempt` gives anything but false, and **denied** when it gives false or
 * throws. Inside the sandbox all must be denied. Outside they run as well (to show that they can reach something), so an
 * attempt changes nothing of the host: it opens, and does not write; it asks for permission, and does not act.
 */
export interface Probe {
  name: string;
  attempt(host: Host): unknown;
}

/** `what`: undefined when denied, else a few words on what was reached. */
export interface ProbeResult {
  name: string;
  reached: boolean;
  detail: string;
}
