import { Refusal } from "#contest/problem.ts";

/** One member of a zip file, its central and local headers in agreement, its data not yet read. */
export interface Member {
  name: string;
  method: "stored" | "deflate";
  /** CRC-32 and size of the data once inflated, as claimed. */
  crc: number;
  size: number;
  /** Bytes of the file at which its header and its data begin, and at which its data ends. */
  header: number;
  start: number;
  end: number;
}

/** Flag bits: encrypted (0, 6, 13); deflate's effort (1, 2), sizes after the data (3) and UTF-8 names (11) are harmless. */
const ENCRYPTED = 0x2041;
const HARMLESS = 0x080e;

export const SAVE_AGAIN = "Save the arrays with np.savez_compressed(path, x_adv=x_adv, index=index).";

/** Refuses what the flags or the method say that is not read here: encryption, other compressions, patches. Throws a Refusal. */
export function refuseFeatures(name: string, flags: number, method: number): void {
  if (flags & ENCRYPTED) {
    throw new Refusal({
      code: "npz-encrypted",
      message: "The archive is encrypted.",
      where: `member ${name}`,
      fix: `Leave out the password. ${SAVE_AGAIN}`,
    });
  }
  if (method !== 0 && method !== 8) {
    throw new Refusal({
      code: "npz-compression",
      message: "A member is compressed in a way that is not read here.",
      where: `member ${name}`,
      expected: "stored (0) or deflate (8)",
      found: `method ${method}`,
      fix: SAVE_AGAIN,
    });
  }
  if (flags & ~(HARMLESS | ENCRYPTED)) throw broken(`${name} uses a feature that arrays do not need`);
}

/** Members are files side by side: letters, digits and .-_ only, so that a name can never be a path. Throws a Refusal. */
export function plainName(bytes: Uint8Array): string {
  const name = String.fromCharCode(...bytes.subarray(0, 300));
  if (bytes.length <= 100 && /^[A-Za-z0-9_](\.?[A-Za-z0-9_-])*$/.test(name)) return name;
  const found = name.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
  if (/\/data\.pkl$/.test(name)) {
    throw new Refusal({
      code: "npz-torch-file",
      message: "This is a file of torch.save, which holds Python pickles; those are never loaded.",
      found,
      fix: "Save the array itself: np.savez_compressed(path, x_adv=x_adv.cpu().numpy()).",
    });
  }
  const path = /[/\\]|^[A-Za-z]:|\.\./.test(name);
  throw new Refusal({
    code: path ? "npz-member-path" : "npz-member-name",
    message: path ? "A member's name is a path; nothing is unpacked here." : "A member's name is not a plain one.",
    expected: "names such as x_adv.npy",
    found: found || "an empty name",
    fix: SAVE_AGAIN,
  });
}

/** Throws a Refusal when two members have the same name. */
export function refuseDuplicates(members: Member[]): void {
  const seen = new Set<string>();
  for (const { name } of members) {
    if (seen.has(name)) {
      throw new Refusal({
        code: "npz-duplicate-member",
        message: "Two members have the same name, so it is not clear which one is meant.",
        where: `member ${name}`,
        fix: SAVE_AGAIN,
      });
    }
    seen.add(name);
  }
}

/** Two entries that share data are how a small file claims petabytes. Throws a Refusal. */
export function refuseOverlaps(members: Member[]): void {
  const ordered = members.toSorted((a, b) => a.header - b.header);
  for (const [i, member] of ordered.entries()) {
    const before = ordered[i - 1];
    if (before && member.header < before.end) {
      throw new Refusal({
        code: "npz-overlap",
        message: "Two members of the archive share bytes.",
        where: `members ${before.name} and ${member.name}`,
        fix: SAVE_AGAIN,
      });
    }
  }
}

/** The refusal of an archive that contradicts itself in a way that no program writes. */
export function broken(what: string): Refusal {
  return new Refusal({ code: "npz-broken", message: `The archive is damaged: ${what}.`, fix: SAVE_AGAIN });
}
