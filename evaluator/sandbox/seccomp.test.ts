import fs from "node:fs";
import { expect, test } from "vitest";
import { seccompFilter } from "./seccomp.ts";
import { syscalls } from "./syscalls.ts";

const header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

// The header comes with a C compiler's packages, which not every machine has; the numbers do not change.
test.skipIf(!fs.existsSync(header))("the numbers are those of the system's header", () => {
  const text = fs.readFileSync(header, "utf8");
  for (const [name, number] of Object.entries(syscalls)) {
    const known = new RegExp(`^#define __NR_${name} (\\d+)$`, "m").exec(text)?.[1];
    // memfd_secret and the like may be younger than the header
    if (known !== undefined) expect(`${name} ${known}`).toBe(`${name} ${number}`);
  }
});

/** Runs the filter as the kernel would, on one call. */
function decide(call: number, args: number[] = [], architecture = 0xc000003e): number {
  const program = Buffer.from(seccompFilter());
  const data = Buffer.alloc(64);
  data.writeInt32LE(call, 0);
  data.writeUInt32LE(architecture, 4);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const [code, value] = [program.readUInt16LE(at * 8), program.readUInt32LE(at * 8 + 4)];
    const jump = (condition: boolean) => program.readUInt8(at * 8 + (condition ? 2 : 3));
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x15) at += jump(accumulator === value);
    else if (code === 0x35) at += jump(accumulator >= value);
    else if (code === 0x45) at += jump((accumulator & value) !== 0);
    else throw new Error(`unknown instruction ${code}`);
  }
}

const [allowed, killed, refused, unknown] = [0x7fff0000, 0x80000000, 0x00050001, 0x00050026];

test("what is not named is refused, whatever its number", () => {
  for (let call = 500; call < 0x4000_0000; call = call * 3) expect(decide(call)).toBe(refused);
  expect(decide(syscalls.socket)).toBe(refused);
  expect(decide(syscalls.kill)).toBe(refused);
});

test("another architecture and the x32 numbers kill", () => {
  expect(decide(syscalls.read, [], 0x40000003)).toBe(killed);
  expect(decide(syscalls.read, [], 0xc00000b7)).toBe(killed);
  expect(decide(0x4000_0000 + syscalls.read)).toBe(killed);
  expect(decide(-1)).toBe(killed);
});

test("a clone may make a thread and nothing else", () => {
  const thread = 0x3d0f00;
  expect(decide(syscalls.clone, [thread])).toBe(allowed);
  expect(decide(syscalls.clone, [17])).toBe(refused);
  expect(decide(syscalls.clone, [thread | 0x10000000])).toBe(refused);
  expect(decide(syscalls.clone, [thread | 0x20000])).toBe(refused);
  expect(decide(syscalls.clone3)).toBe(unknown);
});

test("of ioctl, prctl and prlimit64 only the harmless arguments pass", () => {
  expect(decide(syscalls.ioctl, [0, 0x5401])).toBe(allowed);
  expect(decide(syscalls.ioctl, [0, 0x5412])).toBe(refused);
  expect(decide(syscalls.prctl, [15])).toBe(allowed);
  expect(decide(syscalls.prctl, [1])).toBe(refused);
  expect(decide(syscalls.prlimit64, [0])).toBe(allowed);
  expect(decide(syscalls.prlimit64, [1])).toBe(refused);
});

test("a hostile call kills, so that it shows", () => {
  for (const call of ["ptrace", "bpf", "mount", "unshare", "memfd_create", "execveat"] as const)
    expect(decide(syscalls[call])).toBe(killed);
});

test("the filter is within the kernel's limit of 4096 instructions", () => {
  expect(seccompFilter().length / 8).toBeLessThan(4096);
  expect(seccompFilter().length % 8).toBe(0);
});
