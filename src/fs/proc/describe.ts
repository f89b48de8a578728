/** The text of /proc/PID/{limits,stat,statm,status}, field by field as proc(5) lists them. */
import { RLIMIT_RSS, RLIMIT_SIGPENDING } from "../../abi/resource.ts";
import type { ProcessInformation } from "./process.ts";

const PAGE_KB = 4;
const PAGE = 4096;
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/** Name and unit of each resource, by RLIMIT_ number (linux/fs/proc/base.c lnames). */
const LIMITS: readonly (readonly [string, string])[] = [
  ["Max cpu time", "seconds"],
  ["Max file size", "bytes"],
  ["Max data size", "bytes"],
  ["Max stack size", "bytes"],
  ["Max core file size", "bytes"],
  ["Max resident set", "bytes"],
  ["Max processes", "processes"],
  ["Max open files", "files"],
  ["Max locked memory", "bytes"],
  ["Max address space", "bytes"],
  ["Max file locks", "locks"],
  ["Max pending signals", "signals"],
  ["Max msgqueue size", "bytes"],
  ["Max nice priority", ""],
  ["Max realtime priority", ""],
  ["Max realtime timeout", "us"],
];

export function describeLimits(process: ProcessInformation): string {
  const show = (value: bigint) => (value === UNLIMITED ? "unlimited" : String(value)).padEnd(20);
  const header = `${"Limit".padEnd(25)} ${"Soft Limit".padEnd(20)} ${"Hard Limit".padEnd(20)} ${"Units".padEnd(10)}\n`;
  const lines = LIMITS.map(([name, unit], resource) => {
    const { soft, hard } = process.limit(resource);
    return `${name.padEnd(25)} ${show(soft)} ${show(hard)} ${unit === "" ? "\n" : `${unit.padEnd(10)}\n`}`;
  });
  return header + lines.join("");
}

export function describeStatm(process: ProcessInformation): string {
  const use = process.memoryUse();
  return `${use.size} ${use.resident} ${use.shared} ${use.text} 0 ${use.data + use.stack} 0\n`;
}

/** A limit as an unsigned long: 32 bits, all set for 'unlimited'. */
function asWord(limit: bigint): bigint {
  return limit > 0xffff_ffffn ? 0xffff_ffffn : limit;
}

export function describeStat(process: ProcessInformation): string {
  const { addresses, signals } = process;
  const use = process.memoryUse();
  const small = (set: bigint) => BigInt.asUintN(31, set);
  const fields = [
    process.pid,
    `(${process.name})`,
    "R",
    process.parentPid,
    process.processGroup,
    process.session,
    0, // tty_nr
    -1, // tpgid
    0x400000, // flags
    ...[0, 0, 0, 0], // page faults
    process.userTicks,
    process.systemTicks,
    ...[0, 0], // children's times
    20, // priority
    0, // nice
    1, // threads
    0, // itrealvalue
    process.startTicks,
    use.size * PAGE,
    use.resident,
    asWord(process.limit(RLIMIT_RSS).soft),
    addresses.codeStart,
    addresses.codeEnd,
    addresses.stackStart,
    addresses.stackPointer,
    addresses.instructionPointer,
    small(signals.pending),
    small(signals.blocked),
    small(signals.ignored),
    small(signals.caught),
    0, // wchan
    ...[0, 0], // swapped pages
    17, // exit_signal: SIGCHLD
    0, // processor
    ...[0, 0], // realtime priority, policy
    0, // delays
    ...[0, 0], // guest time
    addresses.dataStart,
    addresses.dataEnd,
    addresses.heapStart,
    addresses.argumentsStart,
    addresses.argumentsEnd,
    addresses.environmentStart,
    addresses.environmentEnd,
    0, // exit_code
  ];
  return `${fields.join(" ")}\n`;
}

export function describeStatus(process: ProcessInformation): string {
  const { credentials: c, signals } = process;
  const use = process.memoryUse();
  const kilobytes = (pages: number) => `${String(pages * PAGE_KB).padStart(8)} kB`;
  const set = (bits: bigint) => bits.toString(16).padStart(16, "0");
  const capabilities = (uid: number) => set(uid === 0 ? 0x1ff_ffff_ffffn : 0n);
  const slots = Math.max(64, 2 ** Math.ceil(Math.log2(process.files.end + 1)));
  const lines: readonly (readonly [string, string | number])[] = [
    ["Name", process.name],
    ["Umask", `0${process.umask.toString(8).padStart(3, "0")}`],
    ["State", "R (running)"],
    ["Tgid", process.pid],
    ["Ngid", 0],
    ["Pid", process.pid],
    ["PPid", process.parentPid],
    ["TracerPid", 0],
    ["Uid", `${c.uid}\t${c.euid}\t${c.suid}\t${c.fsuid}`],
    ["Gid", `${c.gid}\t${c.egid}\t${c.sgid}\t${c.fsgid}`],
    ["FDSize", slots],
    ["Groups", `${c.groups.join(" ")} `],
    ["VmPeak", kilobytes(use.size)],
    ["VmSize", kilobytes(use.size)],
    ["VmLck", kilobytes(0)],
    ["VmPin", kilobytes(0)],
    ["VmHWM", kilobytes(use.resident)],
    ["VmRSS", kilobytes(use.resident)],
    ["VmData", kilobytes(use.data)],
    ["VmStk", kilobytes(use.stack)],
    ["VmExe", kilobytes(use.text)],
    ["VmLib", kilobytes(0)],
    ["VmSwap", kilobytes(0)],
    ["Threads", 1],
    ["SigQ", `0/${process.limit(RLIMIT_SIGPENDING).soft}`],
    ["SigPnd", set(0n)],
    ["ShdPnd", set(signals.pending)],
    ["SigBlk", set(signals.blocked)],
    ["SigIgn", set(signals.ignored)],
    ["SigCgt", set(signals.caught)],
    ["CapInh", set(0n)],
    ["CapPrm", capabilities(c.suid)],
    ["CapEff", capabilities(c.euid)],
    ["CapBnd", capabilities(0)],
    ["CapAmb", set(0n)],
    ["NoNewPrivs", 0],
    ["Seccomp", 0],
    ["Cpus_allowed", 1],
    ["Cpus_allowed_list", 0],
    ["voluntary_ctxt_switches", 0],
    ["nonvoluntary_ctxt_switches", 0],
  ];
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join("");
}
