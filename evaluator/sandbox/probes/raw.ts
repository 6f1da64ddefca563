import type { RawCall } from "../elf.ts";

/**
 * A system call that must not get through. It is **denied** when the process is killed by the filter or the call
 * gives EPERM, EACCES or ENOSYS; any other answer, EFAULT and EINVAL too, means that the kernel's own code was reached. So the
 * arguments are such that nothing happens even where the call is let through (bad pointers, unknown flags, signal 0):
 * the same calls run outside as well. `outside: false` marks the few for which that is not enough.
 */
export interface RawProbe extends RawCall {
  name: string;
  outside?: false;
  /** by the 32-bit gate (int 0x80) */
  legacy?: true;
}

/** An address that is never mapped. */
const bad = 1;
const signalChild = 17;

const namespaces = {
  mount: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
};
const all = { ...namespaces, net: 0x40000000, time: 0x80 };
const families = { unix: 1, inet: 2, inet6: 10, netlink: 16, packet: 17, alg: 38, vsock: 40 };

const escapes: RawProbe[] = [
  ...Object.entries(all).map(([name, flag]): RawProbe => ({ name: `unshare ${name}`, call: "unshare", args: [flag] })),
  { name: "clone into a new user namespace", call: "clone", args: [namespaces.user | signalChild], forks: true },
  { name: "thread into a new user namespace", call: "clone", args: [namespaces.user | 0x10000] },
  { name: "clone a process", call: "clone", args: [signalChild], forks: true },
  { name: "fork", call: "fork", forks: true },
  { name: "vfork", call: "vfork", forks: true },
  { name: "clone3", call: "clone3", args: [bad, 88] },
  { name: "setns", call: "setns", args: [-1, 0] },
  { name: "mount", call: "mount", args: [bad, bad, bad, 0, 0] },
  { name: "umount2", call: "umount2", args: [bad, 0] },
  { name: "pivot_root", call: "pivot_root", args: [bad, bad] },
  { name: "chroot", call: "chroot", args: [bad] },
  { name: "fsopen", call: "fsopen", args: [bad, 0] },
  { name: "fsmount", call: "fsmount", args: [-1, 0, 0] },
  { name: "open_tree", call: "open_tree", args: [-1, bad, 0] },
  { name: "move_mount", call: "move_mount", args: [-1, bad, -1, bad, 0] },
  { name: "mount_setattr", call: "mount_setattr", args: [-1, bad, 0, bad, 32] },
  { name: "open_by_handle_at", call: "open_by_handle_at", args: [-1, bad, 0] },
  { name: "name_to_handle_at", call: "name_to_handle_at", args: [-1, bad, bad, bad, 0] },
  { name: "setsid", call: "setsid" },
  { name: "setpgid", call: "setpgid", args: [0, 0] },
];

const others: RawProbe[] = [
  { name: "ptrace", call: "ptrace", args: [16, 999_999_999] },
  { name: "be traced", call: "ptrace", args: [0] },
  { name: "process_vm_readv", call: "process_vm_readv", args: [1, bad, 1, bad, 1, 0] },
  { name: "process_vm_writev", call: "process_vm_writev", args: [1, bad, 1, bad, 1, 0] },
  { name: "process_madvise", call: "process_madvise", args: [-1, bad, 1, 0, 0] },
  { name: "kcmp", call: "kcmp", args: [1, 1, 0, 0, 0] },
  { name: "pidfd_open", call: "pidfd_open", args: [1, 0] },
  { name: "pidfd_send_signal", call: "pidfd_send_signal", args: [-1, 0, 0, 0] },
  { name: "pidfd_getfd", call: "pidfd_getfd", args: [-1, 0, 0] },
  { name: "signal the first process", call: "kill", args: [1, 0] },
  { name: "signal everyone", call: "kill", args: [-1, 0] },
  { name: "signal its own group", call: "kill", args: [0, 0] },
  { name: "limits of another process", call: "prlimit64", args: [1, 7, 0, 0] },
  { name: "setuid", call: "setuid", args: [0] },
  { name: "setgid", call: "setgid", args: [0] },
  { name: "setresuid", call: "setresuid", args: [0, 0, 0] },
  { name: "setfsuid", call: "setfsuid", args: [0] },
  { name: "setgroups", call: "setgroups", args: [0, 0] },
  { name: "capset", call: "capset", args: [bad, bad] },
  { name: "setpriority", call: "setpriority", args: [0, 0, 0] },
  { name: "sched_setscheduler", call: "sched_setscheduler", args: [0, 1, bad] },
  { name: "sched_setattr", call: "sched_setattr", args: [0, bad, 0] },
  { name: "sched_setaffinity", call: "sched_setaffinity", args: [0, 8, bad] },
  { name: "ioprio_set", call: "ioprio_set", args: [1, 0, 0] },
  { name: "mlock", call: "mlock", args: [bad, 4096] },
];

const kernel: RawProbe[] = [
  { name: "bpf", call: "bpf", args: [5, bad, 8] },
  { name: "perf_event_open", call: "perf_event_open", args: [bad, 0, -1, -1, 0] },
  { name: "userfaultfd", call: "userfaultfd", args: [1] },
  { name: "io_uring_setup", call: "io_uring_setup", args: [1, bad] },
  { name: "io_uring_enter", call: "io_uring_enter", args: [-1, 0, 0, 0, 0, 0] },
  { name: "io_uring_register", call: "io_uring_register", args: [-1, 0, 0, 0] },
  { name: "io_setup", call: "io_setup", args: [1, bad] },
  { name: "keyctl", call: "keyctl", args: [0, -3, 0] },
  { name: "add_key", call: "add_key", args: [bad, bad, bad, 1, 0] },
  { name: "request_key", call: "request_key", args: [bad, bad, bad, 0] },
  { name: "memfd_create", call: "memfd_create", args: ["x", 0] },
  { name: "memfd_secret", call: "memfd_secret", args: [0] },
  { name: "execveat", call: "execveat", args: [-1, bad, 0, 0, 0] },
  { name: "seccomp", call: "seccomp", args: [2, 0, bad] },
  { name: "landlock", call: "landlock_create_ruleset", args: [0, 0, 1] },
  { name: "splice", call: "splice", args: [-1, 0, -1, 0, 1, 0] },
  { name: "vmsplice", call: "vmsplice", args: [-1, bad, 1, 0] },
  { name: "copy_file_range", call: "copy_file_range", args: [-1, 0, -1, 0, 1, 0] },
  { name: "fanotify_init", call: "fanotify_init", args: [0, 0] },
  { name: "inotify_init", call: "inotify_init" },
  { name: "timerfd_create", call: "timerfd_create", args: [1, 0] },
  { name: "signalfd4", call: "signalfd4", args: [-1, bad, 8, 0] },
  { name: "timer_create", call: "timer_create", args: [0, 0, bad] },
  { name: "mbind", call: "mbind", args: [0, 0, 99, 0, 0, 0] },
  { name: "set_mempolicy", call: "set_mempolicy", args: [99, 0, 0] },
  { name: "modify_ldt", call: "modify_ldt", args: [99, 0, 0] },
  { name: "personality", call: "personality", args: [0x40000] },
  { name: "openat2", call: "openat2", args: [-100, bad, bad, 24] },
  { name: "shmget", call: "shmget", args: [0x7ead, 0, 0] },
  { name: "semget", call: "semget", args: [0x7ead, 0, 0] },
  { name: "msgget", call: "msgget", args: [0x7ead, 0, 0] },
  { name: "mq_open", call: "mq_open", args: [bad, 0, 0, 0] },
  { name: "type into a terminal", call: "ioctl", args: [-1, 0x5412, bad] },
  { name: "unknown ioctl", call: "ioctl", args: [-1, 0xc0de, bad] },
  { name: "forget the parent's death", call: "prctl", args: [1, 0] },
  { name: "prctl set dumpable", call: "prctl", args: [4, 0] },
  { name: "prctl subreaper", call: "prctl", args: [36, 0] },
  { name: "prctl memory map", call: "prctl", args: [35, 99, 0, 0, 0] },
  { name: "mknod", call: "mknod", args: [bad, 0o20600, 0x103] },
  { name: "mknodat", call: "mknodat", args: [-1, bad, 0o20600, 0x103] },
];

const machine: RawProbe[] = [
  { name: "reboot", call: "reboot", args: [0, 0, 0, 0], outside: false },
  { name: "kexec_load", call: "kexec_load", args: [0, 0x10_0000, bad, 0xffff], outside: false },
  { name: "kexec_file_load", call: "kexec_file_load", args: [-1, -1, 0, bad, 0xffff], outside: false },
  { name: "init_module", call: "init_module", args: [bad, 0, bad] },
  { name: "finit_module", call: "finit_module", args: [-1, bad, 0] },
  { name: "delete_module", call: "delete_module", args: [bad, 0] },
  { name: "sethostname", call: "sethostname", args: [bad, -1] },
  { name: "settimeofday", call: "settimeofday", args: [bad, 0], outside: false },
  { name: "clock_settime", call: "clock_settime", args: [0, bad] },
  { name: "adjtimex", call: "adjtimex", args: [bad] },
  { name: "swapon", call: "swapon", args: [bad, 0] },
  { name: "acct", call: "acct", args: [bad] },
  { name: "quotactl", call: "quotactl", args: [-1, bad, 0, bad] },
  { name: "syslog", call: "syslog", args: [10, 0, 0] },
  { name: "vhangup", call: "vhangup", outside: false },
  { name: "iopl", call: "iopl", args: [3], outside: false },
  { name: "ioperm", call: "ioperm", args: [0x80, 1, 1], outside: false },
  { name: "x32 numbers", call: 0x4000_0027, outside: false },
  { name: "32-bit gate", call: 20, legacy: true },
];

const sockets: RawProbe[] = [
  ...Object.entries(families).map(
    ([name, family]): RawProbe => ({
      name: `socket ${name}`,
      call: "socket",
      args: [family, family === 38 ? 5 : family > 15 && family < 18 ? 3 : 1, 0],
    }),
  ),
  { name: "raw socket", call: "socket", args: [families.inet, 3, 1] },
  { name: "socketpair", call: "socketpair", args: [1, 1, 0, bad] },
];

/** System calls beyond what JavaScript can ask for. */
export const rawProbes: RawProbe[] = [...escapes, ...others, ...kernel, ...machine, ...sockets];
