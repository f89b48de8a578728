/**
 * Arithmetic and logic of 8, 16 and 32 bits (SDM vol. 1, 7.3.2 to 7.3.4). Operands may have anything above their width;
 * so may results. All set the flags as the manual says; AF after a logical operation, which it leaves undefined, is 0.
 */
import { carry, setFlags } from "../cpu/flags";
import { FLAG_CARRY } from "../cpu/state";

/** Sets the flags of a result and the vector of carries (or borrows) out of its bits. */
function finish<T extends number>(result: u32, carries: u32): u32 {
  if (sizeof<T>() == 4) {
    setFlags(result, carries);
  } else {
    const shift = 32 - 8 * sizeof<T>();
    setFlags(<u32>((<i32>(result << shift)) >> shift), (carries << shift) | (carries & 8));
  }
  return result;
}

export function add<T extends number>(a: u32, b: u32): u32 {
  const result = a + b;
  return finish<T>(result, (a & b) | ((a | b) & ~result));
}

export function adc<T extends number>(a: u32, b: u32): u32 {
  const result = a + b + carry();
  return finish<T>(result, (a & b) | ((a | b) & ~result));
}

export function sub<T extends number>(a: u32, b: u32): u32 {
  const result = a - b;
  return finish<T>(result, (~a & b) | (~(a ^ b) & result));
}

export function sbb<T extends number>(a: u32, b: u32): u32 {
  const result = a - b - carry();
  return finish<T>(result, (~a & b) | (~(a ^ b) & result));
}

/** The flags of AND, OR, XOR and TEST. */
export function logic<T extends number>(result: u32): u32 {
  return finish<T>(result, 0);
}

/** INC and DEC keep CF: the top of the vector stays, and the bit below it makes up OF. */
function step<T extends number>(result: u32, overflow: bool, adjust: bool): u32 {
  const kept = load<u32>(FLAG_CARRY) & 0x80000000;
  const shift = 32 - 8 * sizeof<T>();
  setFlags(
    <u32>((<i32>(result << shift)) >> shift),
    kept | ((kept >> 1) ^ ((<u32>overflow) << 30)) | ((<u32>adjust) << 3),
  );
  return result;
}

/** The lowest number of T: only its sign bit. */
function lowest<T extends number>(): u32 {
  return (<u32>1) << (8 * <u32>sizeof<T>() - 1);
}

export function inc<T extends number>(a: u32): u32 {
  const result = a + 1;
  return step<T>(result, <T>result == <T>lowest<T>(), !(result & 15));
}

export function dec<T extends number>(a: u32): u32 {
  const result = a - 1;
  return step<T>(result, <T>a == <T>lowest<T>(), !(a & 15));
}

export function neg<T extends number>(a: u32): u32 {
  return sub<T>(0, a);
}
