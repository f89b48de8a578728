/** Structures in guest memory as strace prints them. Each takes the address of memory known to be readable. */
import { O_ACCMODE } from "../../abi/fcntl.ts";
import { PAGE_SIZE } from "../../abi/layout.ts";
import { RLIM64_INFINITY } from "../../abi/resource.ts";
import {
  NSIG,
  OLD_SIGACTION,
  RT_SIGACTION,
  SA_RESTORER,
  SI_KERNEL,
  SI_QUEUE,
  SIGINFO,
  SIGBUS,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  STACK_T,
} from "../../abi/signal.ts";
import { RT_SIGFRAME, SIGCONTEXT, SIGFRAME, UCONTEXT } from "../../abi/sigcontext.ts";
import {
  deviceMajor,
  deviceMinor,
  S_IFBLK,
  S_IFCHR,
  S_IFMT,
  STAT,
  STAT64,
  STATX,
  STATX_BASIC_STATS,
  STATX_BTIME,
} from "../../abi/stat.ts";
import type { SignalInfo } from "../signals/signal-state.ts";
import type { Task } from "../task.ts";
import {
  ACCESS_MODES,
  ALTSTACK_FLAGS,
  FILE_TYPES,
  OPEN_FLAGS,
  POLL_EVENTS,
  SI_CODES,
  SIGACTION_FLAGS,
  SIGNAL_CODES,
  signalName,
} from "./names.ts";
import { constant, flags, hex, names, pointer, quote, STRING_LIMIT, type Names } from "./text.ts";

const STATX_EXTRAS: Names = names({ STATX_BTIME, STATX_MNT_ID: 0x1000 });

/** The C string at `address`, whole up to a path's length, or `limit` bytes of it. */
export function stringAt(task: Task, address: number, limit: number): string {
  if (address === 0) return "NULL";
  const bytes = task.readString(address, limit);
  if (bytes === null) return hex(address);
  return bytes.length > limit ? quote(bytes.subarray(0, limit), true) : quote(bytes);
}

/** `length` bytes of a buffer, cut after 32. */
export function bufferAt(task: Task, address: number, length: number): string {
  if (address === 0 || length < 0) return pointer(address);
  const shown = Math.min(length, STRING_LIMIT);
  const bytes = task.readable(address, shown);
  return bytes === null ? pointer(address) : quote(bytes, length > STRING_LIMIT);
}

/** Random bytes, all in hexadecimal. */
export function randomAt(task: Task, address: number, length: number): string {
  const bytes = length < 0 ? null : task.readable(address, Math.min(length, STRING_LIMIT));
  if (bytes === null) return pointer(address);
  const text = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  return `"${text}"${length > STRING_LIMIT ? "..." : ""}`;
}

/** struct iovec[count]; `total`: bytes that were read into it, undefined for all of them. */
export function iovecsAt(task: Task, address: number, count: number, total = Infinity): string {
  const parts: string[] = [];
  let left = total;
  for (let i = 0; i < Math.min(count, STRING_LIMIT); i++) {
    const base = task.readU32(address + 8 * i);
    const length = task.readU32(address + 8 * i + 4);
    if (base === null || length === null) {
      parts.push(`... /* ${pointer(address + 8 * i)} */`);
      break;
    }
    parts.push(`{iov_base=${bufferAt(task, base, Math.min(length, left))}, iov_len=${length}}`);
    left = Math.max(0, left - length);
  }
  if (count > STRING_LIMIT) parts.push("...");
  return `[${parts.join(", ")}]`;
}

export function openFlags(value: number): string {
  const mode = ACCESS_MODES[value & O_ACCMODE]!;
  const rest = (value & ~O_ACCMODE) >>> 0;
  return rest === 0 ? mode : `${mode}|${flags(rest, OPEN_FLAGS, "O_???")}`;
}

export function fileMode(value: number): string {
  const type = value & S_IFMT;
  const permissions = octal(value & ~S_IFMT);
  return type === 0 ? permissions : `${constant(type, FILE_TYPES, "S_IF???")}|${permissions}`;
}

export function octal(value: number): string {
  return value === 0 ? "000" : `0${value.toString(8).padStart(3, "0")}`;
}

/** [INT RT_3], or ~[...] if more than half of the signals are in it. */
export function signalSet(set: bigint): string {
  const members = Array.from({ length: NSIG }, (_, i) => i + 1).filter((signal) => (set >> BigInt(signal - 1)) & 1n);
  const isMost = members.length > (NSIG * 2) / 3;
  const listed = isMost
    ? Array.from({ length: NSIG }, (_, i) => i + 1).filter((signal) => !members.includes(signal))
    : members;
  return `${isMost ? "~" : ""}[${listed.map((signal) => signalName(signal).replace(/^SIG/, "")).join(" ")}]`;
}

/** Signals whose siginfo_t has an address, whatever its si_code. */
const FAULT_SIGNALS: readonly number[] = [SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV];

/** siginfo_t: of faults the address, of others the sender. */
export function signalInfo(info: SignalInfo): string {
  const codes = [...(SIGNAL_CODES[info.signal] ?? []), ...SI_CODES];
  const fields = [`si_signo=${signalName(info.signal)}`, `si_code=${constant(info.code, codes, "SI_???")}`];
  const hasAddress = info.code > 0 && (info.code !== SI_KERNEL || FAULT_SIGNALS.includes(info.signal));
  if (hasAddress) fields.push(`si_addr=${pointer(info.address ?? 0)}`);
  if (info.pid !== undefined) fields.push(`si_pid=${info.pid}`, `si_uid=${info.uid ?? 0}`);
  if (info.value) fields.push(`si_int=${info.value | 0}`, `si_ptr=${pointer(info.value)}`);
  return `{${fields.join(", ")}}`;
}

/** The siginfo_t that the kernel has written for a waiting program. */
export function signalInfoAt(task: Task, address: number): string {
  const at = (offset: number): number => word(task, address + offset);
  const info = { signal: at(SIGINFO.si_signo), code: at(SIGINFO.si_code) | 0 };
  if (info.code > 0) return signalInfo({ ...info, address: at(SIGINFO.si_addr) });
  const sender = { ...info, pid: at(SIGINFO.si_pid), uid: at(SIGINFO.si_uid) };
  return signalInfo(info.code === SI_QUEUE ? { ...sender, value: at(SIGINFO.si_value) } : sender);
}

function word(task: Task, address: number): number {
  return task.machine.view.getUint32(address, true);
}

export function handler(value: number): string {
  return value === 0 ? "SIG_DFL" : value === 1 ? "SIG_IGN" : hex(value);
}

export function rtSigaction(task: Task, address: number): string {
  const mask = task.machine.view.getBigUint64(address + RT_SIGACTION.mask, true);
  return sigaction(task, address, RT_SIGACTION, mask);
}

export function oldSigaction(task: Task, address: number): string {
  return sigaction(task, address, OLD_SIGACTION, BigInt(word(task, address + OLD_SIGACTION.mask)));
}

function sigaction(
  task: Task,
  address: number,
  layout: typeof RT_SIGACTION | typeof OLD_SIGACTION,
  mask: bigint,
): string {
  const bits = word(task, address + layout.flags);
  const restorer = bits & SA_RESTORER ? `, sa_restorer=${hex(word(task, address + layout.restorer))}` : "";
  const shown = `sa_mask=${signalSet(mask)}, sa_flags=${flags(bits, SIGACTION_FLAGS, "SA_???")}`;
  return `{sa_handler=${handler(word(task, address + layout.handler))}, ${shown}${restorer}}`;
}

export function altstack(task: Task, address: number): string {
  const bits = word(task, address + STACK_T.ss_flags);
  const start = pointer(word(task, address + STACK_T.ss_sp));
  return `{ss_sp=${start}, ss_flags=${flags(bits, ALTSTACK_FLAGS, "SS_???")}, ss_size=${word(task, address + STACK_T.ss_size)}}`;
}

export function timespec32(task: Task, address: number): string {
  const { view } = task.machine;
  return `{tv_sec=${view.getInt32(address, true)}, tv_nsec=${view.getInt32(address + 4, true)}}`;
}

export function timespec64(task: Task, address: number): string {
  const { view } = task.machine;
  return `{tv_sec=${view.getBigInt64(address, true)}, tv_nsec=${view.getBigInt64(address + 8, true)}}`;
}

export function timeval(task: Task, address: number): string {
  const { view } = task.machine;
  return `{tv_sec=${view.getInt32(address, true)}, tv_usec=${view.getInt32(address + 4, true)}}`;
}

export function itimerval(task: Task, address: number): string {
  return `{it_interval=${timeval(task, address)}, it_value=${timeval(task, address + 8)}}`;
}

/** A limit: multiples of 1024 as such, RLIM_INFINITY by name. */
function limit(value: bigint, infinity: bigint, name: string): string {
  if (value === infinity) return name;
  return value > 1024n && value % 1024n === 0n ? `${value / 1024n}*1024` : String(value);
}

export function rlimit32(task: Task, address: number): string {
  const show = (at: number): string => limit(BigInt(word(task, at)), 0xffff_ffffn, "RLIM_INFINITY");
  return `{rlim_cur=${show(address)}, rlim_max=${show(address + 4)}}`;
}

export function rlimit64(task: Task, address: number): string {
  const { view } = task.machine;
  const show = (at: number): string => limit(view.getBigUint64(at, true), RLIM64_INFINITY, "RLIM64_INFINITY");
  return `{rlim_cur=${show(address)}, rlim_max=${show(address + 8)}}`;
}

/** st_size, or of a device its number. */
function sizeOrDevice(mode: number, device: number, size: number | bigint): string {
  const type = mode & S_IFMT;
  if (type !== S_IFCHR && type !== S_IFBLK) return `st_size=${size}`;
  return `st_rdev=makedev(${hex(deviceMajor(device))}, ${hex(deviceMinor(device))})`;
}

export function stat32(task: Task, address: number): string {
  const mode = task.machine.view.getUint16(address + STAT.st_mode, true);
  const size = sizeOrDevice(mode, word(task, address + STAT.st_rdev), word(task, address + STAT.st_size));
  return `{st_mode=${fileMode(mode)}, ${size}, ...}`;
}

export function stat64(task: Task, address: number): string {
  const mode = word(task, address + STAT64.st_mode);
  const length = task.machine.view.getBigUint64(address + STAT64.st_size, true);
  return `{st_mode=${fileMode(mode)}, ${sizeOrDevice(mode, word(task, address + STAT64.st_rdev), length)}, ...}`;
}

/** STATX_BASIC_STATS, and what is asked for beside it. */
export function statxMask(value: number): string {
  const rest = value & ~STATX_BASIC_STATS;
  if ((value & STATX_BASIC_STATS) !== STATX_BASIC_STATS) return hex(value);
  return rest === 0 ? "STATX_BASIC_STATS" : `STATX_BASIC_STATS|${flags(rest, STATX_EXTRAS, "STATX_???")}`;
}

export function statx(task: Task, address: number): string {
  const { view } = task.machine;
  const mode = fileMode(view.getUint16(address + STATX.stx_mode, true));
  return `{stx_mask=${statxMask(word(task, address))}, stx_attributes=0, stx_mode=${mode}, stx_size=${view.getBigUint64(address + STATX.stx_size, true)}, ...}`;
}

export function pollfds(task: Task, address: number, count: number): string {
  const parts: string[] = [];
  for (let i = 0; i < Math.min(count, STRING_LIMIT); i++) {
    const at = address + 8 * i;
    if (task.readable(at, 8) === null) return hex(address);
    const events = flags(task.machine.view.getUint16(at + 4, true), POLL_EVENTS, "POLL???");
    parts.push(`{fd=${word(task, at) | 0}, events=${events}}`);
  }
  return `[${parts.join(", ")}${count > STRING_LIMIT ? ", ..." : ""}]`;
}

/** What poll has found. */
export function pollResults(task: Task, address: number, count: number): string {
  const parts: string[] = [];
  for (let i = 0; i < Math.min(count, STRING_LIMIT); i++) {
    const at = address + 8 * i;
    if (task.readable(at, 8) === null) break;
    const events = task.machine.view.getUint16(at + 6, true);
    if (events !== 0) parts.push(`{fd=${word(task, at) | 0}, revents=${flags(events, POLL_EVENTS, "POLL???")}}`);
  }
  return `[${parts.join(", ")}]`;
}

/** How many records of directory entries lie in `length` bytes. */
export function entries(task: Task, address: number, length: number, recordLength: number): string {
  let count = 0;
  for (let at = 0; at < length; count++) {
    const step =
      task.readable(address + at, recordLength + 2) === null
        ? 0
        : task.machine.view.getUint16(address + at + recordLength, true);
    if (step === 0) break;
    at += step;
  }
  return length < 0 ? pointer(address) : `${pointer(address)} /* ${count} entries */`;
}

export function residency(task: Task, address: number, length: number): string {
  const pages = Math.ceil(length / PAGE_SIZE);
  const bytes = task.readable(address, Math.min(pages, STRING_LIMIT));
  return bytes === null ? pointer(address) : `[${[...bytes].join(", ")}${pages > STRING_LIMIT ? ", ..." : ""}]`;
}

export function windowSize(task: Task, address: number): string {
  const [rows, columns, width, height] = [0, 2, 4, 6].map((at) => task.machine.view.getUint16(address + at, true));
  return `{ws_row=${rows}, ws_col=${columns}, ws_xpixel=${width}, ws_ypixel=${height}}`;
}

/** The mask that sigreturn finds in the frame above the stack pointer. */
export function frameMask(task: Task, isRealtime: boolean): string {
  const { esp } = task.machine.registers;
  const low = isRealtime ? esp - 4 + RT_SIGFRAME.uc + UCONTEXT.uc_sigmask : esp - 8 + SIGFRAME.sc + SIGCONTEXT.oldmask;
  const high = isRealtime ? low + 4 : esp - 8 + SIGFRAME.extramask;
  const mask = BigInt(task.readU32(low) ?? 0) | (BigInt(task.readU32(high) ?? 0) << 32n);
  return `{mask=${signalSet(mask)}}`;
}

/** As printf's %#08x. */
function wide(value: number): string {
  return value === 0 ? "00000000" : `0x${value.toString(16).padStart(6, "0")}`;
}

export function userdesc(task: Task, address: number): string {
  const [entry, base, bound, bits] = [0, 4, 8, 12].map((offset) => word(task, address + offset));
  const flag = (mask: number): number => (bits! & mask ? 1 : 0);
  return (
    `{entry_number=${entry! | 0}, base_addr=${wide(base!)}, limit=${wide(bound!)}, ` +
    `seg_32bit=${flag(1)}, contents=${(bits! >>> 1) & 3}, read_exec_only=${flag(8)}, limit_in_pages=${flag(16)}, ` +
    `seg_not_present=${flag(32)}, useable=${flag(64)}}`
  );
}
