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

/** The constants of a header whose names begin with `prefix`, in the order of the alphabet: for single constants. */
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
export const AT_FLAGS: Names = names({
  AT_SYMLINK_NOFOLLOW: fcntl.AT_SYMLINK_NOFOLLOW,
  AT_REMOVEDIR: fcntl.AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW: fcntl.AT_SYMLINK_FOLLOW,
  AT_NO_AUTOMOUNT: fcntl.AT_NO_AUTOMOUNT,
  AT_EMPTY_PATH: fcntl.AT_EMPTY_PATH,
});
export const ACCESS_TESTS: Names = names({ R_OK: 4, W_OK: 2, X_OK: 1 });
export const SEEK: Names = withPrefix(fcntl, "SEEK_");
export const FCNTL_COMMANDS: Names = withPrefix(fcntl, "F_", ["F_OK", "F_RDLCK", "F_WRLCK", "F_UNLCK"]);
export const FLOCK_OPERATIONS: Names = names({ LOCK_SH: 1, LOCK_EX: 2, LOCK_NB: 4, LOCK_UN: 8 });
export const RENAME_FLAGS: Names = names({ RENAME_NOREPLACE: 1, RENAME_EXCHANGE: 2, RENAME_WHITEOUT: 4 });
export const FILE_TYPES: Names = withPrefix(stat, "S_IF", ["S_IFMT"]);
export const POLL_EVENTS: Names = names({
  POLLIN: poll.POLLIN,
  POLLPRI: poll.POLLPRI,
  POLLOUT: poll.POLLOUT,
  POLLRDNORM: poll.POLLRDNORM,
  POLLWRNORM: poll.POLLWRNORM,
  POLLERR: poll.POLLERR,
  POLLHUP: poll.POLLHUP,
  POLLNVAL: poll.POLLNVAL,
});

export const PROTECTION: Names = names({
  PROT_NONE: mman.PROT_NONE,
  PROT_READ: mman.PROT_READ,
  PROT_WRITE: mman.PROT_WRITE,
  PROT_EXEC: mman.PROT_EXEC,
  PROT_GROWSDOWN: mman.PROT_GROWSDOWN,
  PROT_GROWSUP: mman.PROT_GROWSUP,
});
export const MAP_TYPES: Names = names({ MAP_FILE: 0, MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_SHARED_VALIDATE: 3 });
export const MAP_FLAGS: Names = names({
  MAP_FIXED: mman.MAP_FIXED,
  MAP_ANONYMOUS: mman.MAP_ANONYMOUS,
  MAP_NORESERVE: mman.MAP_NORESERVE,
  MAP_POPULATE: mman.MAP_POPULATE,
  MAP_NONBLOCK: mman.MAP_NONBLOCK,
  MAP_GROWSDOWN: mman.MAP_GROWSDOWN,
  MAP_DENYWRITE: mman.MAP_DENYWRITE,
  MAP_EXECUTABLE: mman.MAP_EXECUTABLE,
  MAP_LOCKED: mman.MAP_LOCKED,
  MAP_STACK: mman.MAP_STACK,
  MAP_HUGETLB: mman.MAP_HUGETLB,
  MAP_SYNC: mman.MAP_SYNC,
  MAP_FIXED_NOREPLACE: mman.MAP_FIXED_NOREPLACE,
});
export const MREMAP_FLAGS: Names = names({ MREMAP_MAYMOVE: 1, MREMAP_FIXED: 2, MREMAP_DONTUNMAP: 4 });
export const MSYNC_FLAGS: Names = names({
  MS_SYNC: mman.MS_SYNC,
  MS_ASYNC: mman.MS_ASYNC,
  MS_INVALIDATE: mman.MS_INVALIDATE,
});
export const ADVICE: Names = withPrefix(mman, "MADV_");

export const RESOURCES: Names = withPrefix(resource, "RLIMIT_");
export const RUSAGE_WHO: Names = names({ RUSAGE_SELF: 0, RUSAGE_CHILDREN: 0xffff_ffff, RUSAGE_THREAD: 1 });
export const CLOCKS: Names = withPrefix(time, "CLOCK_");
export const TIMER_FLAGS: Names = names({ TIMER_ABSTIME: 1 });
export const ITIMERS: Names = withPrefix(time, "ITIMER_", ["ITIMERVAL_SIZE"]);
export const RANDOM_FLAGS: Names = names({ GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 });
export const SIGACTION_FLAGS: Names = names({
  SA_RESTORER: signal.SA_RESTORER,
  SA_ONSTACK: signal.SA_ONSTACK,
  SA_RESTART: signal.SA_RESTART,
  SA_NODEFER: signal.SA_NODEFER,
  SA_RESETHAND: signal.SA_RESETHAND,
  SA_SIGINFO: signal.SA_SIGINFO,
  SA_NOCLDSTOP: signal.SA_NOCLDSTOP,
  SA_NOCLDWAIT: signal.SA_NOCLDWAIT,
});
export const ALTSTACK_FLAGS: Names = names({ SS_ONSTACK: 1, SS_DISABLE: 2, SS_AUTODISARM: signal.SS_AUTODISARM });
export const SIGPROCMASK_HOW: Names = names({ SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2 });
export const PRIORITY_WHICH: Names = names({ PRIO_PROCESS: 0, PRIO_PGRP: 1, PRIO_USER: 2 });
export const POLICIES: Names = names({ SCHED_OTHER: 0, SCHED_FIFO: 1, SCHED_RR: 2, SCHED_BATCH: 3, SCHED_IDLE: 5 });
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

/** SIGINT, SIGRTMIN, SIGRT_3, or the number. */
export function signalName(number: number): string {
  if (number === signal.SIGRTMIN) return "SIGRTMIN";
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
