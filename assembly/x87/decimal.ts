/** FBLD and FBSTP: 18 packed decimal digits, least significant byte first, then a byte with the sign in bit 7. */
import { checkRead, checkWrite } from "../memory/access";
import { fromInteger, integerInvalid, operandHead, operandSignificand, toInteger } from "./conversions";
import { setResult } from "./float80";
import { head, isEmpty, pop, pushResult, significand, stackUnderflow } from "./stack";
import { BEFORE_STORE, begin, settle } from "./status";

const LARGEST: u64 = 999999999999999999;

export function loadDecimal(address: u32): bool {
  if (!checkRead(address, 10)) return false;
  let value: u64 = 0;
  for (let i: i32 = 8; i >= 0; i--) {
    const pair = load<u8>(address + i);
    value = value * 100 + (pair >> 4) * 10 + (pair & 15);
  }
  fromInteger(value);
  begin(0);
  setResult(operandHead | ((<u32>(load<u8>(address + 9) & 0x80)) << 8), operandSignificand);
  pushResult();
  return true;
}

export function storeDecimal(address: u32): bool {
  if (!checkWrite(address, 10)) return false;
  let indefinite: bool = true;
  let value: u64 = 0;
  let sign: u32 = 0;
  begin(0);
  if (isEmpty(0)) {
    stackUnderflow();
  } else {
    const signed = toInteger(head(0), significand(0), LARGEST, 0);
    sign = head(0) >> 15;
    value = sign ? -signed : signed;
    indefinite = integerInvalid;
  }
  if (!settle(BEFORE_STORE)) return true;
  if (indefinite) {
    store<u64>(address, 0xc000000000000000);
    store<u16>(address + 8, 0xffff);
  } else {
    for (let i = 0; i < 9; i++) {
      const pair = <u32>(value % 100);
      value /= 100;
      store<u8>(address + i, ((pair / 10) << 4) | (pair % 10));
    }
    store<u8>(address + 9, sign << 7);
  }
  pop();
  return true;
}
