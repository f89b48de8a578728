/**
 * From a processor exception to the signal that i386 Linux sends (arch/x86/kernel/traps.c, arch/x86/mm/fault.c).
 * Every row was seen on real Linux: tests/kernel/faults.test.ts runs the same programs there.
 */
import { TASK_SIZE } from "../../abi/layout.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../../abi/mman.ts";
import {
  BUS_ADRALN,
  BUS_ADRERR,
  FPE_FLTDIV,
  FPE_FLTINV,
  FPE_FLTOVF,
  FPE_FLTRES,
  FPE_FLTUND,
  FPE_INTDIV,
  ILL_ILLOPN,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SI_KERNEL,
  SIGBUS,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  TRAP_BRKPT,
  TRAP_TRACE,
} from "../../abi/signal.ts";
import {
  DR6_STEP,
  X86_PF_INSTR,
  X86_PF_PROT,
  X86_PF_WRITE,
  X86_TRAP_AC,
  X86_TRAP_BP,
  X86_TRAP_BR,
  X86_TRAP_DB,
  X86_TRAP_DE,
  X86_TRAP_MF,
  X86_TRAP_NP,
  X86_TRAP_OF,
  X86_TRAP_PF,
  X86_TRAP_SS,
  X86_TRAP_UD,
  X86_TRAP_XF,
} from "../../abi/traps.ts";
import { onPageFault, VSYSCALL_ADDRESS } from "../../gates/index.ts";
import { Segment, type MachineException } from "../../machine/machine.ts";
import type { Task } from "../task.ts";
import { answerShared } from "./shared-fault.ts";
import type { SignalInfo } from "./signal-state.ts";

const PAGE_MASK = 0xffff_f000;
/** Exceptions that are traps: EIP is behind the instruction, RF stays clear. */
const TRAPS = [X86_TRAP_DB, X86_TRAP_BP, X86_TRAP_OF];

/** Answers an exception: the stack grows, the vsyscall page is emulated, or a signal is forced. */
export function handleException(task: Task, exception: MachineException): void {
  if (exception.vector === X86_TRAP_PF) {
    handlePageFault(task, exception);
    return;
  }
  forceException(task, exception, !TRAPS.includes(exception.vector) || isWithinString(task));
}

/** Is EIP still at the repeated string instruction that sigreturn went back to with RF set? */
function isWithinString({ machine, signals }: Task): boolean {
  const { eip } = machine.registers;
  const address = (eip + machine.segmentBase(Segment.CS)) >>> 0;
  return signals.resumedAt === eip && machine.disassemble(address).text.startsWith("rep");
}

/** Forces the signal of an exception upon the task. `isFault`: RF is set in the flags that the processor saved. */
export function forceException(task: Task, exception: MachineException, isFault: boolean): void {
  const { vector, error } = exception;
  task.faults++;
  task.signals.trap = { ...task.signals.trap, vector, error };
  task.signals.force({ ...signalOf(task, exception), isFault });
}

function signalOf(task: Task, { vector, address }: MachineException): SignalInfo {
  const eip = task.machine.registers.eip;
  switch (vector) {
    case X86_TRAP_DE:
      return { signal: SIGFPE, code: FPE_INTDIV, address: eip };
    case X86_TRAP_DB:
      return { signal: SIGTRAP, code: address & DR6_STEP ? TRAP_TRACE : TRAP_BRKPT, address: eip };
    case X86_TRAP_BP:
      return { signal: SIGTRAP, code: SI_KERNEL, address: 0 };
    case X86_TRAP_UD:
      return { signal: SIGILL, code: ILL_ILLOPN, address: eip };
    case X86_TRAP_NP:
    case X86_TRAP_SS:
      return { signal: SIGBUS, code: SI_KERNEL, address: 0 };
    case X86_TRAP_MF:
      return { signal: SIGFPE, code: x87Code(task), address: eip };
    case X86_TRAP_XF:
      return { signal: SIGFPE, code: simdCode(task), address: eip };
    case X86_TRAP_AC:
      return { signal: SIGBUS, code: BUS_ADRALN, address: 0 };
    case X86_TRAP_OF:
    case X86_TRAP_BR:
    default:
      return { signal: SIGSEGV, code: SI_KERNEL, address: 0 };
  }
}

/** si_code of #MF: the x87's exceptions that are there and not masked. */
function x87Code({ machine }: Task): number {
  const { core } = machine;
  return exceptionCode(machine.word(core.X87_STATUS.value) & ~machine.word(core.X87_CONTROL.value));
}

/** si_code of #XM: the same of MXCSR, whose masks stand 7 bits above its flags. */
function simdCode({ machine }: Task): number {
  const control = machine.word(machine.core.MXCSR.value);
  return exceptionCode(control & ~(control >>> 7));
}

/** The first of several floating-point exceptions (fpu__exception_code). */
function exceptionCode(exceptions: number): number {
  if (exceptions & 0x01) return FPE_FLTINV;
  if (exceptions & 0x04) return FPE_FLTDIV;
  if (exceptions & 0x08) return FPE_FLTOVF;
  if (exceptions & 0x12) return FPE_FLTUND;
  return exceptions & 0x20 ? FPE_FLTRES : SI_KERNEL;
}

function handlePageFault(task: Task, exception: MachineException): void {
  const { address, error } = exception;
  const isOurs = address >= TASK_SIZE;
  if ((address & PAGE_MASK) >>> 0 === VSYSCALL_ADDRESS) {
    task.faults++;
    const answer = onPageFault(task, address, error);
    if (answer === "handled") {
      task.entries.vsyscall++;
      return;
    }
    if (answer !== undefined) {
      const { trap } = task.signals;
      const cr2 = answer.cr2 ?? trap.cr2;
      task.signals.trap = { vector: X86_TRAP_PF, error: answer.errorCode ?? trap.error, cr2 };
      task.signals.force({ signal: answer.signal, code: answer.code, address: answer.address, isFault: true });
      return;
    }
  } else if (!isOurs && (task.memory.growStack(address) || answerShared(task, exception))) {
    return;
  } else {
    task.faults++;
  }
  // To user mode the kernel's own addresses are always present and forbidden.
  const shown = isOurs ? error | X86_PF_PROT : error;
  task.signals.trap = { vector: X86_TRAP_PF, error: shown, cr2: address };
  task.signals.force({ ...pageFaultSignal(task, address, error), isFault: true });
}

function pageFaultSignal(task: Task, address: number, error: number): SignalInfo {
  const area = address >= TASK_SIZE ? undefined : task.memory.find(address);
  if (area === undefined) return { signal: SIGSEGV, code: SEGV_MAPERR, address };
  const needed = error & X86_PF_INSTR ? PROT_EXEC : error & X86_PF_WRITE ? PROT_WRITE : PROT_READ;
  const isAllowed = needed === PROT_READ ? area.protection !== 0 : (area.protection & needed) !== 0;
  if (isAllowed) return { signal: SIGBUS, code: BUS_ADRERR, address };
  return { signal: SIGSEGV, code: SEGV_ACCERR, address };
}
