/** From a gate to the handler of a system call and back. */
import { EFAULT, EINTR, ENOSYS } from "../abi/errno.ts";
import { USER_CS, USER_DS } from "../abi/ldt.ts";
import { SYSTEM_CALL_NAMES } from "../abi/unistd.ts";
import { landingPad } from "../gates/index.ts";
import { Gate, Segment } from "../machine/machine.ts";
import { isRestart } from "./signals/deliver.ts";
import type { SystemCallHandler, SystemCallResult, SystemCallRow } from "./syscalls/row.ts";
import { SYSTEM_CALLS } from "./syscalls/table.ts";
import type { Task } from "./task.ts";

const TABLE_SIZE = 512;
/** System calls after which `run` is left, so that the host's event loop gets its turn. */
const CALLS_A_SLICE = 500;
/** Bytes that system calls may go through before it is left, for the same reason. */
const BYTES_A_SLICE = 32 << 20;

/** Rows by number. */
export const ROWS: readonly (SystemCallRow | undefined)[] = fillRows();
/** Handlers by number, without a hole. */
const HANDLERS: readonly SystemCallHandler[] = Array.from(
  { length: TABLE_SIZE },
  (_, number) => ROWS[number]?.handler ?? missing(number),
);

function fillRows(): (SystemCallRow | undefined)[] {
  const rows = new Array<SystemCallRow | undefined>(TABLE_SIZE).fill(undefined);
  for (const row of SYSTEM_CALLS) rows[row.number] = row;
  return rows;
}

/** Answers for a call that is not there: -ENOSYS, and one line. */
function missing(number: number): SystemCallHandler {
  const name = SYSTEM_CALL_NAMES[number] ?? "unknown";
  return (task, ...values) => {
    const values16 = values.map((value) => `0x${value.toString(16)}`).join(", ");
    task.reportOnce(`system call ${number}`, `unimplemented system call ${name}(${number}) with ${values16}`);
    return -ENOSYS;
  };
}

function handlerOf(number: number): SystemCallHandler {
  return HANDLERS[number] ?? missing(number);
}

/**
 * The core's gate callback: all state is exact and EIP is behind the gate. True: leave `run`, because the task waits,
 * has ended, has a signal to handle, or has had its turn.
 *
 * - int 0x80: number in EAX, arguments in EBX, ECX, EDX, ESI, EDI, EBP.
 * - SYSENTER: the user's ESP is in EBP, the sixth argument at 0(%ebp).
 * - SYSCALL: ECX holds the return address, so that the second argument is in EBP and the sixth at 0(%esp).
 *
 * The last two go on at the vDSO's landing pad, wherever they were (do_fast_syscall_32 in linux/arch/x86/entry/common.c).
 */
export function enterKernel(task: Task, gate: Gate): boolean {
  const { registers } = task.machine;
  const { words } = registers;
  if (gate === Gate.INT80) {
    task.entries.int80++;
  } else {
    if (gate === Gate.SYSENTER) {
      task.entries.sysenter++;
      registers.esp = registers.ebp;
    } else {
      task.entries.syscall++;
      registers.ecx = registers.ebp;
    }
    registers.eip = landingPad(task);
    flattenCode(task);
    const sixth = task.readU32(registers.esp);
    if (sixth === null) {
      registers.eax = -EFAULT;
      return false;
    }
    registers.ebp = sixth;
  }
  const number = words[registers.EAX]! >>> 0;
  const trace = task.trace;
  trace?.enter(number, registers.ebx, registers.ecx, registers.edx, registers.esi, registers.edi, registers.ebp);
  const handler = HANDLERS[number] ?? handlerOf(number);
  const result = handler(
    task,
    words[registers.EBX]! >>> 0,
    words[registers.ECX]! >>> 0,
    words[registers.EDX]! >>> 0,
    words[registers.ESI]! >>> 0,
    words[registers.EDI]! >>> 0,
    words[registers.EBP]! >>> 0,
  );
  if (typeof result !== "number") {
    task.parked = { number, result };
    return true;
  }
  words[registers.EAX] = result;
  trace?.leave(result);
  if (result < -511 && isRestart(result)) task.interrupted = { number, code: -result };
  if (--task.callsLeft <= 0 || task.bytesTouched + task.memory.pages.touched > BYTES_A_SLICE) return true;
  task.memory.settle();
  return task.hasWork;
}

/** SYSENTER and SYSCALL remember no selectors: the kernel returns to its own. */
function flattenCode({ machine }: Task): void {
  if (machine.selector(Segment.CS) !== USER_CS) machine.setSegment(Segment.CS, USER_CS);
  if (machine.selector(Segment.SS) !== USER_DS) machine.setSegment(Segment.SS, USER_DS);
}

/** A new slice begins. */
export function refillCalls(task: Task): void {
  task.callsLeft = CALLS_A_SLICE;
  task.bytesTouched = 0;
  task.memory.pages.touched = 0;
}

/** The call that parked the task has come to its end. */
export function completeParked(task: Task, number: number, result: number): void {
  task.machine.registers.eax = result;
  task.trace?.leave(result);
  if (isRestart(result)) task.interrupted = { number, code: -result };
}

/** A call by the kernel itself on the task's behalf: for the vsyscall page. One that would wait is -EINTR. */
export function callDirectly(task: Task, number: number, first: number, second: number, third: number): number {
  task.trace?.enter(number, first, second, third, 0, 0, 0);
  const result: SystemCallResult = handlerOf(number)(task, first, second, third, 0, 0, 0);
  const value = typeof result === "number" ? result : -EINTR;
  task.trace?.leave(value);
  return value;
}
