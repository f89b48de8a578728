/** One row of the system call table: what dispatch, strace and docs/system-calls.md are made from. */
import type { Task } from "../task.ts";

/**
 * What an argument is, which decides how strace prints it:
 *
 * - plain: int, unsigned, hex, octal, fd, dirfd (AT_FDCWD by name), pointer, size, offset, loff (two registers, the
 *   low half first), llseekoffset (two, the high half first), none (a register that does not count);
 * - memory: path (C string), buffer_in (bytes; the next argument, or the result, is their number), buffer_out
 *   (printed after the call, the result is the number), int_out, and the structures by their names;
 * - flags and constants: mode, openflags, prot, mapflags, ... : strace/arguments.ts has a format for each.
 */
export type ArgumentKind =
  | "int"
  | "unsigned"
  | "hex"
  | "pages"
  | "octal"
  | "fd"
  | "dirfd"
  | "pointer"
  | "size"
  | "offset"
  | "loff"
  | "llseekoffset"
  | "path"
  | "string"
  | "string_out"
  | "buffer_in"
  | "buffer_out"
  | "random_out"
  | "int_out"
  | "unsigned_out"
  | "loff_out"
  | "fds_out"
  | "iovec_in"
  | "iovec_out"
  | "mode"
  | "openmode"
  | "openflags"
  | "fdflags"
  | "atflags"
  | "statxflags"
  | "accessmode"
  | "whence"
  | "fcntlcommand"
  | "fcntlargument"
  | "lockoperation"
  | "ioctl"
  | "stat_out"
  | "stat64_out"
  | "statx_out"
  | "statxmask"
  | "statfs_out"
  | "statfs64_out"
  | "dirents_out"
  | "dirents64_out"
  | "pollfds"
  | "fdset"
  | "renameflags"
  | "grndflags"
  | "prot"
  | "mapflags"
  | "mremapflags"
  | "mremaptarget"
  | "mincore_out"
  | "msyncflags"
  | "advice"
  | "oldmmap"
  | "utimens"
  | "utimens64"
  | "timespec_in"
  | "timespec_out"
  | "timespec_left"
  | "timespec64_left"
  | "timespec64_in"
  | "timespec64_out"
  | "timeval_in"
  | "timeval_out"
  | "timezone_out"
  | "time_out"
  | "itimer"
  | "itimerval_in"
  | "itimerval_out"
  | "clockid"
  | "timerflags"
  | "signal"
  | "sigaction_in"
  | "sigaction_out"
  | "rtsigaction_in"
  | "rtsigaction_out"
  | "sigset_in"
  | "sigset_out"
  | "oldsigset_in"
  | "oldsigset_out"
  | "siginfo_in"
  | "siginfo_out"
  | "oldmask"
  | "sigprocmaskhow"
  | "sigaltstack_in"
  | "sigaltstack_out"
  | "resource"
  | "rlimit_in"
  | "rlimit_out"
  | "rlimit64_in"
  | "rlimit64_out"
  | "rusage_out"
  | "rusagewho"
  | "tms_out"
  | "sysinfo_out"
  | "utsname_out"
  | "userdesc"
  | "modifyldt"
  | "groups_out"
  | "groups16_out"
  | "priority"
  | "policy"
  | "sigreturn"
  | "rtsigreturn"
  | "ioctlargument"
  | "prctloption"
  | "prctlargument"
  | "prctlrest"
  | "futexoperation"
  | "exitstatus"
  | "none";

/** How much of the call works: everything a single process can ask, or a part, which `note` names. */
export type Support = "full" | "partial";

/**
 * What a handler gives: the result (>= 0, an address as an unsigned number, or -errno), or a promise of it, which
 * parks the task until it is there. Handlers and their promises never throw or reject.
 */
export type SystemCallResult = number | Promise<number>;

/** The six arguments are the registers as unsigned 32-bit numbers; a handler names those it uses. */
export type SystemCallHandler = (
  task: Task,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
) => SystemCallResult;

export interface SystemCallRow {
  readonly number: number;
  readonly name: string;
  readonly arguments: readonly ArgumentKind[];
  readonly handler: SystemCallHandler;
  readonly support: Support;
  readonly note?: string;
}
