/** The local descriptor table (modify_ldt(2), arch/x86/kernel/ldt.c). It belongs to the address space. */
import { EFAULT, EINVAL, ENOSYS } from "../../abi/errno.ts";
import {
  GDT_ENTRY_LDT,
  LDT_DEFAULT_SIZE,
  LDT_ENTRIES,
  LDT_ENTRY_SIZE,
  MODIFY_LDT,
  TABLE_INDICATOR,
  USER_DESC,
  USER_DESC_SEG_NOT_PRESENT,
  USER_DESC_USEABLE,
} from "../../abi/ldt.ts";
import { Segment } from "../../machine/machine.ts";
import { loadReturnSelectors } from "../signals/return.ts";
import type { Task } from "../task.ts";
import { descriptorWords, isEmpty, NO_SEGMENT, readUserDescriptor, reloadSegments } from "./user-desc.ts";

/** `contents` of a conforming code segment. */
const CONTENTS_CONFORMING = 3;

export function sysModifyLdt(task: Task, operation: number, address: number, size: number): number {
  switch (operation) {
    case MODIFY_LDT.read:
      return read(task, address, size);
    case MODIFY_LDT.writeOld:
      return write(task, address, size, true);
    case MODIFY_LDT.readDefault:
      return clear(task, address, Math.min(size, LDT_DEFAULT_SIZE));
    case MODIFY_LDT.write:
      return write(task, address, size, false);
    default:
      return -ENOSYS;
  }
}

/** What is there, then zeros up to `size`; 0 while there is no table. */
function read(task: Task, address: number, size: number): number {
  const { machine } = task;
  if (machine.localEntries === 0) return 0;
  const wanted = Math.min(size, LDT_ENTRIES * LDT_ENTRY_SIZE);
  const there = Math.min(wanted, machine.localEntries * LDT_ENTRY_SIZE);
  if (!task.copyOut(address, machine.localTable(there))) return -EFAULT;
  return clear(task, address + there, wanted - there) < 0 ? -EFAULT : wanted;
}

function clear(task: Task, address: number, size: number): number {
  return task.writable(address, size)?.fill(0) === undefined ? -EFAULT : size;
}

/** In the old mode a base and limit of 0 clear the entry, conforming code is refused, and there is no `useable`. */
function write(task: Task, address: number, size: number, isOld: boolean): number {
  if (size !== USER_DESC.size) return -EINVAL;
  const wanted = readUserDescriptor(task, address);
  if (wanted === null) return -EFAULT;
  const { entry, base, limit, bits, contents } = wanted;
  if (entry >= LDT_ENTRIES) return -EINVAL;
  if (contents === CONTENTS_CONFORMING && (isOld || !(bits & USER_DESC_SEG_NOT_PRESENT))) return -EINVAL;
  const isCleared = isEmpty(wanted) || (isOld && base === 0 && limit === 0);
  const kept = isOld ? { ...wanted, bits: bits & ~USER_DESC_USEABLE } : wanted;
  task.machine.setLocalDescriptor(entry, ...(isCleared ? NO_SEGMENT : descriptorWords(kept)));
  task.machine.localSelector = GDT_ENTRY_LDT << 3;
  reload(task);
  return 0;
}

/**
 * DS and ES see the new table at once (refresh_ldt_segments), CS and SS because the call returns by IRET. FS and GS keep
 * what they were loaded with, on a 64-bit kernel.
 */
function reload(task: Task): void {
  const isLocal = (selector: number): boolean => (selector & TABLE_INDICATOR) !== 0;
  reloadSegments(task, [Segment.DS, Segment.ES], isLocal);
  const [code, stack] = [Segment.CS, Segment.SS].map((register) => task.machine.selector(register)) as [number, number];
  if (isLocal(code) || isLocal(stack)) loadReturnSelectors(task, code, stack);
}
