/** Segment register instructions and far transfers at user level (SDM vol. 1, 7.3.16, 6.4.2). */
import { codeLimit } from "../cpu/mode";
import {
  checkCodeSegment,
  descriptor,
  descriptorAttributes,
  descriptorLimit,
  loadCodeSegment,
  loadSegment,
  requireWritable,
  selectorOf,
} from "../cpu/segments";
import { GP, raise } from "../cpu/exceptions";
import { getEflags, NT, setEflags, setZero } from "../cpu/flags";
import { EIP, ESP, FLAGS_OTHER } from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { put } from "./registers";
import { mayRead, mayWrite, place, push, setStackPointer, stackPointer } from "./stack";

const CS: u32 = 1;

/** POP Sreg: all of its bytes are read, the selector is the low word. */
export function popSegment(register: u32, size: u32): bool {
  const top = load<u32>(ESP);
  // POP SS moves the stack pointer of the old segment.
  const next = stackPointer(top + size);
  if (!mayRead(top, size) || !loadSegment(register, load<u16>(place))) return false;
  store<u32>(ESP, next);
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

/** A near transfer to `eip`; #GP(0) if that is beyond the limit of CS. */
export function jumpNear(eip: u32): bool {
  if (eip > codeLimit) return raise(GP);
  store<u32>(EIP, eip);
  return true;
}

/** CALL to `eip` in any mode; `next` is pushed. */
export function callNear<T extends number>(eip: u32, next: u32): bool {
  // The stack's exceptions come first.
  if (!mayWrite(load<u32>(ESP) - sizeof<T>(), sizeof<T>()) || !jumpNear(eip)) return false;
  return push<T>(next);
}

/** RET in any mode. */
export function returnNear<T extends number>(release: u32): bool {
  const top = load<u32>(ESP);
  if (!mayRead(top, sizeof<T>()) || !jumpNear(<u32>load<T>(place))) return false;
  setStackPointer(top + sizeof<T>() + release);
  return true;
}

/** Jumps to `selector`:`offset`. */
export function jumpFar(selector: u32, offset: u32): bool {
  if (!loadCodeSegment(selector, offset)) return false;
  store<u32>(EIP, offset);
  return true;
}

export function callFar<T extends number>(selector: u32, offset: u32, next: u32): bool {
  if (!checkCodeSegment(selector, offset)) return false;
  const size: u32 = sizeof<T>();
  const top = load<u32>(ESP);
  // CS is pushed first, and faults first.
  if (!mayWrite(top - size, size)) return false;
  const upper = place;
  if (!mayWrite(top - 2 * size, size)) return false;
  store<T>(upper, <T>selectorOf(CS));
  store<T>(place, <T>next);
  setStackPointer(top - 2 * size);
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

/** Jumps to the far pointer on the stack, and leaves the stack as it is. */
function jumpToStack<T extends number>(): bool {
  const top = load<u32>(ESP);
  if (!mayRead(top, sizeof<T>())) return false;
  const offset = <u32>load<T>(place);
  if (!mayRead(top + sizeof<T>(), sizeof<T>())) return false;
  const selector = <u32>load<u16>(place);
  if ((selector & 3) != 3) return raise(GP, selector & 0xfffc);
  return jumpFar(selector, offset);
}

export function returnFar<T extends number>(release: u32): bool {
  if (!jumpToStack<T>()) return false;
  setStackPointer(load<u32>(ESP) + 2 * sizeof<T>() + release);
  return true;
}

export function returnInterrupt<T extends number>(): bool {
  // That would be a return to another task.
  if (load<u32>(FLAGS_OTHER) & NT) return raise(GP);
  const size: u32 = sizeof<T>();
  const top = load<u32>(ESP);
  if (!mayRead(top, size) || !mayRead(top + size, size) || !mayRead(top + 2 * size, size)) return false;
  const flags = <u32>load<T>(place);
  if (!jumpToStack<T>()) return false;
  setStackPointer(top + 3 * size);
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

/** ARPL to memory, which is written only if the level is raised. `segment`: 1 + the number of one to be asked, or 0. */
export function adjustPrivilegeMemory(address: u32, from: u32, segment: u32): bool {
  if (!checkRead(address, 2)) return false;
  const to = load<u16>(address);
  if ((to & 3) < (from & 3)) {
    if (segment && !requireWritable(segment - 1)) return false;
    if (!checkWrite(address, 2)) return false;
  }
  const result = adjustPrivilege(to, from);
  if (result != to) store<u16>(address, <u16>result);
  return true;
}
