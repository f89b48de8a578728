/** Segment registers in protected mode, user level (SDM vol. 3, chapter 3): loads from the GDT and the LDT, addresses. */
import { GP, NP, raise, SS as STACK_FAULT } from "./exceptions";
import {
  BIG,
  isReadable,
  isWritable,
  TYPE_CODE,
  TYPE_CONFORMING,
  TYPE_EXPAND_DOWN,
  TYPE_READABLE,
  TYPE_WRITABLE,
  updateSegmentMode,
} from "./mode";
import {
  GDT,
  GDT_ENTRIES,
  LDT,
  LDT_ENTRIES,
  SEGMENT_ATTRIBUTES,
  SEGMENT_BASE,
  SEGMENT_LIMIT,
  SEGMENT_SELECTOR,
} from "./state";

const CS: u32 = 1;
const SS: u32 = 2;

/** In a selector: the descriptor is in the LDT. */
const TABLE_INDICATOR: u32 = 4;

/** Descriptor bits in the attributes word (bits 40..55 of the descriptor). */
const NOT_SYSTEM: u32 = 0x10;
const PRESENT: u32 = 0x80;

/** The descriptor that `selector` names, 0 if it is outside the table. The null selector has no descriptor. */
export function descriptor(selector: u32): u64 {
  const offset: usize = selector & 0xfff8;
  if (selector & TABLE_INDICATOR) return selector >> 3 < load<u32>(LDT_ENTRIES) ? load<u64>(LDT + offset) : 0;
  return selector >> 3 < GDT_ENTRIES && selector >> 2 ? load<u64>(GDT + offset) : 0;
}

export function descriptorBase(bits: u64): u32 {
  return (<u32>((bits >> 16) & 0xffffff)) | ((<u32>(bits >> 56)) << 24);
}

/** Limit in bytes: the last offset. */
export function descriptorLimit(bits: u64): u32 {
  const limit = (<u32>(bits & 0xffff)) | ((<u32>(bits >> 32)) & 0xf0000);
  return bits & ((<u64>1) << 55) ? (limit << 12) | 0xfff : limit;
}

/** Access byte, and the flags nibble above it. */
export function descriptorAttributes(bits: u64): u32 {
  return (<u32>(bits >> 40)) & 0xf0ff;
}

function dpl(attributes: u32): u32 {
  return (attributes >> 5) & 3;
}

/** Loads a segment register as MOV Sreg does (SDM vol. 2, MOV). False: an exception is recorded, nothing changed. */
export function loadSegment(register: u32, selector: u32): bool {
  selector &= 0xffff;
  if (selector >> 2 == 0) {
    if (register == SS) return raise(GP);
    setSegment(register, selector, 0, 0, 0);
    return true;
  }
  const error = selector & ~3;
  const bits = descriptor(selector);
  const attributes = descriptorAttributes(bits);
  if (!(attributes & NOT_SYSTEM)) return raise(GP, error);
  if (register == SS) {
    if (attributes & TYPE_CODE || !(attributes & TYPE_WRITABLE)) return raise(GP, error);
    if ((selector & 3) != 3 || dpl(attributes) != 3) return raise(GP, error);
    if (!(attributes & PRESENT)) return raise(STACK_FAULT, error);
  } else {
    if (attributes & TYPE_CODE && !(attributes & TYPE_READABLE)) return raise(GP, error);
    if (!(attributes & TYPE_CODE && attributes & TYPE_CONFORMING) && dpl(attributes) != 3) return raise(GP, error);
    if (!(attributes & PRESENT)) return raise(NP, error);
  }
  setSegment(register, selector, descriptorBase(bits), descriptorLimit(bits), attributes);
  return true;
}

/** May a far transfer at the same privilege go to `selector`:`offset`? If not, an exception is recorded. */
export function checkCodeSegment(selector: u32, offset: u32): bool {
  selector &= 0xffff;
  if (selector >> 2 == 0) return raise(GP);
  const error = selector & ~3;
  const bits = descriptor(selector);
  const attributes = descriptorAttributes(bits);
  if (!(attributes & NOT_SYSTEM) || !(attributes & TYPE_CODE)) return raise(GP, error);
  if (!(attributes & TYPE_CONFORMING) && dpl(attributes) != 3) return raise(GP, error);
  if (!(attributes & PRESENT)) return raise(NP, error);
  return offset <= descriptorLimit(bits) || raise(GP);
}

/** Loads CS for such a transfer. False: an exception is recorded, nothing changed. */
export function loadCodeSegment(selector: u32, offset: u32): bool {
  if (!checkCodeSegment(selector, offset)) return false;
  const bits = descriptor(selector & 0xffff);
  setSegment(CS, (selector & 0xffff) | 3, descriptorBase(bits), descriptorLimit(bits), descriptorAttributes(bits));
  return true;
}

export function setSegment(register: u32, selector: u32, base: u32, limit: u32, attributes: u32): void {
  const offset: usize = register << 2;
  store<u32>(SEGMENT_SELECTOR + offset, selector);
  store<u32>(SEGMENT_BASE + offset, base);
  store<u32>(SEGMENT_LIMIT + offset, limit);
  store<u32>(SEGMENT_ATTRIBUTES + offset, attributes);
  updateSegmentMode();
}

/** For the host: loads a segment register as a return to user level does. False: an exception is recorded. */
export function returnToSegment(register: u32, selector: u32): bool {
  return register == CS ? loadCodeSegment(selector, 0) : loadSegment(register, selector);
}

export function selectorOf(register: u32): u32 {
  return load<u32>(SEGMENT_SELECTOR + ((<usize>register) << 2));
}

/** What is to be done with an operand. TOUCH: CLFLUSH, which execute-only code allows. */
export const READ: u32 = 0;
export const WRITE: u32 = 1;
export const TOUCH: u32 = 2;

function allows(attributes: u32, access: u32): bool {
  if (access == TOUCH) return attributes != 0;
  return attributes != 0 && (access == WRITE ? isWritable(attributes) : isReadable(attributes));
}

/**
 * `offset` in segment `register` as a linear address in `linear`; #GP(0) or #SS(0) if `size` bytes are not within, or
 * if the segment is not for reading, or for writing.
 */
export function linearize(register: u32, offset: u32, size: u32, access: u32): bool {
  const place: usize = register << 2;
  const attributes = load<u32>(SEGMENT_ATTRIBUTES + place);
  const limit = load<u32>(SEGMENT_LIMIT + place);
  const last = offset + size - 1;
  let inside = allows(attributes, access) && last >= offset;
  if (!(attributes & TYPE_CODE) && attributes & TYPE_EXPAND_DOWN) {
    inside = inside && offset > limit && ((attributes & BIG) != 0 || last <= 0xffff);
  } else {
    inside = inside && last <= limit;
  }
  if (!inside) return raise(register == SS ? STACK_FAULT : GP);
  linear = load<u32>(SEGMENT_BASE + place) + offset;
  return true;
}
/** #GP(0) or #SS(0) if segment `register` is not for writing. */
export function requireWritable(register: u32): bool {
  if (isWritable(load<u32>(SEGMENT_ATTRIBUTES + ((<usize>register) << 2)))) return true;
  return raise(register == SS ? STACK_FAULT : GP);
}

/** What linearize found. */
export let linear: u32 = 0;
