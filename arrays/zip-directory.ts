import {
  broken,
  type Member,
  plainName,
  refuseDuplicates,
  refuseFeatures,
  refuseOverlaps,
  SAVE_AGAIN,
} from "#arrays/zip-member.ts";
import { Refusal } from "#contest/problem.ts";

const END = { signature: 0x06054b50, length: 22 };
const CENTRAL = { signature: 0x02014b50, length: 46, flags: 8 };
const LOCAL = { signature: 0x04034b50, length: 30, flags: 6 };
/** Flag bit 3: CRC and sizes come after the data. */
const SIZES_FOLLOW = 0x0008;
/** A 32-bit field that says: look into the zip64 extra field (id 1). */
const IN_ZIP64 = 0xffffffff;
/** Whether the bytes begin as a zip file does, an empty one included. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  const [p, k, third, fourth] = bytes;
  return p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/**
 * The members of a zip file (APPNOTE 6.3.10), read strictly: the directory ends the file, is as long as it says and
 * agrees with every local header; members have plain unique names, are stored or deflated, not encrypted, and share no
 * byte. 64-bit sizes, which NumPy always writes into local headers, are read. Throws a Refusal.
 */
export function readDirectory(bytes: Uint8Array, maxMembers: number): Member[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view, maxMembers);
  const members: Member[] = [];
  let at = directory.start;
  for (let i = 0; i < directory.count; i++) {
    if (at + CENTRAL.length > directory.end || view.getUint32(at, true) !== CENTRAL.signature) {
      throw broken(`entry ${i} of its directory is missing`);
    }
    const entry = readFields(view, at, CENTRAL, directory.end);
    members.push(place(view, entry, wide(view, entry, view.getUint32(at + 42, true)), directory.start));
    at = entry.end + view.getUint16(at + 32, true);
  }
  if (at !== directory.end) throw broken("its directory is not as long as it says");
  refuseDuplicates(members);
  refuseOverlaps(members);
  return members;
}

function findDirectory(view: DataView, maxMembers: number): { start: number; end: number; count: number } {
  const end = view.byteLength - END.length;
  if (end < 0 || view.getUint32(end, true) !== END.signature) {
    throw new Refusal({
      code: "npz-truncated",
      message: "The file does not end with a zip directory: it was cut short, or something was added after it.",
      fix: "Save and upload it again.",
    });
  }
  const count = view.getUint16(end + 10, true);
  if (count > maxMembers) {
    throw new Refusal({
      code: "npz-too-many-members",
      message: "The archive has more members than arrays are expected.",
      expected: `at most ${maxMembers}`,
      found: count === 0xffff ? "65535 or more" : `${count}`,
      fix: `Put all examples into one array. ${SAVE_AGAIN}`,
    });
  }
  const start = view.getUint32(end + 16, true);
  const oneDisk = view.getUint32(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  if (!oneDisk || view.getUint16(end + 20, true) !== 0 || start + view.getUint32(end + 12, true) !== end) {
    throw broken("its directory is not where the end of the file says");
  }
  return { start, end, count };
}

interface Fields {
  name: string;
  flags: number;
  method: number;
  crc: number;
  stored: number;
  size: number;
  extra: number;
  /** Byte after the name and the extra fields. */
  end: number;
}

/** The fields that local and central headers have in common, in the same order from the flags on. */
function readFields(view: DataView, at: number, kind: { length: number; flags: number }, limit: number): Fields {
  const from = at + kind.flags;
  const extra = at + kind.length + view.getUint16(from + 20, true);
  const end = extra + view.getUint16(from + 22, true);
  if (end > limit) throw broken("a header is cut off");
  const name = new Uint8Array(view.buffer, view.byteOffset + at + kind.length, extra - at - kind.length);
  return {
    name: plainName(name),
    flags: view.getUint16(from, true),
    method: view.getUint16(from + 2, true),
    crc: view.getUint32(from + 8, true),
    stored: view.getUint32(from + 12, true),
    size: view.getUint32(from + 16, true),
    extra,
    end,
  };
}

/** Sizes and header offset, from the zip64 extra field where the 32-bit ones say so (in this order: APPNOTE 4.5.3). */
function wide(view: DataView, fields: Fields, header: number): { size: number; stored: number; header: number } {
  const values = [fields.size, fields.stored, header];
  if (values.includes(IN_ZIP64)) {
    let { at, end } = findZip64(view, fields);
    for (const [i, value] of values.entries()) {
      if (value !== IN_ZIP64) continue;
      if (at + 8 > end) throw broken("a 64-bit size is missing");
      // Beyond 2^53 this rounds, but what is larger than the file or the caller's bound is refused either way.
      values[i] = Number(view.getBigUint64(at, true));
      at += 8;
    }
  }
  return { size: values[0]!, stored: values[1]!, header: values[2]! };
}

function findZip64(view: DataView, fields: Fields): { at: number; end: number } {
  for (let at = fields.extra; at + 4 <= fields.end; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > fields.end) break;
    if (view.getUint16(at, true) === 1) return { at: at + 4, end };
    at = end;
  }
  throw broken("a 64-bit size is missing");
}

/** Follows a directory entry to its local header, which must say the same, and to its data. */
function place(
  view: DataView,
  entry: Fields,
  central: { size: number; stored: number; header: number },
  limit: number,
): Member {
  const { name, flags, method, crc } = entry;
  refuseFeatures(name, flags, method);
  const { header, stored, size } = central;
  if (header + LOCAL.length > limit || view.getUint32(header, true) !== LOCAL.signature) {
    throw broken(`the header of ${name} is not where its directory says`);
  }
  const fields = readFields(view, header, LOCAL, limit);
  const local = wide(view, fields, 0);
  const same = fields.crc === crc && local.stored === stored && local.size === size;
  // Written to a pipe, a header cannot know its sizes yet: they are 0 and follow the data, where nobody needs them.
  const later = (flags & SIZES_FOLLOW) !== 0 && fields.crc === 0 && local.stored === 0 && local.size === 0;
  if (fields.name !== name || fields.flags !== flags || fields.method !== method || !(same || later)) {
    throw new Refusal({
      code: "npz-headers-disagree",
      message: "A member's own header and the archive's directory say different things about it.",
      where: `member ${name}`,
      fix: SAVE_AGAIN,
    });
  }
  const end = fields.end + stored;
  if (end > limit) throw broken(`the data of ${name} is cut off`);
  if (method === 0 && stored !== size) throw broken(`${name} is stored, with two sizes`);
  return { name, method: method === 0 ? "stored" : "deflate", crc, size, header, start: fields.end, end };
}
