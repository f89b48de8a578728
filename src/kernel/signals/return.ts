/** The last of the way back to user mode: IRET loads CS and SS, and what it refuses is the user's fault. */
import { TABLE_INDICATOR, USER_CS, USER_DS } from "../../abi/ldt.ts";
import { X86_TRAP_GP } from "../../abi/traps.ts";
import { Segment, type MachineException } from "../../machine/machine.ts";
import type { Task } from "../task.ts";
import { forceException } from "./fault.ts";

/** #GP(0) */
const GENERAL_PROTECTION: MachineException = { vector: X86_TRAP_GP, error: 0, address: 0 };

/**
 * Goes on at EIP in `code` with `stack`, privilege 3 whatever they say. If the processor refuses one of them, the task
 * gets the signal of that fault, and the frame shows the two as they were wanted (fixup_bad_iret).
 *
 * A return to a stack of the LDT goes by the espfix stack on 64-bit Linux, where a fault's vector and error code are
 * lost: it is always #GP(0) (exc_double_fault).
 */
export function loadReturnSelectors(task: Task, code: number, stack: number): void {
  const { machine, signals } = task;
  const refused = { code: code | 3, stack: stack | 3 };
  let fault = GENERAL_PROTECTION;
  if (machine.setSegment(Segment.CS, refused.code) && machine.setSegment(Segment.SS, refused.stack)) {
    if (machine.registers.eip <= machine.segmentLimit(Segment.CS)) return;
  } else {
    fault = machine.exception();
  }
  machine.setSegment(Segment.CS, USER_CS);
  machine.setSegment(Segment.SS, USER_DS);
  signals.refused = refused;
  forceException(task, stack & TABLE_INDICATOR ? GENERAL_PROTECTION : fault, false);
}
