/** The x87 micro-ops: a small loop of its own for the commonest instructions, and executeX87 for all. */
import { X87_EMPTY, X87_REGISTERS, X87_STATUS } from "../cpu/state";
import { readable, writable } from "../memory/permissions";
import { blockEip } from "../memory/code";
import { at, code, dst, imm, MICRO_OP_SIZE, src } from "../microcode/format";
import { Op } from "../microcode/list";
import { remember, rememberOperand } from "../x87/control";
import {
  headOfDouble,
  headOfSingle,
  isNormalDouble,
  isNormalSingle,
  significandOfDouble,
  significandOfSingle,
} from "../x87/conversions";
import { executeX87 } from "../x87/execute";
import * as Fast from "../x87/fast";
import { BIAS, INTEGER_BIT, isNormal, put, SIGN } from "../x87/float80";
import { TOP_SHIFT } from "../x87/status";
import { address } from "./address";

/** Any instruction. False: an exception is recorded, and nothing has changed. */
export function x87(op: usize, block: usize): bool {
  const segment = <u32>dst(op);
  const linear = segment ? address(op) : 0;
  return executeX87(imm(op) & 0xffff, <u32>src(op), linear, segment - 1, blockEip(block) + at(op), imm(op) >> 16);
}

/** What is left to do with a micro-op once its operands are there. */
const enum Task {
  /** This is no common case: leave the loop. */
  NONE,
  /** Push b. */
  PUSH,
  /** Place = a + b, and so on. */
  ADD,
  MULTIPLY,
  DIVIDE,
}

/** Address of physical register `number`, modulo 8. */
function register(number: u32): usize {
  return X87_REGISTERS + ((number & 7) << 4);
}

function isEmpty(empties: u32, number: u32): u32 {
  return (empties >> (number & 7)) & 1;
}

/**
 * Runs x87 micro-ops as long as they are common cases (x87/fast.ts); TOP and the tags are in locals meanwhile.
 *
 * @returns the first micro-op that is not: if it is the one it was called with, x87() is to run it
 */
export function runX87(op: usize, block: usize): usize {
  if (!Fast.start()) return op;
  const first = op;
  let top: u32 = (load<u32>(X87_STATUS) >> TOP_SHIFT) & 7;
  let empties = load<u32>(X87_EMPTY);
  // The last memory operand, and the micro-op that had it.
  let operand: u32 = 0;
  let operandOp: usize = 0;
  while (true) {
    let task = Task.NONE;
    let linear: u32 = 0;
    let pops: u32 = 0;
    let place = register(top);
    let aHead: u32 = load<u16>(place + 8);
    let a = load<u64>(place);
    let bHead: u32 = 0;
    let b: u64 = 0;
    switch (code(op)) {
      case Op.FLD_M32: {
        linear = address(op);
        if (!readable(linear)) break;
        const bits = load<u32>(linear);
        bHead = isNormalSingle(bits) ? headOfSingle(bits) : bits >> 16;
        b = isNormalSingle(bits) ? significandOfSingle(bits) : 0;
        if (isNormalSingle(bits) || bits << 1 == 0) task = Task.PUSH;
        break;
      }
      case Op.FLD_M64: {
        linear = address(op);
        if (!readable(linear)) break;
        const bits = load<u64>(linear);
        bHead = isNormalDouble(bits) ? headOfDouble(bits) : <u32>(bits >> 48);
        b = isNormalDouble(bits) ? significandOfDouble(bits) : 0;
        if (isNormalDouble(bits) || bits << 1 == 0) task = Task.PUSH;
        break;
      }
      case Op.FLD_STI: {
        const other = top + <u32>src(op);
        if (isEmpty(empties, other)) break;
        bHead = load<u16>(register(other) + 8);
        b = load<u64>(register(other));
        task = Task.PUSH;
        break;
      }
      case Op.FLD1:
        bHead = BIAS;
        b = INTEGER_BIT;
        task = Task.PUSH;
        break;
      case Op.FLDZ:
        task = Task.PUSH;
        break;
      case Op.FILD_M32: {
        linear = address(op);
        if (!readable(linear)) break;
        const value = load<i32>(linear);
        const magnitude = <u64>(<u32>abs(value));
        bHead = value ? (u32(value < 0) << 15) | (BIAS + 63 - <u32>clz(magnitude)) : 0;
        b = magnitude << clz(magnitude);
        task = Task.PUSH;
        break;
      }
      case Op.FST_M32:
      case Op.FSTP_M32:
        linear = address(op);
        if (!writable(linear) || isEmpty(empties, top) || !Fast.storeSingle(linear, aHead, a)) break;
        operand = linear;
        operandOp = op;
        if (code(op) == Op.FSTP_M32) empties |= 1 << top++;
        top &= 7;
        op += MICRO_OP_SIZE;
        continue;
      case Op.FST_M64:
      case Op.FSTP_M64:
        linear = address(op);
        if (!writable(linear) || isEmpty(empties, top) || !Fast.storeDouble(linear, aHead, a)) break;
        operand = linear;
        operandOp = op;
        if (code(op) == Op.FSTP_M64) empties |= 1 << top++;
        top &= 7;
        op += MICRO_OP_SIZE;
        continue;
      case Op.FST_STI:
      case Op.FSTP_STI: {
        if (isEmpty(empties, top)) break;
        const other = (top + <u32>src(op)) & 7;
        put(register(other), aHead, a);
        empties &= ~(1 << other);
        if (code(op) == Op.FSTP_STI) empties |= 1 << top++;
        top &= 7;
        Fast.exact();
        op += MICRO_OP_SIZE;
        continue;
      }
      case Op.FXCH_STI: {
        const other = top + <u32>src(op);
        if (isEmpty(empties, top) | isEmpty(empties, other)) break;
        const second = register(other);
        put(place, load<u16>(second + 8), load<u64>(second));
        put(second, aHead, a);
        Fast.exact();
        op += MICRO_OP_SIZE;
        continue;
      }
      case Op.FCHS:
      case Op.FABS:
        if (isEmpty(empties, top)) break;
        store<u16>(place + 8, code(op) == Op.FCHS ? aHead ^ SIGN : aHead & ~SIGN);
        Fast.exact();
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSQRT:
        if (isEmpty(empties, top) || !isNormal(aHead, a) || !Fast.squareRoot(place, aHead, a)) break;
        op += MICRO_OP_SIZE;
        continue;
      case Op.FMUL_M32:
      case Op.FADD_M32:
      case Op.FSUB_M32:
      case Op.FSUBR_M32: {
        linear = address(op);
        if (!readable(linear)) break;
        const bits = load<u32>(linear);
        if (isEmpty(empties, top) || !isNormal(aHead, a) || !isNormalSingle(bits)) break;
        bHead = headOfSingle(bits);
        b = significandOfSingle(bits);
        task = code(op) == Op.FMUL_M32 ? Task.MULTIPLY : Task.ADD;
        bHead ^= code(op) == Op.FSUB_M32 ? SIGN : 0;
        aHead ^= code(op) == Op.FSUBR_M32 ? SIGN : 0;
        break;
      }
      case Op.FMUL_M64:
      case Op.FADD_M64:
      case Op.FSUB_M64:
      case Op.FSUBR_M64:
      case Op.FDIV_M64:
      case Op.FDIVR_M64: {
        linear = address(op);
        if (!readable(linear)) break;
        const bits = load<u64>(linear);
        if (isEmpty(empties, top) || !isNormal(aHead, a) || !isNormalDouble(bits)) break;
        bHead = headOfDouble(bits);
        b = significandOfDouble(bits);
        task = code(op) == Op.FMUL_M64 ? Task.MULTIPLY : code(op) >= <u32>Op.FDIV_M64 ? Task.DIVIDE : Task.ADD;
        bHead ^= code(op) == Op.FSUB_M64 ? SIGN : 0;
        aHead ^= code(op) == Op.FSUBR_M64 ? SIGN : 0;
        if (code(op) == Op.FDIVR_M64) {
          const head = bHead;
          const significand = b;
          bHead = aHead;
          b = a;
          aHead = head;
          a = significand;
        }
        break;
      }
      case Op.FMUL_ST_STI:
      case Op.FMULP_STI_ST:
      case Op.FADD_ST_STI:
      case Op.FADDP_STI_ST:
      case Op.FSUB_ST_STI:
      case Op.FSUBP_STI_ST:
      case Op.FSUBR_ST_STI:
      case Op.FSUBRP_STI_ST: {
        const other = top + <u32>src(op);
        bHead = load<u16>(register(other) + 8);
        b = load<u64>(register(other));
        if (isEmpty(empties, top) | isEmpty(empties, other)) break;
        if (!isNormal(aHead, a) || !isNormal(bHead, b)) break;
        // a is ST(0), b is ST(i): ST(i) - ST(0) = -a + b.
        const which = code(op);
        task = which <= <u32>Op.FMULP_STI_ST ? Task.MULTIPLY : Task.ADD;
        bHead ^= which == Op.FSUB_ST_STI || which == Op.FSUBRP_STI_ST ? SIGN : 0;
        aHead ^= which == Op.FSUBR_ST_STI || which == Op.FSUBP_STI_ST ? SIGN : 0;
        if ((which - Op.FMUL_ST_STI) & 1) {
          pops = 1;
          place = register(other);
        }
        break;
      }
    }
    switch (task) {
      case Task.PUSH: {
        top = (top + 7) & 7;
        if (!isEmpty(empties, top)) {
          top = (top + 1) & 7;
          break;
        }
        put(register(top), bHead, b);
        empties &= ~(1 << top);
        Fast.exact();
        operand = linear ? linear : operand;
        operandOp = linear ? op : operandOp;
        op += MICRO_OP_SIZE;
        continue;
      }
      case Task.ADD:
        if (!Fast.add(place, aHead, a, bHead, b)) break;
        empties |= pops << top;
        top = (top + pops) & 7;
        operand = linear ? linear : operand;
        operandOp = linear ? op : operandOp;
        op += MICRO_OP_SIZE;
        continue;
      case Task.MULTIPLY:
        if (!Fast.multiply(place, aHead, a, bHead, b)) break;
        empties |= pops << top;
        top = (top + pops) & 7;
        operand = linear ? linear : operand;
        operandOp = linear ? op : operandOp;
        op += MICRO_OP_SIZE;
        continue;
      case Task.DIVIDE:
        if (!Fast.divide(place, aHead, a, bHead, b)) break;
        empties |= pops << top;
        top = (top + pops) & 7;
        operand = linear ? linear : operand;
        operandOp = linear ? op : operandOp;
        op += MICRO_OP_SIZE;
        continue;
    }
    break;
  }
  if (op == first) return op;
  Fast.finish(top);
  store<u32>(X87_EMPTY, empties);
  const last = op - MICRO_OP_SIZE;
  remember(blockEip(block) + at(last), imm(last) >> 16);
  if (operandOp) rememberOperand(operand, <u32>dst(operandOp) - 1);
  return op;
}
