/** Page faults that come of a file page being mapped more than once: see memory/shared-file.ts. */
import { DR6_STEP, X86_EFLAGS_TF, X86_PF_INSTR, X86_PF_WRITE, X86_TRAP_DB, X86_TRAP_PF } from "../../abi/traps.ts";
import { EXECUTE, Exit, READ, Segment, WRITE, type MachineException } from "../../machine/machine.ts";
import { pageDown } from "../memory/memory-map.ts";
import type { OpenPage } from "../memory/shared-file.ts";
import type { Task } from "../task.ts";
import { handleException } from "./fault.ts";

/**
 * Answers a page fault that the guest shall not see: true. An instruction that needs two mappings of a page at once,
 * one of them to write, would take it from one and the other for ever; it is done alone, with both.
 */
export function answerShared(task: Task, exception: MachineException): boolean {
  const { machine, memory } = task;
  const { address, error } = exception;
  const area = memory.find(address);
  const file = area?.backing?.shared;
  if (area === undefined || file === undefined) return false;
  const page = pageDown(address);
  const needed = error & X86_PF_INSTR ? EXECUTE : error & X86_PF_WRITE ? WRITE : READ;
  if (!memory.regain(page, page + 1, needed)) return false;
  if (file.isAgain(area, page, `${machine.retiredCount} ${machine.registers.eip}`)) stepAcross(task, exception);
  return true;
}

/** Does the one instruction that raised `fault` while it may use all mappings of the pages it touches. */
function stepAcross(task: Task, fault: MachineException): void {
  const { machine } = task;
  const { registers } = machine;
  const wasStepping = (registers.eflags & X86_EFLAGS_TF) !== 0;
  const opened: OpenPage[] = [];
  let exception = fault;
  while (exception.vector === X86_TRAP_PF) {
    const more = openAt(task, exception.address, opened);
    if (more === undefined) break;
    opened.push(more);
    const pushesFlags = machine.disassemble(registers.eip + machine.segmentBase(Segment.CS)).text.startsWith("pushf");
    registers.eflags |= X86_EFLAGS_TF;
    const exit = machine.run(1);
    if (!wasStepping) registers.eflags &= ~X86_EFLAGS_TF;
    exception = machine.exception();
    const isStep = exception.vector === X86_TRAP_DB && (exception.address & DR6_STEP) !== 0;
    if (exit === Exit.EXCEPTION && !isStep) continue;
    for (const page of opened) page.file.merge(page);
    if (pushesFlags && !wasStepping) hideStep(task);
    if (wasStepping && isStep) handleException(task, exception);
    return;
  }
  for (const page of opened) page.file.merge(page);
  handleException(task, exception);
}

/** Opens the shared file page at `address`; undefined if there is none, or it is open already. */
function openAt(task: Task, address: number, opened: readonly OpenPage[]): OpenPage | undefined {
  const area = task.memory.find(address);
  const more = area?.backing?.shared?.open(area, pageDown(address));
  return opened.some((page) => page.file === more?.file && page.index === more.index) ? undefined : more;
}

/** Takes TF out of the flags that PUSHF has pushed. */
function hideStep(task: Task): void {
  const pushed = task.writable((task.machine.stackTop + 1) >>> 0, 1);
  if (pushed) pushed[0]! &= ~(X86_EFLAGS_TF >>> 8);
}
