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
import type { Task } from "../task.ts";

const ANY_ENTRY = 0xffff_ffff;
/** READ_EXEC_ONLY and SEG_NOT_PRESENT alone: the descriptor that means 'empty' (LDT_empty in asm/desc.h). */
const EMPTY_BITS = USER_DESC_READ_EXEC_ONLY | USER_DESC_SEG_NOT_PRESENT;
/** A code segment's bit in `contents`. */
const CONTENTS_CODE = 2;

/** entry_number -1 takes the first free entry and says which. */
export function sysSetThreadArea(task: Task, address: number): number {
  if (task.readable(address, USER_DESC.size) === null) return -EFAULT;
  const { view } = task.machine;
  const wanted = view.getUint32(address + USER_DESC.entry_number, true);
  const base = view.getUint32(address + USER_DESC.base_addr, true);
  const limit = view.getUint32(address + USER_DESC.limit, true);
  const bits = view.getUint32(address + USER_DESC.bits, true) & 0x7f;
  const isEmpty = base === 0 && limit === 0 && (bits === EMPTY_BITS || bits === 0);
  const contents = (bits >>> USER_DESC_CONTENTS_SHIFT) & 3;
  // tls_desc_okay: data only, 32-bit, present.
  if (!isEmpty && (!(bits & USER_DESC_SEG_32BIT) || contents >= CONTENTS_CODE || bits & USER_DESC_SEG_NOT_PRESENT))
    return -EINVAL;
  const entry = wanted === ANY_ENTRY ? freeEntry(task) : wanted;
  if (entry === undefined) return -ESRCH;
  if (wanted === ANY_ENTRY && !task.writeU32(address + USER_DESC.entry_number, entry)) return -EFAULT;
  if (entry < GDT_ENTRY_TLS_MIN || entry > GDT_ENTRY_TLS_MAX) return -EINVAL;
  if (isEmpty) task.machine.setDescriptor(entry, 0, 0);
  else task.machine.setDescriptor(entry, ...descriptor(base, limit, bits));
  reload(task, entry);
  return 0;
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

/** fill_ldt in asm/desc.h: a data segment of privilege 3, accessed. */
function descriptor(base: number, limit: number, bits: number): [number, number] {
  const contents = (bits >>> USER_DESC_CONTENTS_SHIFT) & 3;
  const type = (bits & USER_DESC_READ_EXEC_ONLY ? 0 : 2) | (contents << 2) | 1;
  const low = ((base << 16) | (limit & 0xffff)) >>> 0;
  const high =
    (base & 0xff00_0000) |
    ((base >>> 16) & 0xff) |
    (type << 8) |
    0xf000 |
    (limit & 0xf_0000) |
    (bits & USER_DESC_USEABLE ? 1 << 20 : 0) |
    (bits & USER_DESC_SEG_32BIT ? 1 << 22 : 0) |
    (bits & USER_DESC_LIMIT_IN_PAGES ? 1 << 23 : 0);
  return [low, high >>> 0];
}

/** A segment register that names the entry shows its new contents at once (do_set_thread_area). */
function reload(task: Task, entry: number): void {
  const selector = (entry << 3) | 3;
  for (const register of [Segment.DS, Segment.ES, Segment.FS, Segment.GS]) {
    const isUsed = task.machine.selector(register) === selector;
    if (isUsed && !task.machine.setSegment(register, selector)) task.machine.setSegment(register, 0);
  }
}
