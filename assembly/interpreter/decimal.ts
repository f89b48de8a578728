/** Decimal adjustment (SDM vol. 2, the instructions' own pages; vol. 1, 7.3.2.5). */
import { DE, raise } from "../cpu/exceptions";
import { adjust, AF, arithmeticFlags, carry, CF, setArithmeticFlags } from "../cpu/flags";
import { EAX } from "../cpu/state";
import { logic } from "./arithmetic";

const AL: usize = EAX;
const AH: usize = EAX + 1;

/** SF, ZF, PF of AL; CF and AF as given; OF 0. */
function finish(carries: bool, adjusts: bool): void {
  logic<u8>(load<u8>(AL));
  setArithmeticFlags(arithmeticFlags() | (carries ? CF : 0) | (adjusts ? AF : 0));
}

export function daa(): void {
  const old = <u32>load<u8>(AL);
  const low = (old & 15) > 9 || adjust();
  const high = old > 0x99 || <bool>carry();
  store<u8>(AL, <u8>(old + (low ? 6 : 0) + (high ? 0x60 : 0)));
  finish(high, low);
}

export function das(): void {
  const old = <u32>load<u8>(AL);
  const low = (old & 15) > 9 || adjust();
  const high = old > 0x99 || <bool>carry();
  // A borrow out of the first subtraction counts as well.
  const borrows = low && (old < 6 || <bool>carry());
  store<u8>(AL, <u8>(old - (low ? 6 : 0) - (high ? 0x60 : 0)));
  finish(high || borrows, low);
}

export function aaa(): void {
  const adjusts = (load<u8>(AL) & 15) > 9 || adjust();
  if (adjusts) store<u16>(EAX, <u16>(load<u16>(EAX) + 0x106));
  const al = load<u8>(AL);
  store<u8>(AL, al & 15);
  finish(adjusts, adjusts);
}

export function aas(): void {
  const adjusts = (load<u8>(AL) & 15) > 9 || adjust();
  if (adjusts) store<u16>(EAX, <u16>(load<u16>(EAX) - 0x106));
  store<u8>(AL, load<u8>(AL) & 15);
  finish(adjusts, adjusts);
}

export function aam(base: u32): bool {
  if (!base) return raise(DE);
  const al = <u32>load<u8>(AL);
  store<u8>(AH, <u8>(al / base));
  store<u8>(AL, <u8>(al % base));
  finish(false, false);
  return true;
}

export function aad(base: u32): void {
  store<u16>(EAX, <u16>((<u32>load<u8>(AL) + <u32>load<u8>(AH) * base) & 0xff));
  finish(false, false);
}
