/** FLD, FST, FSTP, FILD, FIST, FISTP, FXCH, FCMOVcc and the constants. */
import { condition } from "../cpu/flags";
import { X87_CONTROL } from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { readable, writable } from "../memory/permissions";
import {
  fromDouble,
  fromInteger,
  fromSingle,
  headOfDouble,
  headOfSingle,
  isNormalDouble,
  isNormalSingle,
  significandOfDouble,
  significandOfSingle,
  integerInvalid,
  operandDenormal,
  operandHead,
  operandSignificand,
  toDouble,
  toInteger,
  toSingle,
} from "./conversions";
import { DEFAULT_HEAD, DEFAULT_SIGNIFICAND, put, resultHead, resultSignificand, setResult, takesNan } from "./float80";
import {
  head,
  isEmpty,
  pop,
  pushPlain,
  pushResult,
  pushSettled,
  registerAddress,
  setEmpty,
  setRegister,
  plain,
  significand,
  stackOverflow,
  stackUnderflow,
  writeResult,
} from "./stack";
import { BEFORE, BEFORE_STORE, begin, controlWord, lastC1, ROUND_NEAREST, ROUND_UP, ROUNDING, settle } from "./status";

const SINGLE_INDEFINITE: u32 = 0xffc00000;
const DOUBLE_INDEFINITE: u64 = 0xfff8000000000000;
const I16_INDEFINITE: i32 = -0x8000;
const I32_INDEFINITE: i32 = i32.MIN_VALUE;
const I64_INDEFINITE: i64 = i64.MIN_VALUE;

/** Pushes, where nothing was raised. */
function push(newHead: u32, newSignificand: u64): void {
  if (isEmpty(7)) {
    pushPlain(newHead, newSignificand);
  } else {
    stackOverflow();
    pushSettled();
  }
}

/** Pushes what was read from a single or double: a signalling NaN becomes quiet, with #IA. */
function pushOperand(): bool {
  begin(operandDenormal);
  if (!takesNan(operandHead, operandSignificand)) setResult(operandHead, operandSignificand);
  pushResult();
  return true;
}

export function loadSingle(address: u32): bool {
  if (!readable(address) && !checkRead(address, 4)) return false;
  const bits = load<u32>(address);
  if (isNormalSingle(bits) && isEmpty(7)) {
    pushPlain(headOfSingle(bits), significandOfSingle(bits));
    return true;
  }
  fromSingle(bits);
  return pushOperand();
}

export function loadDouble(address: u32): bool {
  if (!readable(address) && !checkRead(address, 8)) return false;
  const bits = load<u64>(address);
  if (isNormalDouble(bits) && isEmpty(7)) {
    pushPlain(headOfDouble(bits), significandOfDouble(bits));
    return true;
  }
  fromDouble(bits);
  return pushOperand();
}

/** No format is invalid here: not even unsupported ones. */
export function loadExtended(address: u32): bool {
  if (!checkRead(address, 10)) return false;
  push(load<u16>(address + 8), load<u64>(address));
  return true;
}

export function loadRegister(i: u32): bool {
  if (isEmpty(i)) {
    stackUnderflow();
    pushSettled();
  } else {
    push(head(i), significand(i));
  }
  return true;
}

function pushInteger(value: i64): bool {
  fromInteger(value);
  push(operandHead, operandSignificand);
  return true;
}

export function loadInteger16(address: u32): bool {
  return checkRead(address, 2) && pushInteger(load<i16>(address));
}

export function loadInteger32(address: u32): bool {
  return checkRead(address, 4) && pushInteger(load<i32>(address));
}

export function loadInteger64(address: u32): bool {
  return checkRead(address, 8) && pushInteger(load<i64>(address));
}

export function storeSingle(address: u32, pops: bool): bool {
  if (!writable(address) && !checkWrite(address, 4)) return false;
  let bits = SINGLE_INDEFINITE;
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else bits = toSingle(head(0), significand(0));
  if (!settle(BEFORE_STORE)) return true;
  store<u32>(address, bits);
  if (pops) pop();
  return true;
}

export function storeDouble(address: u32, pops: bool): bool {
  if (!writable(address) && !checkWrite(address, 8)) return false;
  let bits = DOUBLE_INDEFINITE;
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else bits = toDouble(head(0), significand(0));
  if (!settle(BEFORE_STORE)) return true;
  store<u64>(address, bits);
  if (pops) pop();
  return true;
}

/** FSTP m80. */
export function storeExtended(address: u32): bool {
  if (!checkWrite(address, 10)) return false;
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else setResult(head(0), significand(0));
  if (!settle(BEFORE_STORE)) return true;
  store<u64>(address, resultSignificand());
  store<u16>(address + 8, resultHead());
  pop();
  return true;
}

export function storeRegister(i: u32, pops: bool): bool {
  if (isEmpty(0)) {
    stackUnderflow();
    if (writeResult(i) && pops) pop();
    return true;
  }
  setRegister(i, head(0), significand(0));
  if (pops) setEmpty(0);
  plain(pops ? 1 : 0);
  return true;
}

/** FSTPNCE ('no check for exceptions', D9 D8+i): an empty ST(0) is no fault; nothing is copied then. */
export function storeUnchecked(i: u32): bool {
  begin(0);
  settle(BEFORE);
  if (!isEmpty(0)) setRegister(i, head(0), significand(0));
  pop();
  return true;
}

/** ST(0) as an integer, rounded and checked against the width's limit; not for an empty one. */
function integer(limit: u64, indefinite: i64): i64 {
  begin(0);
  if (isEmpty(0)) {
    stackUnderflow();
    return indefinite;
  }
  const value = toInteger(head(0), significand(0), limit, 1);
  return integerInvalid ? indefinite : value;
}

export function storeInteger16(address: u32, pops: bool): bool {
  if (!checkWrite(address, 2)) return false;
  const value = integer(0x7fff, I16_INDEFINITE);
  if (!settle(BEFORE_STORE)) return true;
  store<i16>(address, <i16>value);
  if (pops) pop();
  return true;
}

export function storeInteger32(address: u32, pops: bool): bool {
  if (!checkWrite(address, 4)) return false;
  const value = integer(0x7fffffff, I32_INDEFINITE);
  if (!settle(BEFORE_STORE)) return true;
  store<i32>(address, <i32>value);
  if (pops) pop();
  return true;
}

/** FISTP m64. */
export function storeInteger64(address: u32): bool {
  if (!checkWrite(address, 8)) return false;
  const value = integer(0x7fffffffffffffff, I64_INDEFINITE);
  if (!settle(BEFORE_STORE)) return true;
  store<i64>(address, value);
  pop();
  return true;
}

/** Puts truncation in the control word; gives back what it was. */
function truncate(): u32 {
  const control = load<u32>(X87_CONTROL);
  store<u32>(X87_CONTROL, control | ROUNDING);
  return control;
}

function restoreControl(control: u32, done: bool): bool {
  store<u32>(X87_CONTROL, control);
  return done;
}

/** FISTTP: as FISTP with truncation, whatever the rounding control says. */
export function storeTruncated16(address: u32): bool {
  return restoreControl(truncate(), storeInteger16(address, true));
}

export function storeTruncated32(address: u32): bool {
  return restoreControl(truncate(), storeInteger32(address, true));
}

export function storeTruncated64(address: u32): bool {
  return restoreControl(truncate(), storeInteger64(address));
}

/** FXCH. */
export function exchange(i: u32): bool {
  if (isEmpty(0) || isEmpty(i)) return exchangeEmpty(i);
  const first = registerAddress(0);
  const second = registerAddress(i);
  const otherHead: u32 = load<u16>(first + 8);
  const otherSignificand = load<u64>(first);
  put(first, load<u16>(second + 8), load<u64>(second));
  put(second, otherHead, otherSignificand);
  plain(0);
  return true;
}

/** An empty register counts as the default NaN, if the stack fault is masked. */
function exchangeEmpty(i: u32): bool {
  const topEmpty = isEmpty(0);
  const otherEmpty = isEmpty(i);
  stackUnderflow();
  if (!settle(BEFORE)) return true;
  const topHead = topEmpty ? DEFAULT_HEAD : head(0);
  const topSignificand = topEmpty ? DEFAULT_SIGNIFICAND : significand(0);
  setRegister(0, otherEmpty ? DEFAULT_HEAD : head(i), otherEmpty ? DEFAULT_SIGNIFICAND : significand(i));
  setRegister(i, topHead, topSignificand);
  return true;
}

/** FCMOVcc; `code` is the condition as in Jcc's opcodes. C1 stays as it is. */
export function moveIf(code: u32, i: u32): bool {
  begin(lastC1());
  if (isEmpty(0) || isEmpty(i)) stackUnderflow();
  else if (condition(code)) setResult(head(i), significand(i));
  else setResult(head(0), significand(0));
  writeResult(0);
  return true;
}

/** Pushes an exact constant. */
export function loadConstant(newHead: u32, newSignificand: u64): bool {
  push(newHead, newSignificand);
  return true;
}

/** Pushes a positive constant whose significand, cut off, is `truncated`; `nearest` = 1 if that rounds up to nearest. */
export function loadRounded(newHead: u32, truncated: u64, nearest: u32): bool {
  const rounding = controlWord() & ROUNDING;
  const up = rounding == ROUND_UP || (rounding == ROUND_NEAREST && nearest != 0);
  return loadConstant(newHead, truncated + u64(up));
}
