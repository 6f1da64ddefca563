import { type Syscall, syscalls } from "./syscalls.ts";

/** A system call with up to six arguments; bytes and text are placed in memory and passed by address (text with a final NUL). */
export interface RawCall {
  call: Syscall | number;
  args?: (number | string | Uint8Array)[];
  /** this call gives 0 in a second process (fork): that one exits at once */
  forks?: boolean;
}

const base = 0x40_0000;
const headers = 64 + 56;
const entrySize = 64;
const pad = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);

/** ELF64 for x86-64 with one segment, readable, writable and executable, that starts at its first byte of code. */
function executable(body: Uint8Array): Uint8Array {
  const file = Buffer.alloc(headers);
  file.write("\x7fELF\x02\x01\x01", 0, "latin1");
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(62, 18); // EM_X86_64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(base + headers), 24); // entry
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // PT_LOAD
  file.writeUInt32LE(7, 68); // R W X
  file.writeBigUInt64LE(BigInt(base), 80);
  file.writeBigUInt64LE(BigInt(base), 88);
  file.writeBigUInt64LE(BigInt(headers + body.length), 96);
  file.writeBigUInt64LE(BigInt(headers + body.length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([file, body]);
}

/** The loop that makes every call of the table at rbx and writes its result (8 bytes) to fd 3. */
const loop = Buffer.from(
  [
    "488b03", // next: mov rax, [rbx]
    "488b7b08 488b7310 488b5318", // mov rdi, [rbx+8]; mov rsi, [rbx+16]; mov rdx, [rbx+24]
    "4c8b5320 4c8b4328 4c8b4b30", // mov r10, [rbx+32]; mov r8, [rbx+40]; mov r9, [rbx+48]
    "0f05", // syscall
    "48837b3800 7405", // cmp qword [rbx+56], 0; je keep
    "4885c0 7420", // test rax, rax; jz exit
    "488903", // keep: mov [rbx], rax
    "b801000000 bf03000000 4889de ba08000000 0f05", // write(3, rbx, 8)
    "4883c340 4839eb 72b7", // add rbx, 64; cmp rbx, rbp; jb next
    "b8e7000000 31ff 0f05", // exit: exit_group(0)
  ]
    .join("")
    .replaceAll(" ", ""),
  "hex",
);
const systemCall = 27;

/**
 * A static executable of a few hundred bytes that makes the given system calls one after another and writes each
 * result, as a little-endian int64 (negative: errno), to fd 3. No compiler and no C library: machine code from here.
 * `legacy` makes the calls through the 32-bit gate (int 0x80; numbers of i386, no arguments).
 */
export function elfThatCalls(calls: RawCall[], legacy = false): Uint8Array {
  const prologue = Buffer.alloc(20);
  const table = Buffer.alloc(calls.length * entrySize);
  const code = Buffer.from(loop);
  if (legacy) code.set([0xcd, 0x80], systemCall);
  const tableAt = base + headers + prologue.length + pad(code).length;
  const data: Uint8Array[] = [];
  let dataAt = tableAt + table.length;
  calls.forEach(({ call, args = [], forks = false }, index) => {
    const at = index * entrySize;
    table.writeBigInt64LE(BigInt(typeof call === "number" ? call : syscalls[call]), at);
    for (const [position, arg] of args.entries()) {
      if (typeof arg === "number") {
        table.writeBigInt64LE(BigInt(arg), at + 8 + 8 * position);
        continue;
      }
      const bytes = pad(typeof arg === "string" ? Buffer.from(`${arg}\0`) : arg);
      table.writeBigInt64LE(BigInt(dataAt), at + 8 + 8 * position);
      data.push(bytes);
      dataAt += bytes.length;
    }
    table.writeBigInt64LE(forks ? 1n : 0n, at + 56);
  });
  prologue.set([0x48, 0xbb], 0); // mov rbx, first entry
  prologue.writeBigUInt64LE(BigInt(tableAt), 2);
  prologue.set([0x48, 0xbd], 10); // mov rbp, end of the table
  prologue.writeBigUInt64LE(BigInt(tableAt + table.length), 12);
  return executable(Buffer.concat([prologue, pad(code), table, ...data]));
}

/** A static executable that reads address 0: a native crash to order (SIGSEGV). */
export function elfThatCrashes(): Uint8Array {
  return executable(Buffer.from("488b042500000000", "hex")); // mov rax, [0]
}
