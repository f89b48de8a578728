/** Segment register instructions and far transfers between flat segments of user level (SDM vol. 1, 7.3.16, 6.4.2). */
import {
  descriptor,
  descriptorAttributes,
  descriptorLimit,
  loadCodeSegment,
  loadSegment,
  selectorOf,
  setSegment,
} from "../cpu/segments";
import { GP, raise } from "../cpu/exceptions";
import { getEflags, setEflags, setZero } from "../cpu/flags";
import { EIP, ESP, SEGMENT_ATTRIBUTES, SEGMENT_BASE, SEGMENT_LIMIT } from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { put } from "./registers";

const CS: u32 = 1;

/** POP Sreg: all of its bytes are read, the selector is the low word. */
export function popSegment(register: u32, size: u32): bool {
  const place = load<u32>(ESP);
  if (!checkRead(place, size) || !loadSegment(register, load<u16>(place))) return false;
  store<u32>(ESP, place + size);
  return true;
}

/** LDS, LES, LSS, LFS, LGS: offset to slot `to`, selector to the segment register. */
export function loadFar<T extends number>(register: u32, to: usize, address: u32): bool {
  if (!checkRead(address, sizeof<T>() + 2)) return false;
  const offset = <u32>load<T>(address);
  if (!loadSegment(register, load<u16>(address + sizeof<T>()))) return false;
  put<T>(to, offset);
  return true;
}

/** Jumps to `selector`:`offset`. CS is flat or the transfer is refused. */
export function jumpFar(selector: u32, offset: u32): bool {
  if (!loadCodeSegment(selector)) return false;
  store<u32>(EIP, offset);
  return true;
}

/** Can control go to `selector`? If not the exception is recorded, and nothing has changed. */
function probe(selector: u32): bool {
  const place: usize = CS << 2;
  const old = selectorOf(CS);
  const base = load<u32>(SEGMENT_BASE + place);
  const limit = load<u32>(SEGMENT_LIMIT + place);
  const attributes = load<u32>(SEGMENT_ATTRIBUTES + place);
  const allowed = loadCodeSegment(selector);
  setSegment(CS, old, base, limit, attributes);
  return allowed;
}

export function callFar<T extends number>(selector: u32, offset: u32, next: u32): bool {
  if (!probe(selector)) return false;
  const size: u32 = sizeof<T>();
  const place = load<u32>(ESP) - 2 * size;
  // CS is pushed first, and faults first.
  if (!checkWrite(place + size, size) || !checkWrite(place, size)) return false;
  store<T>(place + size, <T>selectorOf(CS));
  store<T>(place, <T>next);
  store<u32>(ESP, place);
  return jumpFar(selector, offset);
}

/** Far JMP or CALL through a pointer in memory. */
export function jumpFarMemory<T extends number>(address: u32): bool {
  if (!checkRead(address, sizeof<T>() + 2)) return false;
  return jumpFar(load<u16>(address + sizeof<T>()), <u32>load<T>(address));
}

export function callFarMemory<T extends number>(address: u32, next: u32): bool {
  if (!checkRead(address, sizeof<T>() + 2)) return false;
  return callFar<T>(load<u16>(address + sizeof<T>()), <u32>load<T>(address), next);
}

export function returnFar<T extends number>(release: u32): bool {
  const size: u32 = sizeof<T>();
  const place = load<u32>(ESP);
  if (!checkRead(place, 2 * size)) return false;
  const selector = <u32>load<u16>(place + size);
  if ((selector & 3) != 3) return raise(GP, selector & 0xfffc);
  if (!jumpFar(selector, <u32>load<T>(place))) return false;
  store<u32>(ESP, place + 2 * size + release);
  return true;
}

export function returnInterrupt<T extends number>(): bool {
  const size: u32 = sizeof<T>();
  const place = load<u32>(ESP);
  if (!checkRead(place, 3 * size)) return false;
  const selector = <u32>load<u16>(place + size);
  if ((selector & 3) != 3) return raise(GP, selector & 0xfffc);
  const flags = <u32>load<T>(place + 2 * size);
  if (!jumpFar(selector, <u32>load<T>(place))) return false;
  store<u32>(ESP, place + 3 * size);
  setEflags(size == 2 ? (getEflags() & 0xffff0000) | flags : flags);
  return true;
}

/** Is the descriptor one that LAR, LSL, VERR, VERW may look at from user level? Its bits, or 0. */
function visible(selector: u32): u64 {
  selector &= 0xffff;
  const bits = descriptor(selector);
  const attributes = descriptorAttributes(bits);
  if (!(attributes & 0x10)) return 0;
  const conforming = (attributes & 0xc) == 0xc;
  return conforming || ((attributes >> 5) & 3) == 3 ? bits : 0;
}

/** LAR: bits 8..23 of the descriptor's second word, the limit's among them. */
export function loadAccessRights<T extends number>(to: usize, selector: u32): void {
  const bits = visible(selector);
  setZero(bits != 0);
  if (bits) put<T>(to, (<u32>(bits >> 32)) & 0x00ffff00);
}

export function loadSegmentLimit<T extends number>(to: usize, selector: u32): void {
  const bits = visible(selector);
  setZero(bits != 0);
  if (bits) put<T>(to, descriptorLimit(bits));
}

/** VERR and VERW. */
export function verify(selector: u32, write: bool): void {
  const attributes = descriptorAttributes(visible(selector));
  const isCode = (attributes & 8) != 0;
  const bit = (attributes & 2) != 0;
  setZero(attributes != 0 && (write ? !isCode && bit : !isCode || bit));
}

/** ARPL: the requested privilege level of `to` is raised to that of `from`. */
export function adjustPrivilege(to: u32, from: u32): u32 {
  const lower = (to & 3) < (from & 3);
  setZero(lower);
  return lower ? (to & ~3) | (from & 3) : to;
}

/** ARPL to memory, which is written only if the level is raised. */
export function adjustPrivilegeMemory(address: u32, from: u32): bool {
  if (!checkRead(address, 2)) return false;
  const to = load<u16>(address);
  if ((to & 3) < (from & 3) && !checkWrite(address, 2)) return false;
  const result = adjustPrivilege(to, from);
  if (result != to) store<u16>(address, <u16>result);
  return true;
}
