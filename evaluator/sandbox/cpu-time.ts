import fs from "node:fs";

/** CPU milliseconds (in ticks of 10) that the children of a sandbox's first process have used, dead threads included; null when they are gone. */
export function cpuMsOf(first: number | null): number | null {
  if (first === null) return null;
  try {
    const children = fs.readFileSync(`/proc/${first}/task/${first}/children`, "latin1").trim();
    if (children === "") return null;
    let ticks = 0;
    for (const pid of children.split(" ")) {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
      // the second field is the name, in brackets, and may hold anything
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    }
    return ticks * 10;
  } catch {
    return null;
  }
}
