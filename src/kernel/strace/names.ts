/** The names of constants and flags as strace prints them. */
import * as fcntl from "../../abi/fcntl.ts";
import * as mman from "../../abi/mman.ts";
import * as poll from "../../abi/poll.ts";
import * as resource from "../../abi/resource.ts";
import * as signal from "../../abi/signal.ts";
import * as stat from "../../abi/stat.ts";
import * as time from "../../abi/time.ts";
import { SIGNAL_NAMES } from "../../abi/signal.ts";
import { names, type Names } from "./text.ts";

/** The constants of a header whose names begin with `prefix`. */
function withPrefix(header: Readonly<Record<string, unknown>>, prefix: string, without: readonly string[] = []): Names {
  const found: [number, string][] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name.startsWith(prefix) && typeof value === "number" && !without.includes(name))
      found.push([value >>> 0, name]);
  }
  return found;
}

export const OPEN_FLAGS: Names = names({
  O_CREAT: fcntl.O_CREAT,
  O_EXCL: fcntl.O_EXCL,
  O_NOCTTY: fcntl.O_NOCTTY,
  O_TRUNC: fcntl.O_TRUNC,
  O_APPEND: fcntl.O_APPEND,
  O_NONBLOCK: fcntl.O_NONBLOCK,
  O_SYNC: fcntl.O_SYNC,
  O_DSYNC: fcntl.O_DSYNC,
  O_DIRECT: fcntl.O_DIRECT,
  O_LARGEFILE: fcntl.O_LARGEFILE,
  O_NOFOLLOW: fcntl.O_NOFOLLOW,
  O_NOATIME: fcntl.O_NOATIME,
  O_CLOEXEC: fcntl.O_CLOEXEC,
  O_PATH: fcntl.O_PATH,
  O_TMPFILE: fcntl.O_TMPFILE,
  O_DIRECTORY: fcntl.O_DIRECTORY,
});
export const ACCESS_MODES = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"];
export const AT_FLAGS: Names = withPrefix(fcntl, "AT_", ["AT_FDCWD", "AT_EACCESS"]);
export const ACCESS_TESTS: Names = names({ R_OK: 4, W_OK: 2, X_OK: 1 });
export const SEEK: Names = withPrefix(fcntl, "SEEK_");
export const FCNTL_COMMANDS: Names = withPrefix(fcntl, "F_", ["F_OK", "F_RDLCK", "F_WRLCK", "F_UNLCK"]);
export const FLOCK_OPERATIONS: Names = names({ LOCK_SH: 1, LOCK_EX: 2, LOCK_NB: 4, LOCK_UN: 8 });
export const RENAME_FLAGS: Names = withPrefix(fcntl, "RENAME_");
export const FILE_TYPES: Names = withPrefix(stat, "S_IF", ["S_IFMT"]);
export const POLL_EVENTS: Names = withPrefix(poll, "POLL");

export const PROTECTION: Names = withPrefix(mman, "PROT_");
export const MAP_TYPES: Names = names({ MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_SHARED_VALIDATE: 3 });
export const MAP_FLAGS: Names = withPrefix(mman, "MAP_", [
  "MAP_SHARED",
  "MAP_PRIVATE",
  "MAP_SHARED_VALIDATE",
  "MAP_TYPE",
]);
export const MREMAP_FLAGS: Names = withPrefix(mman, "MREMAP_");
export const MSYNC_FLAGS: Names = withPrefix(mman, "MS_");
export const ADVICE: Names = withPrefix(mman, "MADV_");

export const RESOURCES: Names = withPrefix(resource, "RLIMIT_");
export const RUSAGE_WHO: Names = names({ RUSAGE_SELF: 0, RUSAGE_CHILDREN: 0xffff_ffff, RUSAGE_THREAD: 1 });
export const CLOCKS: Names = withPrefix(time, "CLOCK_");
export const TIMER_FLAGS: Names = names({ TIMER_ABSTIME: 1 });
export const ITIMERS: Names = withPrefix(time, "ITIMER_", ["ITIMERVAL_SIZE"]);
export const RANDOM_FLAGS: Names = names({ GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 });
export const SIGACTION_FLAGS: Names = withPrefix(signal, "SA_");
export const ALTSTACK_FLAGS: Names = withPrefix(signal, "SS_");
export const SIGPROCMASK_HOW: Names = names({ SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2 });
export const FUTEX_OPERATIONS: readonly string[] = [
  "FUTEX_WAIT",
  "FUTEX_WAKE",
  "FUTEX_FD",
  "FUTEX_REQUEUE",
  "FUTEX_CMP_REQUEUE",
  "FUTEX_WAKE_OP",
  "FUTEX_LOCK_PI",
  "FUTEX_UNLOCK_PI",
  "FUTEX_TRYLOCK_PI",
  "FUTEX_WAIT_BITSET",
  "FUTEX_WAKE_BITSET",
];

/** si_code by signal; those of SI_ hold for all. */
export const SI_CODES: Names = names({ SI_USER: 0, SI_KERNEL: 0x80, SI_QUEUE: -1, SI_TIMER: -2, SI_TKILL: -6 });
export const SIGNAL_CODES: Readonly<Record<number, Names>> = {
  [signal.SIGILL]: names({ ILL_ILLOPN: 2 }),
  [signal.SIGFPE]: withPrefix(signal, "FPE_"),
  [signal.SIGSEGV]: withPrefix(signal, "SEGV_"),
  [signal.SIGBUS]: withPrefix(signal, "BUS_"),
  [signal.SIGTRAP]: withPrefix(signal, "TRAP_"),
};

/** SIGINT, SIGRT_3, or the number. */
export function signalName(number: number): string {
  if (number >= signal.SIGRTMIN && number <= signal.NSIG) return `SIGRT_${number - signal.SIGRTMIN}`;
  return SIGNAL_NAMES[number] ?? String(number);
}

/** ioctl requests: name and whether their argument is printed as a window size or a number. */
export const IOCTLS: Names = names({
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCSETSW: 0x5403,
  TCSETSF: 0x5404,
  TIOCGPGRP: 0x540f,
  TIOCSPGRP: 0x5410,
  TIOCGWINSZ: 0x5413,
  TIOCSWINSZ: 0x5414,
  FIONREAD: 0x541b,
  FIONBIO: 0x5421,
  TIOCGSID: 0x5429,
  FIONCLEX: 0x5450,
  FIOCLEX: 0x5451,
});
