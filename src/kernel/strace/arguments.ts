/** How strace prints each kind of argument. */
import { AT_FDCWD, O_CREAT, O_TMPFILE } from "../../abi/fcntl.ts";
import { USER_DESC } from "../../abi/ldt.ts";
import { PATH_MAX } from "../../abi/limits.ts";
import { DIRENT, DIRENT64 } from "../../abi/dirent.ts";
import { EINTR } from "../../abi/errno.ts";
import { PAGE_SIZE } from "../../abi/layout.ts";
import { MREMAP_FIXED, MREMAP_MAYMOVE } from "../../abi/mman.ts";
import { PR_GET_NAME, PR_SET_NAME, PRCTL_NAMES } from "../../abi/prctl.ts";
import { binaryBytes } from "../../text.ts";
import type { ArgumentKind } from "../syscalls/row.ts";
import type { Task } from "../task.ts";
import * as table from "./names.ts";
import * as structure from "./structures.ts";
import { constant, flags, hex, pointer, quote, STRING_LIMIT, type Names } from "./text.ts";

/** What a formatter sees of a call. */
export interface Call {
  readonly task: Task;
  /** The six registers. */
  readonly values: readonly number[];
  /** The register of the argument to be printed. */
  readonly index: number;
  /** undefined: the call has not been made yet. */
  readonly result?: number;
}

export interface ArgumentFormat {
  /** Registers it takes. */
  readonly width: 1 | 2;
  /** It is known only when the call has been made. */
  readonly isOutput: boolean;
  readonly format: (value: number, call: Call) => string;
}

type Format = ArgumentFormat["format"];

const now = (format: Format, width: 1 | 2 = 1): ArgumentFormat => ({ width, isOutput: false, format });
const after = (format: Format): ArgumentFormat => ({ width: 1, isOutput: true, format });
const signed = (value: number): string => String(value | 0);
const flagSet = (names: Names, unknown: string): ArgumentFormat => now((value) => flags(value, names, unknown));
const oneOf = (names: Names, unknown: string): ArgumentFormat => now((value) => constant(value, names, unknown));

/** A structure of `size` bytes that the program gives. */
function given(size: number, format: (task: Task, address: number) => string): ArgumentFormat {
  return now((value, { task }) =>
    value !== 0 && task.readable(value, size) !== null ? format(task, value) : pointer(value),
  );
}

/** A structure of `size` bytes that the kernel fills. */
function filled(size: number, format: (task: Task, address: number) => string): ArgumentFormat {
  return after((value, { task, result = 0 }) =>
    result >= 0 && value !== 0 && task.readable(value, size) !== null ? format(task, value) : pointer(value),
  );
}

/** What is left of a sleep: told only if a signal has interrupted it. */
function left(size: number, format: (task: Task, address: number) => string): ArgumentFormat {
  return after((value, { task, result = 0 }) =>
    result === -EINTR && value !== 0 && task.readable(value, size) !== null ? format(task, value) : pointer(value),
  );
}

const unsignedAt = (task: Task, address: number): string => `[${task.machine.view.getUint32(address, true)}]`;
const sixtyFourAt = (task: Task, address: number): string => `[${task.machine.view.getBigInt64(address, true)}]`;
const signalSetAt = (task: Task, address: number): string =>
  structure.signalSet(task.machine.view.getBigUint64(address, true));
const oldSignalSetAt = (task: Task, address: number): string =>
  structure.signalSet(BigInt(task.machine.view.getUint32(address, true)));
const next = ({ values, index }: Call, step = 1): number => values[index + step] ?? 0;

/** A list of group ids, as many as the result says. */
const groups = after((value, { result = 0 }) => (result > 0 ? `[/* ${result} groups */]` : pointer(value)));

function utsname(task: Task, address: number): string {
  const bytes = task.machine.bytes;
  const field = (index: number): Uint8Array => {
    const start = address + 65 * index;
    return bytes.subarray(start, start + bytes.subarray(start, start + 65).indexOf(0));
  };
  return `{sysname=${quote(field(0))}, nodename=${quote(field(1))}, ...}`;
}

function mapFlags(value: number): string {
  const rest = (value & ~0xf) >>> 0;
  const type = constant(value & 0xf, table.MAP_TYPES, "MAP_???");
  return rest === 0 ? type : `${type}|${flags(rest, table.MAP_FLAGS, "MAP_???")}`;
}

function futexOperation(value: number): string {
  const command = value & 0x7f;
  const name = table.FUTEX_OPERATIONS[command] ?? hex(command);
  return name + (value & 128 ? "_PRIVATE" : "") + (value & 256 ? "|FUTEX_CLOCK_REALTIME" : "");
}

function statxFlags(value: number): string {
  const [sync, rest] = [value & 0x6000, (value & ~0x6000) >>> 0];
  const how = ["AT_STATX_SYNC_AS_STAT", "AT_STATX_FORCE_SYNC", "AT_STATX_DONT_SYNC"][sync >>> 13] ?? hex(sync);
  return rest === 0 ? how : `${how}|${flags(rest, table.AT_FLAGS, "AT_???")}`;
}

/** open(2) looks at its mode only if it may make a file. */
function createsFile(openFlags: number): boolean {
  return (openFlags & O_CREAT) !== 0 || (openFlags & O_TMPFILE) >>> 0 === O_TMPFILE;
}

function accessMode(value: number): string {
  return value === 0 ? "F_OK" : flags(value, table.ACCESS_TESTS, "?_OK");
}

function oldMmap(value: number, { task }: Call): string {
  if (task.readable(value, 24) === null) return pointer(value);
  const [address, length, protection, bits, fd, offset] = [0, 4, 8, 12, 16, 20].map((at) =>
    task.machine.view.getUint32(value + at, true),
  );
  const shown = [
    pointer(address!),
    length,
    flags(protection!, table.PROTECTION, "PROT_???", "PROT_NONE"),
    mapFlags(bits!),
    signed(fd!),
    hex(offset!),
  ];
  return `{${shown.join(", ")}}`;
}

export const ARGUMENTS: Readonly<Record<ArgumentKind, ArgumentFormat>> = {
  int: now(signed),
  unsigned: now(String),
  hex: now(hex),
  pages: now((value) => hex(value * PAGE_SIZE)),
  octal: now(structure.octal),
  fd: now(signed),
  dirfd: now((value) => ((value | 0) === (AT_FDCWD | 0) ? "AT_FDCWD" : signed(value))),
  pointer: now(pointer),
  size: now(String),
  offset: now(signed),
  loff: now(
    (low, { values, index }) => String(BigInt.asIntN(64, BigInt(low) | (BigInt(values[index + 1] ?? 0) << 32n))),
    2,
  ),
  llseekoffset: now(
    (high, { values, index }) => String(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(values[index + 1] ?? 0))),
    2,
  ),
  path: now((value, { task }) => structure.stringAt(task, value, PATH_MAX)),
  string: now((value, { task }) => structure.stringAt(task, value, STRING_LIMIT)),
  string_out: after((value, { task, result = 0 }) =>
    result > 0 ? structure.stringAt(task, value, PATH_MAX) : pointer(value),
  ),
  buffer_in: now((value, call) => structure.bufferAt(call.task, value, next(call))),
  buffer_out: after((value, { task, result = -1 }) => structure.bufferAt(task, value, result)),
  random_out: after((value, { task, result = -1 }) => structure.randomAt(task, value, result)),
  int_out: filled(4, unsignedAt),
  unsigned_out: filled(4, unsignedAt),
  loff_out: filled(8, sixtyFourAt),
  fds_out: filled(8, (task, address) => `[${task.readU32(address)}, ${task.readU32(address + 4)}]`),
  iovec_in: now((value, call) => structure.iovecsAt(call.task, value, next(call))),
  iovec_out: after((value, call) =>
    (call.result ?? -1) < 0 ? pointer(value) : structure.iovecsAt(call.task, value, next(call), call.result),
  ),
  mode: now(structure.fileMode),
  openmode: now((value, { values, index }) => (createsFile(values[index - 1] ?? 0) ? structure.fileMode(value) : "")),
  openflags: now(structure.openFlags),
  fdflags: flagSet(table.OPEN_FLAGS, "O_???"),
  atflags: flagSet(table.AT_FLAGS, "AT_???"),
  statxflags: now(statxFlags),
  accessmode: now(accessMode),
  whence: oneOf(table.SEEK, "SEEK_???"),
  fcntlcommand: oneOf(table.FCNTL_COMMANDS, "F_???"),
  fcntlargument: now((value, { values }) => fcntlArgument(values[1] ?? 0, value)),
  lockoperation: flagSet(table.FLOCK_OPERATIONS, "LOCK_???"),
  ioctl: oneOf(table.IOCTLS, "_IOC_???"),
  stat_out: filled(64, structure.stat32),
  stat64_out: filled(96, structure.stat64),
  statx_out: filled(256, structure.statx),
  statxmask: now(structure.statxMask),
  statfs_out: after(pointer),
  statfs64_out: after(pointer),
  dirents_out: after((value, { task, result = -1 }) => structure.entries(task, value, result, DIRENT.d_reclen)),
  dirents64_out: after((value, { task, result = -1 }) => structure.entries(task, value, result, DIRENT64.d_reclen)),
  pollfds: now((value, call) => (value === 0 ? "NULL" : structure.pollfds(call.task, value, next(call)))),
  fdset: now(pointer),
  renameflags: flagSet(table.RENAME_FLAGS, "RENAME_???"),
  grndflags: flagSet(table.RANDOM_FLAGS, "GRND_???"),
  prot: now((value) => flags(value, table.PROTECTION, "PROT_???", "PROT_NONE")),
  mapflags: now(mapFlags),
  mremapflags: flagSet(table.MREMAP_FLAGS, "MREMAP_???"),
  mremaptarget: now((value, { values }) =>
    (values[3] ?? 0) & MREMAP_FIXED && (values[3] ?? 0) & MREMAP_MAYMOVE ? pointer(value) : "",
  ),
  mincore_out: after((value, { task, values, result = -1 }) =>
    result < 0 ? pointer(value) : structure.residency(task, value, values[1] ?? 0),
  ),
  msyncflags: flagSet(table.MSYNC_FLAGS, "MS_???"),
  advice: oneOf(table.ADVICE, "MADV_???"),
  oldmmap: now(oldMmap),
  utimens: given(16, (task, at) => `[${structure.timespec32(task, at)}, ${structure.timespec32(task, at + 8)}]`),
  utimens64: given(32, (task, at) => `[${structure.timespec64(task, at)}, ${structure.timespec64(task, at + 16)}]`),
  timespec_in: given(8, structure.timespec32),
  timespec_out: filled(8, structure.timespec32),
  timespec_left: left(8, structure.timespec32),
  timespec64_left: left(16, structure.timespec64),
  timespec64_in: given(16, structure.timespec64),
  timespec64_out: filled(16, structure.timespec64),
  timeval_in: given(8, structure.timeval),
  timeval_out: filled(8, structure.timeval),
  timezone_out: filled(8, (task, at) => `{tz_minuteswest=${task.readU32(at)}, tz_dsttime=${task.readU32(at + 4)}}`),
  time_out: filled(4, (task, at) => `[${task.readU32(at)}]`),
  itimer: oneOf(table.ITIMERS, "ITIMER_???"),
  itimerval_in: given(16, structure.itimerval),
  itimerval_out: filled(16, structure.itimerval),
  clockid: oneOf(table.CLOCKS, "CLOCK_???"),
  timerflags: flagSet(table.TIMER_FLAGS, "TIMER_???"),
  signal: now(table.signalName),
  sigaction_in: given(16, structure.oldSigaction),
  sigaction_out: filled(16, structure.oldSigaction),
  rtsigaction_in: given(20, structure.rtSigaction),
  rtsigaction_out: filled(20, structure.rtSigaction),
  sigset_in: given(8, signalSetAt),
  sigset_out: filled(8, signalSetAt),
  oldsigset_in: given(4, oldSignalSetAt),
  oldsigset_out: filled(4, oldSignalSetAt),
  siginfo_in: given(128, structure.signalInfoAt),
  siginfo_out: filled(128, structure.signalInfoAt),
  oldmask: now((value) => structure.signalSet(BigInt(value))),
  sigprocmaskhow: oneOf(table.SIGPROCMASK_HOW, "SIG_???"),
  sigaltstack_in: given(12, structure.altstack),
  sigaltstack_out: filled(12, structure.altstack),
  resource: oneOf(table.RESOURCES, "RLIMIT_???"),
  rlimit_in: given(8, structure.rlimit32),
  rlimit_out: filled(8, structure.rlimit32),
  rlimit64_in: given(16, structure.rlimit64),
  rlimit64_out: filled(16, structure.rlimit64),
  rusage_out: filled(
    72,
    (task, at) => `{ru_utime=${structure.timeval(task, at)}, ru_stime=${structure.timeval(task, at + 8)}, ...}`,
  ),
  rusagewho: oneOf(table.RUSAGE_WHO, "RUSAGE_???"),
  tms_out: filled(
    16,
    (task, at) => `{tms_utime=${task.readU32(at)}, tms_stime=${task.readU32(at + 4)}, tms_cutime=0, tms_cstime=0}`,
  ),
  sysinfo_out: filled(64, (task, at) => `{uptime=${task.readU32(at)}, ...}`),
  utsname_out: filled(390, utsname),
  userdesc: given(USER_DESC.size, structure.userdesc),
  modifyldt: now((value, { task, values }) =>
    values[2] === USER_DESC.size && task.readable(value, USER_DESC.size) !== null
      ? structure.userdesc(task, value)
      : pointer(value),
  ),
  groups_out: groups,
  groups16_out: groups,
  priority: oneOf(table.PRIORITY_WHICH, "PRIO_???"),
  policy: oneOf(table.POLICIES, "SCHED_???"),
  sigreturn: now((_value, { task }) => structure.frameMask(task, false)),
  rtsigreturn: now((_value, { task }) => structure.frameMask(task, true)),
  ioctlargument: after((value, call) => ioctlArgument(value, call)),
  prctloption: now((value) => PRCTL_NAMES[value] ?? hex(value)),
  prctlargument: after((value, { task, values }) => prctlArgument(task, values[0] ?? 0, value)),
  prctlrest: now((value, { values }) => (PRCTL_NAMES[values[0] ?? 0] === undefined ? hex(value) : "")),
  futexoperation: now(futexOperation),
  exitstatus: now(signed),
  none: { width: 1, isOutput: false, format: () => "" },
};

function prctlArgument(task: Task, operation: number, value: number): string {
  if (operation === PR_SET_NAME || operation === PR_GET_NAME) return structure.stringAt(task, value, 15);
  const takesNone = /_GET_(DUMPABLE|KEEPCAPS|TIMING|SECCOMP|TIMERSLACK|THP_DISABLE|NO_NEW_PRIVS)$/;
  if (takesNone.test(PRCTL_NAMES[operation] ?? "")) return "";
  return PRCTL_NAMES[operation] === undefined ? hex(value) : String(value);
}

function ioctlArgument(value: number, { task, values, result = 0 }: Call): string {
  const name = table.IOCTLS.find(([request]) => request === values[1])?.[1];
  const isReadable = result >= 0 && task.readable(value, 8) !== null;
  if (name === "TIOCGWINSZ" || name === "TIOCSWINSZ")
    return isReadable ? structure.windowSize(task, value) : pointer(value);
  if (name === "FIONREAD" || name === "TIOCGPGRP" || name === "TIOCGSID")
    return isReadable ? unsignedAt(task, value) : pointer(value);
  return name === "FIOCLEX" || name === "FIONCLEX" ? "" : pointer(value);
}

/** F_SETFD, F_GETFL and their like take flags, the locks a pointer, the rest a number or nothing. */
function fcntlArgument(command: number, value: number): string {
  const name = table.FCNTL_COMMANDS.find(([number]) => number === command)?.[1] ?? "";
  if (name === "F_SETFD") return value === 1 ? "FD_CLOEXEC" : hex(value);
  if (name === "F_SETFL") return structure.openFlags(value);
  if (/^F_(OFD_)?(GET|SET)LK/.test(name)) return pointer(value);
  return /^F_GET/.test(name) ? "" : signed(value);
}

/** argv as execve prints it. */
export function argumentList(argv: readonly string[]): string {
  const shown = argv.slice(0, STRING_LIMIT).map((text) => {
    const bytes = binaryBytes(text);
    return quote(bytes.subarray(0, STRING_LIMIT), bytes.length > STRING_LIMIT);
  });
  return `[${shown.join(", ")}${argv.length > STRING_LIMIT ? ", ..." : ""}]`;
}
