/**
 * String instructions (SDM vol. 1, 7.3.9). A repeated one works in portions and says so, so that the host is never kept
 * waiting: ESI, EDI and ECX are then those between two iterations, as an interrupt would find them.
 */
import { AC, raise } from "../cpu/exceptions";
import { mode, MODE_ALIGN, MODE_SEGMENTED, MODE_STEP } from "../cpu/mode";
import { linear, linearize, READ, WRITE } from "../cpu/segments";
import { direction, zero } from "../cpu/flags";
import { EAX, ECX, EDI, ESI } from "../cpu/state";
import { code, dst, imm, src } from "../microcode/format";
import { Op } from "../microcode/list";
import { checkRead, checkWrite } from "../memory/access";
import { readable, writable } from "../memory/permissions";
import { sub } from "./arithmetic";
import { AGAIN, DONE, FAULT } from "./outcome";

const ES: u32 = 0;
const FS: u32 = 4;
/** Iterations in one portion. */
const PORTION: u32 = 4096;

/** Bytes looked at or written at once. */
const VECTOR: u32 = 16;
/** The same, for what is moved in bulk. */
const BULK: u32 = 65536;

/** ESI, EDI or ECX as the address size sees it. */
function read(register: usize, addressSize: u32): u32 {
  return addressSize == 2 ? load<u16>(register) : load<u32>(register);
}

function write(register: usize, addressSize: u32, value: u32): void {
  if (addressSize == 2) store<u16>(register, <u16>value);
  else store<u32>(register, value);
}

/** Which of the five, with what operands: the members stand in the order of their micro-ops. */
const MOVS: u32 = 0;
const CMPS: u32 = 1;
const STOS: u32 = 2;
const LODS: u32 = 3;
const SCAS: u32 = 4;

export function executeString(op: usize): u32 {
  const which = code(op) - Op.MOVS_8;
  switch (which % 3) {
    case 0:
      return run<u8>(op, which / 3);
    case 1:
      return run<u16>(op, which / 3);
    default:
      return run<u32>(op, which / 3);
  }
}

function run<T extends number>(op: usize, which: u32): u32 {
  const addressSize = <u32>src(op);
  const repeat = imm(op);
  if (!repeat) return iterate<T>(which, <u32>dst(op), addressSize) ? DONE : FAULT;
  let count = read(ECX, addressSize);
  const isPlain = addressSize == 4 && direction() == 1 && isFlat(which, <u32>dst(op));
  if (count && isPlain && (which == MOVS || which == STOS)) {
    const done = bulk<T>(which, min<u32>(count, BULK));
    if (done) {
      count -= done;
      write(ECX, addressSize, count);
      return count ? AGAIN : DONE;
    }
  }
  let most: u32 = mode & MODE_STEP ? 1 : PORTION;
  if (isPlain && (which == CMPS || which == SCAS)) {
    // The last of those that change nothing else sets the flags as any other: the next one may fault.
    for (let round: u32 = 0; round < BULK / 4096 && count > VECTOR; round++) {
      const passed = skip<T>(which, repeat == 2, count - 1);
      if (passed < 2) break;
      const done = passed - 1;
      if (which == CMPS) store<u32>(ESI, load<u32>(ESI) + done * sizeof<T>());
      store<u32>(EDI, load<u32>(EDI) + done * sizeof<T>());
      count -= done;
      write(ECX, addressSize, count);
    }
    // Soon back to here, unless the fast bits forbid it.
    if (readable(load<u32>(EDI)) && (which == SCAS || readable(load<u32>(ESI)))) most = VECTOR;
  }
  for (let i: u32 = 0; i < most; i++) {
    if (!count) return DONE;
    if (!iterate<T>(which, <u32>dst(op), addressSize)) return FAULT;
    count--;
    write(ECX, addressSize, count);
    if (repeat == 2 && zero()) return DONE;
    if (repeat == 3 && !zero()) return DONE;
  }
  return count ? AGAIN : DONE;
}

/** Are the operands in flat segments, aligned or not, and do many iterations count as one? */
function isFlat(which: u32, segment: u32): bool {
  return !(mode & (MODE_SEGMENTED | MODE_STEP | MODE_ALIGN)) && (segment < FS || which == STOS || which == SCAS);
}

/**
 * MOVS and STOS upwards by whole stretches of up to 4 KiB, as long as the fast bits allow. Returns how many of `count`
 * iterations were done; what is left, or has a fault in it, goes one by one.
 */
function bulk<T extends number>(which: u32, count: u32): u32 {
  let done: u32 = 0;
  while (done < count) {
    const from = load<u32>(ESI);
    const to = load<u32>(EDI);
    const size: u32 = min<u32>((count - done) * sizeof<T>(), 4096);
    if (!writable(to)) break;
    if (which == MOVS) {
      // An overlap that feeds on what it has just written is not what memory.copy does.
      if (!readable(from) || to - from < size) break;
      memory.copy(to, from, size);
      store<u32>(ESI, from + size);
    } else if (sizeof<T>() == 1) {
      memory.fill(to, load<u8>(EAX), size);
    } else {
      fill<T>(to, size);
    }
    store<u32>(EDI, to + size);
    done += size / sizeof<T>();
  }
  return done;
}

/** `size` bytes from `to` on = the accumulator, over and over. */
function fill<T extends number>(to: u32, size: u32): void {
  const pattern = v128.splat<T>(load<T>(EAX));
  let i: u32 = 0;
  for (; i + 8 * VECTOR <= size; i += 8 * VECTOR) {
    const place: usize = to + i;
    store<v128>(place, pattern);
    store<v128>(place, pattern, 16);
    store<v128>(place, pattern, 32);
    store<v128>(place, pattern, 48);
    store<v128>(place, pattern, 64);
    store<v128>(place, pattern, 80);
    store<v128>(place, pattern, 96);
    store<v128>(place, pattern, 112);
  }
  for (; i < size; i += sizeof<T>()) store<T>(to + i, load<T>(EAX));
}

/**
 * CMPS and SCAS upwards: how many of the next `count` iterations change nothing but the pointers, because their operands
 * are equal (or, with `until`, are not). Looks at 16 bytes at a time, up to 4 KiB, as long as the fast bits allow.
 */
function skip<T extends number>(which: u32, until: bool, count: u32): u32 {
  const from = load<u32>(ESI);
  const to = load<u32>(EDI);
  if (!readable(to) || (which == CMPS && !readable(from))) return 0;
  const size: u32 = min<u32>(count, 4096 / sizeof<T>()) * sizeof<T>();
  const accumulator = v128.splat<T>(load<T>(EAX));
  const lanes: u32 = (1 << (VECTOR / sizeof<T>())) - 1;
  for (let i: u32 = 0; i + VECTOR <= size; i += VECTOR) {
    const source = which == CMPS ? load<v128>(from + i) : accumulator;
    const equal = <u32>v128.bitmask<T>(v128.eq<T>(source, load<v128>(to + i)));
    const stops = until ? equal : equal ^ lanes;
    if (stops) return i / sizeof<T>() + ctz<u32>(stops);
  }
  return (size & ~(VECTOR - 1)) / sizeof<T>();
}

/** Sets `linear` to the address of an operand of T at `offset` in `segment`. */
function locate<T extends number>(segment: u32, offset: u32, write: bool): bool {
  if (!linearize(segment, offset, sizeof<T>(), write ? WRITE : READ)) return false;
  return !(mode & MODE_ALIGN && linear & (sizeof<T>() - 1)) || raise(AC);
}

function iterate<T extends number>(which: u32, segment: u32, addressSize: u32): bool {
  const step = <u32>(direction() * <i32>sizeof<T>());
  const from = read(ESI, addressSize);
  const to = read(EDI, addressSize);
  let source: u32 = 0;
  let target: u32 = 0;
  if (which == CMPS) {
    // The manual leaves open which operand is read first; this is the order of AMD's processors.
    if (!locate<T>(ES, to, false)) return false;
    if (!readable(linear) && !checkRead(linear, sizeof<T>())) return false;
  }
  if (which != STOS && which != SCAS) {
    if (!locate<T>(segment, from, false)) return false;
    source = linear;
    if (!readable(source) && !checkRead(source, sizeof<T>())) return false;
  }
  if (which != LODS) {
    if (!locate<T>(ES, to, which == MOVS || which == STOS)) return false;
    target = linear;
  }
  switch (which) {
    case MOVS:
      if (!writable(target) && !checkWrite(target, sizeof<T>())) return false;
      store<T>(target, load<T>(source));
      break;
    case STOS:
      if (!writable(target) && !checkWrite(target, sizeof<T>())) return false;
      store<T>(target, load<T>(EAX));
      break;
    case LODS:
      store<T>(EAX, load<T>(source));
      break;
    case CMPS:
      sub<T>(<u32>load<T>(source), <u32>load<T>(target));
      break;
    default:
      if (!readable(target) && !checkRead(target, sizeof<T>())) return false;
      sub<T>(<u32>load<T>(EAX), <u32>load<T>(target));
  }
  if (which != STOS && which != SCAS) write(ESI, addressSize, from + step);
  if (which != LODS) write(EDI, addressSize, to + step);
  return true;
}
