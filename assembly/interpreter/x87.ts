/**
 * The x87 micro-ops: the commonest instructions by their fast paths (x87/fast.ts), and all by executeX87. Each returns
 * false if an exception is recorded, and then it has changed nothing.
 *
 * The fast paths hold the unit's state (x87/held.ts). The loop calls releaseX87() before anybody else can see it: before
 * the rarer micro-ops, before it leaves for the host, and before a block is decoded, which may make all others go. A
 * micro-op of the loop's own that has to do with x87 or MMX state belongs here, or calls it too.
 */
import { CF, setArithmeticFlags, ZF } from "../cpu/flags";
import { EAX, X87_CONTROL, X87_HELD, X87_STATUS } from "../cpu/state";
import { readable, writable } from "../memory/permissions";
import { instructionEip } from "../memory/code";
import { dst, imm, src } from "../microcode/format";
import { remember, rememberOperand } from "../x87/control";
import { executeX87 } from "../x87/execute";
import * as Fast from "../x87/fast-arithmetic";
import * as Moves from "../x87/fast-moves";
import * as Held from "../x87/held";
import { C0, C3, setConditions } from "../x87/status";
import { address } from "./address";

/** The last instruction that took a fast path, and its block; the last with a memory operand, and its address. 0: none. */
const LAST: usize = X87_HELD + 32;
const LAST_BLOCK: usize = X87_HELD + 36;
const LAST_MEMORY: usize = X87_HELD + 40;
const LAST_ADDRESS: usize = X87_HELD + 44;

/** Makes the unit's state in memory exact. */
export function releaseX87(): void {
  if (Held.isHeld()) release();
}

function release(): void {
  Held.release();
  const memory: usize = load<u32>(LAST_MEMORY);
  if (memory) rememberOperand(load<u32>(LAST_ADDRESS), <u32>dst(memory) - 1);
  store<u32>(LAST_MEMORY, 0);
  const op: usize = load<u32>(LAST);
  if (op) remember(instructionEip(load<u32>(LAST_BLOCK), op), imm(op) >> 16);
  store<u32>(LAST, 0);
}

/** Any instruction. */
export function x87(op: usize, block: usize): bool {
  releaseX87();
  const segment = <u32>dst(op);
  const linear = segment ? address(op) : 0;
  const eip = instructionEip(block, op);
  return executeX87(imm(op) & 0xffff, <u32>src(op), linear, segment - 1, eip, imm(op) >> 16);
}

function done(op: usize, block: usize): bool {
  store<u32>(LAST, <u32>op);
  store<u32>(LAST_BLOCK, <u32>block);
  return true;
}

function doneWithMemory(op: usize, block: usize, linear: u32): bool {
  store<u32>(LAST_MEMORY, <u32>op);
  store<u32>(LAST_ADDRESS, linear);
  return done(op, block);
}

export function fldM64(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Moves.pushDouble(linear)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fldM32(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Moves.pushSingle(linear)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fildM32(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Moves.pushInteger(load<i32>(linear))) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fildM64(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Moves.pushInteger(load<i64>(linear))) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fstM64(op: usize, block: usize, pops: bool): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!writable(linear)) return x87(op, block);
  if (!Moves.storeDouble(linear)) return x87(op, block);
  if (pops) Held.pop();
  return doneWithMemory(op, block, linear);
}

export function fstM32(op: usize, block: usize, pops: bool): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!writable(linear)) return x87(op, block);
  if (!Moves.storeSingle(linear)) return x87(op, block);
  if (pops) Held.pop();
  return doneWithMemory(op, block, linear);
}

export function fmulM64(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Fast.multiplyByDouble(linear)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fmulM32(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Fast.multiplyBySingle(linear)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

/** FADD, FSUB, FSUBR m64: see fast.ts for the flips. */
export function faddM64(op: usize, block: usize, flipTop: u32, flip: u32): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Fast.addDouble(linear, flipTop, flip)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function faddM32(op: usize, block: usize, flipTop: u32, flip: u32): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Fast.addSingle(linear, flipTop, flip)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fdivM64(op: usize, block: usize, isReversed: bool): bool {
  const linear = address(op);
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Fast.divideByDouble(linear, isReversed)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fmul(op: usize, block: usize): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.multiplyRegisters(0, <u32>src(op))) return x87(op, block);
  return done(op, block);
}

export function fmulp(op: usize, block: usize): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.multiplyRegisters(<u32>src(op), 0)) return x87(op, block);
  Held.pop();
  return done(op, block);
}

/** FADD, FSUB, FSUBR ST, ST(i). */
export function fadd(op: usize, block: usize, flipTop: u32, flip: u32): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.addRegisters(0, <u32>src(op), flipTop, flip)) return x87(op, block);
  return done(op, block);
}

/** FADDP, FSUBP, FSUBRP ST(i), ST. */
export function faddp(op: usize, block: usize, flipTo: u32, flip: u32): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.addRegisters(<u32>src(op), 0, flipTo, flip)) return x87(op, block);
  Held.pop();
  return done(op, block);
}

export function fdiv(op: usize, block: usize, isReversed: bool): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.divideRegisters(0, <u32>src(op), isReversed)) return x87(op, block);
  return done(op, block);
}

export function fdivp(op: usize, block: usize, isReversed: bool): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.divideRegisters(<u32>src(op), 0, isReversed)) return x87(op, block);
  Held.pop();
  return done(op, block);
}

export function fsqrt(op: usize, block: usize): bool {
  if (!Held.isPlain() && !Held.holdPlain()) return x87(op, block);
  if (!Fast.squareRoot()) return x87(op, block);
  return done(op, block);
}

export function fld(op: usize, block: usize): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!Moves.pushRegister(<u32>src(op))) return x87(op, block);
  return done(op, block);
}

/** FLD1, FLDZ. */
export function fldConstant(op: usize, block: usize, head: u32, significand: u64): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!Moves.pushConstant(head, significand)) return x87(op, block);
  return done(op, block);
}

export function fst(op: usize, block: usize, pops: bool): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!Moves.copyTo(<u32>src(op))) return x87(op, block);
  if (pops) Held.pop();
  return done(op, block);
}

export function fxch(op: usize, block: usize): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!Moves.exchange(<u32>src(op))) return x87(op, block);
  return done(op, block);
}

/** FCHS, FABS. */
export function fchs(op: usize, block: usize, keep: u32, flip: u32): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!Moves.changeSign(keep, flip)) return x87(op, block);
  return done(op, block);
}

export function fldM80(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Moves.pushExtended(linear)) return x87(op, block);
  return doneWithMemory(op, block, linear);
}

export function fstpM80(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!writable(linear)) return x87(op, block);
  if (!Moves.storeExtended(linear)) return x87(op, block);
  Held.pop();
  return doneWithMemory(op, block, linear);
}

export function fistM32(op: usize, block: usize, pops: bool): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!writable(linear)) return x87(op, block);
  if (!Moves.roundTop(0x7fffffff)) return x87(op, block);
  store<i32>(linear, <i32>Moves.integer);
  if (pops) Held.pop();
  return doneWithMemory(op, block, linear);
}

export function fistpM64(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!writable(linear)) return x87(op, block);
  if (!Moves.roundTop(0x7fffffffffffffff)) return x87(op, block);
  store<i64>(linear, Moves.integer);
  Held.pop();
  return doneWithMemory(op, block, linear);
}

/** FCOM, FCOMP m64. */
export function fcomM64(op: usize, block: usize, pops: bool): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  const conditions = Moves.compareDouble(linear);
  if (conditions == Moves.UNKNOWN) return x87(op, block);
  setConditions(conditions);
  Held.exact();
  if (pops) Held.pop();
  return doneWithMemory(op, block, linear);
}

/** FCOM, FCOMP m32. */
export function fcomM32(op: usize, block: usize, pops: bool): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  const conditions = Moves.compareSingle(linear);
  if (conditions == Moves.UNKNOWN) return x87(op, block);
  setConditions(conditions);
  Held.exact();
  if (pops) Held.pop();
  return doneWithMemory(op, block, linear);
}

/** FCOM, FUCOM and their popping forms; for numbers they are the same. */
export function fcom(op: usize, block: usize, pops: u32): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  const conditions = Moves.compareRegister(<u32>src(op));
  if (conditions == Moves.UNKNOWN) return x87(op, block);
  setConditions(conditions);
  Held.exact();
  for (; pops; pops--) Held.pop();
  return done(op, block);
}

/** FCOMI, FUCOMI and their popping forms. C1 stays. */
export function fcomi(op: usize, block: usize, pops: bool): bool {
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  const conditions = Moves.compareRegister(<u32>src(op));
  if (conditions == Moves.UNKNOWN) return x87(op, block);
  setArithmeticFlags((conditions & C3 ? ZF : 0) | (conditions & C0 ? CF : 0));
  if (pops) Held.pop();
  return done(op, block);
}

export function fldcw(op: usize, block: usize): bool {
  const linear = address(op);
  if (!Held.isHeld() && !Held.hold()) return x87(op, block);
  if (!readable(linear)) return x87(op, block);
  if (!Held.setControl(load<u16>(linear))) return x87(op, block);
  return true;
}

export function fnstcw(op: usize, block: usize): bool {
  const linear = address(op);
  if (!writable(linear)) return x87(op, block);
  store<u16>(linear, load<u32>(X87_CONTROL));
  return true;
}

/** FNSTSW AX. */
export function fnstsw(): bool {
  store<u16>(EAX, Held.isHeld() ? Held.status() : load<u32>(X87_STATUS));
  return true;
}
