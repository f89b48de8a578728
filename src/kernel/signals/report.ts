/** What the user is told of a task that a fault has killed. */
import {
  BUS_ADRALN,
  BUS_ADRERR,
  FPE_INTDIV,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SIGBUS,
  SIGFPE,
  SIGNAL_DESCRIPTIONS,
  SIGNAL_NAMES,
  SIGSEGV,
} from "../../abi/signal.ts";
import { X86_PF_INSTR, X86_PF_WRITE, X86_TRAP_PF } from "../../abi/traps.ts";
import { Segment } from "../../machine/machine.ts";
import { areaName } from "../memory/describe.ts";
import type { Task } from "../task.ts";
import type { SignalInfo } from "./signal-state.ts";

const EXCEPTION_NAMES: Readonly<Record<number, string>> = {
  0: "#DE, divide error",
  1: "#DB, debug",
  3: "#BP, breakpoint",
  4: "#OF, overflow",
  5: "#BR, bound range exceeded",
  6: "#UD, invalid opcode",
  11: "#NP, segment not present",
  12: "#SS, stack segment fault",
  13: "#GP, general protection",
  14: "#PF, page fault",
  16: "#MF, x87 floating-point error",
  17: "#AC, alignment check",
  19: "#XM, SIMD floating-point exception",
};

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;

/** Several lines: signal and address, the instruction, the registers. */
export function faultReport(task: Task, info: SignalInfo): string {
  const name = SIGNAL_NAMES[info.signal] ?? `signal ${info.signal}`;
  const description = SIGNAL_DESCRIPTIONS[info.signal];
  const title = description === undefined ? name : `${name}, ${description}`;
  const lines = [`linux-gate: ${task.name || "program"} (process ${task.pid}) killed by ${title}${cause(task, info)}`];
  return [...lines, ...instruction(task), ...registers(task)].join("\n");
}

function cause(task: Task, info: SignalInfo): string {
  const { trap } = task.signals;
  const exception = EXCEPTION_NAMES[trap.vector] ?? `exception ${trap.vector}`;
  if (trap.vector === X86_TRAP_PF && (info.signal === SIGSEGV || info.signal === SIGBUS)) {
    const access = trap.error & X86_PF_INSTR ? "executing" : trap.error & X86_PF_WRITE ? "writing" : "reading";
    return `: ${access} ${hex(trap.cr2)}, ${pageFaultReason(task, info)}`;
  }
  if (info.signal === SIGFPE && info.code === FPE_INTDIV) return `: ${exception}`;
  return trap.error === 0 ? `: ${exception}` : `: ${exception}, error code ${hex(trap.error)}`;
}

function pageFaultReason(task: Task, info: SignalInfo): string {
  const area = task.memory.find(task.signals.trap.cr2);
  const name = area === undefined ? "" : areaName(task.memory, area, task.root);
  if (info.signal === SIGBUS && info.code === BUS_ADRERR) return "which is beyond the end of the mapped file";
  if (info.signal === SIGBUS && info.code === BUS_ADRALN) return "which is not aligned";
  if (info.code === SEGV_ACCERR) return `which ${name === "" ? "a mapping" : name} does not allow`;
  return info.code === SEGV_MAPERR ? "where nothing is mapped" : "which is refused";
}

function instruction(task: Task): string[] {
  const { machine } = task;
  const { eip } = machine.registers;
  const base = machine.segmentBase(Segment.CS);
  const address = (eip + base) >>> 0;
  const area = task.memory.find(address);
  const name = area === undefined ? "" : areaName(task.memory, area, task.root);
  const place =
    area === undefined
      ? "outside every mapping"
      : `${name || "in an anonymous mapping"} +${hex(address - area.start + (area.backing?.offset ?? 0))}`;
  const { text, length } = machine.disassemble(address);
  const bytes = [...machine.bytes.subarray(address, address + Math.min(length, 15))].map((byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  const shown = length === 0 ? "cannot be fetched" : `${bytes.join(" ")}   ${text}`;
  const where = base === 0 ? hex(eip) : `${hex(eip)} in a segment at ${hex(base)}`;
  return [`  eip ${where}  ${place}`, `  instruction  ${shown}`];
}

function registers(task: Task): string[] {
  const { machine } = task;
  const { eax, ebx, ecx, edx, esi, edi, ebp, esp, eflags } = machine.registers;
  const selector = (register: Segment): string => machine.selector(register).toString(16).padStart(4, "0");
  return [
    `  eax ${hex(eax)}  ebx ${hex(ebx)}  ecx ${hex(ecx)}  edx ${hex(edx)}`,
    `  esi ${hex(esi)}  edi ${hex(edi)}  ebp ${hex(ebp)}  esp ${hex(esp)}`,
    `  eflags ${hex(eflags)}  cs ${selector(Segment.CS)}  ss ${selector(Segment.SS)}  ds ${selector(Segment.DS)}  ` +
      `es ${selector(Segment.ES)}  fs ${selector(Segment.FS)}  gs ${selector(Segment.GS)}`,
  ];
}
