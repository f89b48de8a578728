/**
 * The texts of instructions that only later processors have. No row describes them, so their operands stand in the text:
 * capitals are the manual's letters (SDM vol. 2, A.2.1; H: the vector register of VEX.vvvv, B: the general one, L: the
 * vector register of the immediate's high half, R: the general register of r/m, J: a branch's target), digits after
 * them the bytes of an operand in memory. `x` after a letter stands for XMM where VEX.L would make it YMM, and `h` for
 * half a vector. Everything else is text.
 */
import { branchTarget, generalRegister, memoryOperand, pointer } from "./disassembler-operands";
import * as I from "./instruction";
import { character, hexadecimal, text } from "./text";

const DIGIT_0: u32 = 0x30;
const DIGIT_9: u32 = 0x39;

/** VEX.L: vectors are YMM registers. */
export let isLong: bool = false;
/** The register that VEX.vvvv names. */
export let third: u32 = 0;
/** The immediate byte. */
export let immediate: u32 = 0;

export function setVector(long: bool, register: u32): void {
  isLong = long;
  third = register;
}

export function fetchImmediate(): void {
  immediate = I.fetch8();
}

export function mmxRegister(number: u32): void {
  text("mm");
  character(DIGIT_0 + number);
}

export function vectorRegister(number: u32, long: bool): void {
  text(long ? "ymm" : "xmm");
  character(DIGIT_0 + number);
}

export function hasImmediate(pattern: string): bool {
  return pattern.includes("I");
}

export function writePattern(pattern: string): void {
  let at = 0;
  while (at < pattern.length) {
    const letter: u32 = pattern.charCodeAt(at++);
    if (letter < 0x41 || letter > 0x5a) {
      character(letter);
      continue;
    }
    const isShort = pattern.charCodeAt(at) == 0x78;
    const isHalf = pattern.charCodeAt(at) == 0x68;
    if (isShort || isHalf) at++;
    const long = isLong && !isShort && !isHalf;
    let bytes: u32 = isHalf ? 8 << u32(isLong) : 16 << u32(long);
    if (isDigit(pattern, at)) bytes = 0;
    while (isDigit(pattern, at)) bytes = 10 * bytes + pattern.charCodeAt(at++) - DIGIT_0;
    operand(letter, long, bytes);
  }
}

function isDigit(pattern: string, at: i32): bool {
  if (at >= pattern.length) return false;
  const code: u32 = pattern.charCodeAt(at);
  return code >= DIGIT_0 && code <= DIGIT_9;
}

function operand(letter: u32, long: bool, bytes: u32): void {
  switch (letter) {
    case 0x42: // B
      return generalRegister(third);
    case 0x45: // E
      return I.isRegister() ? generalRegister(I.rm) : sizedMemory(bytes);
    case 0x47: // G
      return generalRegister(I.reg);
    case 0x48: // H
      return vectorRegister(third, long);
    case 0x49: // I
      return hexadecimal(immediate);
    case 0x4a: // J
      return branchTarget();
    case 0x4c: // L
      return vectorRegister((immediate >> 4) & 7, long);
    case 0x4d: // M
      return sizedMemory(bytes);
    case 0x50: // P
      return mmxRegister(I.reg);
    case 0x51: // Q
      return I.isRegister() ? mmxRegister(I.rm) : sizedMemory(bytes);
    case 0x52: // R
      return generalRegister(I.rm);
    case 0x56: // V
      return vectorRegister(I.reg, long);
    case 0x57: // W
      return I.isRegister() ? vectorRegister(I.rm, long) : sizedMemory(bytes);
  }
}

function sizedMemory(bytes: u32): void {
  pointer(bytes);
  memoryOperand();
}
