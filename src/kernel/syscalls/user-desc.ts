/** struct user_desc, and the descriptor that it asks for (asm/desc.h): what set_thread_area and modify_ldt share. */
import {
  USER_DESC,
  USER_DESC_CONTENTS_SHIFT,
  USER_DESC_LIMIT_IN_PAGES,
  USER_DESC_READ_EXEC_ONLY,
  USER_DESC_SEG_32BIT,
  USER_DESC_SEG_NOT_PRESENT,
  USER_DESC_USEABLE,
} from "../../abi/ldt.ts";
import type { Segment } from "../../machine/machine.ts";
import type { Task } from "../task.ts";

/** Bits above these are padding (`lm` of 64-bit programs among it). */
const DEFINED_BITS = 0x7f;
/** READ_EXEC_ONLY and SEG_NOT_PRESENT alone: the descriptor that means 'empty'. */
const EMPTY_BITS = USER_DESC_READ_EXEC_ONLY | USER_DESC_SEG_NOT_PRESENT;

export interface UserDescriptor {
  readonly entry: number;
  readonly base: number;
  readonly limit: number;
  readonly bits: number;
  /** 0, 1: data, growing up, down; 2, 3: code, conforming. */
  readonly contents: number;
}

/** null is -EFAULT. */
export function readUserDescriptor(task: Task, address: number): UserDescriptor | null {
  if (task.readable(address, USER_DESC.size) === null) return null;
  const word = (offset: number): number => task.machine.view.getUint32(address + offset, true);
  const bits = word(USER_DESC.bits) & DEFINED_BITS;
  return {
    entry: word(USER_DESC.entry_number),
    base: word(USER_DESC.base_addr),
    limit: word(USER_DESC.limit),
    bits,
    contents: (bits >>> USER_DESC_CONTENTS_SHIFT) & 3,
  };
}

/** LDT_empty */
export function isEmpty({ base, limit, bits }: UserDescriptor): boolean {
  return base === 0 && limit === 0 && bits === EMPTY_BITS;
}

/** LDT_zero */
export function isZero({ base, limit, bits }: UserDescriptor): boolean {
  return base === 0 && limit === 0 && bits === 0;
}

/** An entry that is not in use. */
export const NO_SEGMENT: readonly [number, number] = [0, 0];

/** fill_ldt: the two words, low first, of a segment of privilege 3, accessed. */
export function descriptorWords({ base, limit, bits, contents }: UserDescriptor): readonly [number, number] {
  const type = (bits & USER_DESC_READ_EXEC_ONLY ? 0 : 2) | (contents << 2) | 1;
  const low = ((base << 16) | (limit & 0xffff)) >>> 0;
  const high =
    (base & 0xff00_0000) |
    ((base >>> 16) & 0xff) |
    (type << 8) |
    0x7000 |
    (bits & USER_DESC_SEG_NOT_PRESENT ? 0 : 1 << 15) |
    (limit & 0xf_0000) |
    (bits & USER_DESC_USEABLE ? 1 << 20 : 0) |
    (bits & USER_DESC_SEG_32BIT ? 1 << 22 : 0) |
    (bits & USER_DESC_LIMIT_IN_PAGES ? 1 << 23 : 0);
  return [low, high >>> 0];
}

/** Loads again those of `registers` that hold a selector in `isChanged`; null where that is refused, as loadsegment. */
export function reloadSegments(
  task: Task,
  registers: readonly Segment[],
  isChanged: (selector: number) => boolean,
): void {
  const { machine } = task;
  for (const register of registers) {
    const selector = machine.selector(register);
    if (isChanged(selector) && !machine.setSegment(register, selector)) machine.setSegment(register, 0);
  }
}
