/**
 * Segment registers in protected mode, user level (SDM vol. 3, chapter 3): loads from the GDT, and the mode under which
 * code is decoded. Flat segments (base 0, limit 4 GiB) cost nothing at run time; the mode says which are not flat.
 */
import { GP, NP, raise, SS as STACK_FAULT } from "./exceptions";
import { GDT, GDT_ENTRIES, SEGMENT_ATTRIBUTES, SEGMENT_BASE, SEGMENT_LIMIT, SEGMENT_SELECTOR } from "./state";

const CS: u32 = 1;
const SS: u32 = 2;
const FS: u32 = 4;
const GS: u32 = 5;

/** Mode bits: some of ES, CS, SS, DS is not flat; accesses through FS, through GS need base and limit checks. */
export const MODE_SEGMENTED: u32 = 1;
export const MODE_FS_CHECKED: u32 = 2;
export const MODE_GS_CHECKED: u32 = 4;

/** Descriptor bits in the attributes word (bits 40..55 of the descriptor). */
const TYPE_CODE: u32 = 8;
const TYPE_WRITABLE: u32 = 2;
const TYPE_READABLE: u32 = 2;
const TYPE_EXPAND_DOWN: u32 = 4;
const TYPE_CONFORMING: u32 = 4;
const NOT_SYSTEM: u32 = 0x10;
const PRESENT: u32 = 0x80;

/** The mode in force. */
export let mode: u32 = 0;

/** The descriptor that `selector` names, 0 if it is outside the table. The null selector has no descriptor. */
export function descriptor(selector: u32): u64 {
  // There is no LDT: a selector with the TI bit set is outside its table.
  if (selector & 4 || selector >> 3 >= GDT_ENTRIES || selector >> 2 == 0) return 0;
  return load<u64>(GDT + (selector & 0xfff8));
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
  if (bits == 0 || !(attributes & NOT_SYSTEM)) return raise(GP, error);
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

/** Loads CS for a far transfer at the same privilege. False: an exception is recorded, nothing changed. */
export function loadCodeSegment(selector: u32): bool {
  selector &= 0xffff;
  if (selector >> 2 == 0) return raise(GP);
  const error = selector & ~3;
  const bits = descriptor(selector);
  const attributes = descriptorAttributes(bits);
  if (bits == 0 || !(attributes & NOT_SYSTEM) || !(attributes & TYPE_CODE)) return raise(GP, error);
  if (!(attributes & TYPE_CONFORMING) && dpl(attributes) != 3) return raise(GP, error);
  if (!(attributes & PRESENT)) return raise(NP, error);
  setSegment(CS, selector | 3, descriptorBase(bits), descriptorLimit(bits), attributes);
  return true;
}

export function setSegment(register: u32, selector: u32, base: u32, limit: u32, attributes: u32): void {
  const offset: usize = register << 2;
  store<u32>(SEGMENT_SELECTOR + offset, selector);
  store<u32>(SEGMENT_BASE + offset, base);
  store<u32>(SEGMENT_LIMIT + offset, limit);
  store<u32>(SEGMENT_ATTRIBUTES + offset, attributes);
  updateMode();
}

export function selectorOf(register: u32): u32 {
  return load<u32>(SEGMENT_SELECTOR + ((<usize>register) << 2));
}

function isWritable(attributes: u32): bool {
  return (attributes & (TYPE_CODE | TYPE_WRITABLE)) == TYPE_WRITABLE;
}

/** Is all of the 4 GiB there, for reading and (but for CS) for writing? */
function unlimited(register: u32): bool {
  const offset: usize = register << 2;
  const attributes = load<u32>(SEGMENT_ATTRIBUTES + offset);
  if (load<u32>(SEGMENT_LIMIT + offset) != 0xffffffff) return false;
  return register == CS || (isWritable(attributes) && !(attributes & TYPE_EXPAND_DOWN));
}

function updateMode(): void {
  mode = 0;
  for (let register: u32 = 0; register < FS; register++) {
    if (!unlimited(register) || load<u32>(SEGMENT_BASE + ((<usize>register) << 2))) mode |= MODE_SEGMENTED;
  }
  if (!unlimited(FS)) mode |= MODE_FS_CHECKED;
  if (!unlimited(GS)) mode |= MODE_GS_CHECKED;
}

/**
 * `offset` in segment `register` as a linear address in `linear`; #GP(0) or #SS(0) if `size` bytes are not within, or
 * if they are to be written and the segment is not for writing.
 */
export function linearize(register: u32, offset: u32, size: u32, write: bool): bool {
  const place: usize = register << 2;
  const attributes = load<u32>(SEGMENT_ATTRIBUTES + place);
  const limit = load<u32>(SEGMENT_LIMIT + place);
  const last = offset + size - 1;
  let inside = attributes != 0;
  if (!(attributes & TYPE_CODE) && attributes & TYPE_EXPAND_DOWN) inside = inside && offset > limit && last >= offset;
  else inside = inside && last <= limit && last >= offset;
  if (write && !isWritable(attributes)) inside = false;
  if (!inside) return raise(register == SS ? STACK_FAULT : GP);
  linear = load<u32>(SEGMENT_BASE + place) + offset;
  return true;
}
/** What linearize found. */
export let linear: u32 = 0;
