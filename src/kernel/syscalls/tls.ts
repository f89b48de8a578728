/** Thread-local storage: the three descriptors of the GDT that a thread may set (set_thread_area(2)). */
import { EFAULT, EINVAL, ESRCH } from "../../abi/errno.ts";
import {
  GDT_ENTRY_TLS_MAX,
  GDT_ENTRY_TLS_MIN,
  USER_DESC,
  USER_DESC_CONTENTS_SHIFT,
  USER_DESC_LIMIT_IN_PAGES,
  USER_DESC_READ_EXEC_ONLY,
  USER_DESC_SEG_32BIT,
  USER_DESC_SEG_NOT_PRESENT,
  USER_DESC_USEABLE,
} from "../../abi/ldt.ts";
import { Segment } from "../../machine/machine.ts";
import { loadReturnSelectors } from "../signals/return.ts";
import type { Task } from "../task.ts";
import {
  descriptorWords,
  isEmpty,
  isZero,
  NO_SEGMENT,
  readUserDescriptor,
  reloadSegments,
  type UserDescriptor,
} from "./user-desc.ts";

const ANY_ENTRY = 0xffff_ffff;
/** A code segment's bit in `contents`. */
const CONTENTS_CODE = 2;

/** entry_number -1 takes the first free entry and says which. */
export function sysSetThreadArea(task: Task, address: number): number {
  const wanted = readUserDescriptor(task, address);
  if (wanted === null) return -EFAULT;
  if (!isAllowed(wanted)) return -EINVAL;
  const entry = wanted.entry === ANY_ENTRY ? freeEntry(task) : wanted.entry;
  if (entry === undefined) return -ESRCH;
  if (wanted.entry === ANY_ENTRY && !task.writeU32(address + USER_DESC.entry_number, entry)) return -EFAULT;
  if (entry < GDT_ENTRY_TLS_MIN || entry > GDT_ENTRY_TLS_MAX) return -EINVAL;
  const words = isEmpty(wanted) || isZero(wanted) ? NO_SEGMENT : descriptorWords(wanted);
  task.machine.setDescriptor(entry, ...words);
  reload(task, (entry << 3) | 3);
  return 0;
}

/** tls_desc_okay: nothing, or data, 32-bit, present. */
function isAllowed(wanted: UserDescriptor): boolean {
  if (isEmpty(wanted) || isZero(wanted)) return true;
  const { bits, contents } = wanted;
  return (bits & USER_DESC_SEG_32BIT) !== 0 && contents < CONTENTS_CODE && !(bits & USER_DESC_SEG_NOT_PRESENT);
}

export function sysGetThreadArea(task: Task, address: number): number {
  const entry = task.readU32(address + USER_DESC.entry_number);
  if (entry === null) return -EFAULT;
  if (entry < GDT_ENTRY_TLS_MIN || entry > GDT_ENTRY_TLS_MAX) return -EINVAL;
  const [low, high] = task.machine.descriptor(entry);
  const limit = (low & 0xffff) | (high & 0xf_0000);
  const base = ((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff00_0000)) >>> 0;
  const flag = (bit: number, value: number): number => ((high >>> bit) & 1 ? value : 0);
  const bits =
    flag(22, USER_DESC_SEG_32BIT) |
    (((high >>> 10) & 3) << USER_DESC_CONTENTS_SHIFT) |
    (flag(9, 1) === 1 ? 0 : USER_DESC_READ_EXEC_ONLY) |
    flag(23, USER_DESC_LIMIT_IN_PAGES) |
    (flag(15, 1) === 1 ? 0 : USER_DESC_SEG_NOT_PRESENT) |
    flag(20, USER_DESC_USEABLE);
  return [entry, base, limit, bits].every((value, i) => task.writeU32(address + 4 * i, value)) ? 0 : -EFAULT;
}

function freeEntry(task: Task): number | undefined {
  for (let entry = GDT_ENTRY_TLS_MIN; entry <= GDT_ENTRY_TLS_MAX; entry++) {
    const [low, high] = task.machine.descriptor(entry);
    if (low === 0 && high === 0) return entry;
  }
  return undefined;
}

/** A segment register that names the entry shows its new contents at once (do_set_thread_area). */
function reload(task: Task, changed: number): void {
  const { machine } = task;
  reloadSegments(task, [Segment.DS, Segment.ES, Segment.FS, Segment.GS], (selector) => selector === changed);
  const stack = machine.selector(Segment.SS);
  if (stack === changed) loadReturnSelectors(task, machine.selector(Segment.CS), stack);
}
