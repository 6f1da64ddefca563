import { type Syscall, syscalls } from "./syscalls.ts";

/**
 * The filter that every sandboxed process runs under: an allow-list, assembled as classic BPF (`struct sock_filter`,
 * seccomp(2)) for x86-64. bubblewrap installs it after its own set-up and just before the payload starts.
 */
const allowed: Syscall[] = [
  // files: the root holds only what we bound, read-only, and a small tmpfs
  ...([
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "openat",
    "close",
    "lseek",
    "getdents64",
    "dup",
    "dup3",
  ] as const),
  ...(["stat", "fstat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"] as const),
  ...(["readlink", "readlinkat", "getcwd", "fcntl", "pipe2", "eventfd2", "poll", "ppoll"] as const),
  ...(["epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait"] as const),
  // memory
  ...(["mmap", "mprotect", "munmap", "mremap", "madvise", "brk", "membarrier", "pkey_alloc"] as const),
  // threads and signals of its own process. `execve` must stay: the filter is already on when prlimit starts node
  ...(["futex", "set_robust_list", "set_tid_address", "rseq", "sched_yield", "sched_getaffinity", "getcpu"] as const),
  ...(["rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill", "restart_syscall"] as const),
  ...(["execve", "exit", "exit_group", "wait4", "arch_prctl"] as const),
  // who and when am I
  ...(["getpid", "gettid", "getppid", "getuid", "getgid", "geteuid", "getegid", "capget", "uname", "sysinfo"] as const),
  ...(["getrlimit", "getrusage", "times", "gettimeofday", "clock_gettime", "clock_getres"] as const),
  ...(["nanosleep", "clock_nanosleep", "getrandom"] as const),
];

/** What drivers of accelerators need as well: they are spoken to by ioctl, each in a language of its own. */
const forDrivers: Syscall[] = ["memfd_create", "ftruncate"];
/** TIOCSTI and TIOCLINUX, which type into a terminal and paste: no driver's. */
const typing: Condition = { call: "ioctl", argument: 1, noneOf: [0x5412, 0x541c] };

/** glibc and libuv fall back to older calls on ENOSYS; EPERM would be an error to them. */
const absent: Syscall[] = ["clone3", "io_uring_setup", "openat2"];

/** Nothing honest in a runner calls these: the process dies with SIGSYS, which shows in the outcome. */
const fatal: Syscall[] = [
  ...(["ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "perf_event_open", "bpf", "userfaultfd"] as const),
  ...(["mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "fsopen", "open_tree", "move_mount"] as const),
  ...(["fsmount", "mount_setattr", "open_by_handle_at", "execveat", "memfd_create", "memfd_secret"] as const),
  ...(["keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module"] as const),
  ...(["kexec_load", "kexec_file_load", "reboot", "io_uring_enter", "io_uring_register"] as const),
];

interface Condition {
  call: Syscall;
  argument: number;
  oneOf?: number[];
  noneOf?: number[];
  all?: number;
  none?: number;
}

/** Calls that are fine with some arguments only; a condition looks at the low 32 bits, which is all the kernel reads. */
const conditional: Condition[] = [
  // a thread of this process: CLONE_THREAD, and no new namespace (CLONE_NEW*). fork, vfork and clone3 are out
  { call: "clone", argument: 0, all: 0x0001_0000, none: 0x7e02_0080 },
  // TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX; TIOCSTI would type into a terminal
  { call: "ioctl", argument: 1, oneOf: [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451] },
  // PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (names of memory areas)
  { call: "prctl", argument: 0, oneOf: [3, 15, 16, 0x53564d41] },
  // its own limits only; raising a hard limit needs a capability that nobody inside has
  { call: "prlimit64", argument: 0, oneOf: [0] },
];

const load = 0x20;
const jumpEqual = 0x15;
const jumpGreaterEqual = 0x35;
const jumpAnySet = 0x45;
const giveBack = 0x06;
const allow = 0x7fff_0000;
const killProcess = 0x8000_0000;
const failWith = (errno: number) => 0x0005_0000 | errno;
const EPERM = 1;
const ENOSYS = 38;

type Instruction = [code: number, ifTrue: number, ifFalse: number, value: number];
const lowWord = (argument: number) => 16 + 8 * argument;

function condition(rule: Condition): Instruction[] {
  const tests: Instruction[] = [];
  const refuse: Instruction = [giveBack, 0, 0, failWith(EPERM)];
  if (rule.oneOf) for (const value of rule.oneOf) tests.push([jumpEqual, 0, 1, value], [giveBack, 0, 0, allow]);
  else if (rule.noneOf) {
    for (const value of rule.noneOf) tests.push([jumpEqual, 0, 1, value], refuse);
    tests.push([giveBack, 0, 0, allow]);
  } else {
    // every wanted bit, one by one (JSET is true when any bit is set), then no unwanted bit
    tests.push([jumpAnySet, 0, 2, rule.all ?? 0], [jumpAnySet, 1, 0, rule.none ?? 0], [giveBack, 0, 0, allow]);
  }
  const body: Instruction[] = [[load, 0, 0, lowWord(rule.argument)], ...tests, refuse];
  return [[jumpEqual, 0, body.length, syscalls[rule.call]], ...body];
}

/**
 * With `accelerated`, the filter of runs that see an accelerator: any ioctl but those for terminals, and files in memory.
 * The filter's bytes (8 per instruction, little-endian) for `bwrap --seccomp FD`: what is not named is EPERM,
 * another architecture and the x32 numbers kill. About 230 instructions.
 */
export function seccompFilter({ accelerated = false } = {}): Uint8Array {
  const verdict = (calls: Syscall[], value: number) =>
    calls.flatMap((call): Instruction[] => [
      [jumpEqual, 0, 1, syscalls[call]],
      [giveBack, 0, 0, value],
    ]);
  const program: Instruction[] = [
    [load, 0, 0, 4],
    [jumpEqual, 1, 0, 0xc000_003e],
    [giveBack, 0, 0, killProcess],
    [load, 0, 0, 0],
    [jumpGreaterEqual, 0, 1, 0x4000_0000],
    [giveBack, 0, 0, killProcess],
    ...verdict(accelerated ? [...allowed, ...forDrivers] : allowed, allow),
    ...verdict(absent, failWith(ENOSYS)),
    ...verdict(accelerated ? fatal.filter((call) => !forDrivers.includes(call)) : fatal, killProcess),
    ...(accelerated ? [typing] : []).flatMap(condition),
    ...conditional.flatMap(condition),
    [giveBack, 0, 0, failWith(EPERM)],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
