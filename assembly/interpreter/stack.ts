/** The stack (SDM vol. 1, 6.2). ESP changes only when the access has been allowed. */
import { AC, raise } from "../cpu/exceptions";
import { getEflags, setEflags } from "../cpu/flags";
import { mode, MODE_ALIGN, MODE_STACK, stackMask } from "../cpu/mode";
import { linear, linearize, READ, WRITE } from "../cpu/segments";
import { EBP, ESP, STATE } from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { readable, writable } from "../memory/permissions";

const SS: u32 = 2;

/** In the usual mode: ESP is a linear address. */
export function push32(value: u32): bool {
  const place = load<u32>(ESP) - 4;
  if (!writable(place) && !checkWrite(place, 4)) return false;
  store<u32>(place, value);
  store<u32>(ESP, place);
  return true;
}

/** In the usual mode. Pops into `slot`: ESP moves first, so that POP ESP leaves what was popped. */
export function pop32(slot: usize): bool {
  const place = load<u32>(ESP);
  if (!readable(place) && !checkRead(place, 4)) return false;
  store<u32>(ESP, place + 4);
  store<u32>(slot, load<u32>(place), STATE);
  return true;
}

/** In the usual mode. */
export function leave32(): bool {
  const place = load<u32>(EBP);
  if (!readable(place) && !checkRead(place, 4)) return false;
  store<u32>(ESP, place + 4);
  store<u32>(EBP, load<u32>(place));
  return true;
}

/** Sets `place` for `size` bytes at `offset` in the stack segment, in any mode; #SS(0), #AC(0). */
function locate(offset: u32, size: u32, write: bool): bool {
  place = offset & stackMask;
  if (mode & (MODE_STACK | MODE_ALIGN)) {
    if (!linearize(SS, place, size, write ? WRITE : READ)) return false;
    place = linear;
  }
  return !(mode & MODE_ALIGN && place & (size - 1)) || raise(AC);
}
/** The linear address that the last of the two functions below has allowed. */
export let place: u32 = 0;

/** May `size` bytes, 2 or 4, at `offset` in the stack segment be read? */
export function mayRead(offset: u32, size: u32): bool {
  return locate(offset, size, false) && checkRead(place, size);
}

/** May they be written? */
export function mayWrite(offset: u32, size: u32): bool {
  return locate(offset, size, true) && checkWrite(place, size);
}

/** ESP with `value` in what the stack segment lets be the stack pointer; the rest stays. */
export function stackPointer(value: u32): u32 {
  return (load<u32>(ESP) & ~stackMask) | (value & stackMask);
}

export function setStackPointer(value: u32): void {
  store<u32>(ESP, stackPointer(value));
}

export function push<T extends number>(value: u32): bool {
  const top = load<u32>(ESP) - sizeof<T>();
  if (!mayWrite(top, sizeof<T>())) return false;
  store<T>(place, <T>value);
  setStackPointer(top);
  return true;
}

export function pop<T extends number>(slot: usize): bool {
  const top = load<u32>(ESP);
  if (!mayRead(top, sizeof<T>())) return false;
  const value = load<T>(place);
  setStackPointer(top + sizeof<T>());
  store<T>(slot, value, STATE);
  return true;
}

/** POP to memory at the linear `address`. */
export function popMemory<T extends number>(address: u32): bool {
  const top = load<u32>(ESP);
  if (!mayRead(top, sizeof<T>()) || !checkWrite(address, sizeof<T>())) return false;
  const value = load<T>(place);
  setStackPointer(top + sizeof<T>());
  store<T>(address, value);
  return true;
}

/** PUSHA: EAX, ECX, EDX, EBX, the old ESP, EBP, ESI, EDI. */
export function pushAll<T extends number>(): bool {
  const top = load<u32>(ESP);
  for (let i: u32 = 1; i <= 8; i++) if (!mayWrite(top - i * sizeof<T>(), sizeof<T>())) return false;
  for (let i: u32 = 0; i < 8; i++) {
    locate(top - (i + 1) * sizeof<T>(), sizeof<T>(), true);
    store<T>(place, load<T>(STATE + ((<usize>i) << 2)));
  }
  setStackPointer(top - 8 * sizeof<T>());
  return true;
}

/** POPA: what stands for ESP is passed over. */
export function popAll<T extends number>(): bool {
  const top = load<u32>(ESP);
  for (let i: u32 = 0; i < 8; i++) if (!mayRead(top + i * sizeof<T>(), sizeof<T>())) return false;
  for (let i: u32 = 0; i < 8; i++) {
    if (i == 4) continue;
    locate(top + (7 - i) * sizeof<T>(), sizeof<T>(), false);
    store<T>(STATE + ((<usize>i) << 2), load<T>(place));
  }
  setStackPointer(top + 8 * sizeof<T>());
  return true;
}

/** ENTER (SDM vol. 2): pushes EBP, `level` - 1 frame pointers and its own, then makes room. */
export function enter<T extends number>(size: u32, level: u32): bool {
  level &= 31;
  const width: u32 = sizeof<T>();
  const old = load<u32>(EBP);
  const frame = load<u32>(ESP) - width;
  const bottom = frame - level * width;
  // All that is read and written is checked before anything changes, in the order in which it would be pushed, and
  // the new top as hardware probes it.
  if (!mayWrite(frame, width)) return false;
  for (let i: u32 = 1; i < level; i++) {
    if (!mayRead(old - i * width, width) || !mayWrite(frame - i * width, width)) return false;
  }
  if (level && !mayWrite(bottom, width)) return false;
  if (!mayWrite(bottom - size, width)) return false;
  locate(frame, width, true);
  store<T>(place, <T>old);
  for (let i: u32 = 1; i < level; i++) {
    locate(old - i * width, width, false);
    const value = load<T>(place);
    locate(frame - i * width, width, true);
    store<T>(place, value);
  }
  setStackPointer(frame);
  const pointer = load<u32>(ESP);
  if (level) {
    locate(bottom, width, true);
    store<T>(place, <T>pointer);
  }
  store<T>(EBP, <T>pointer);
  setStackPointer(bottom - size);
  return true;
}

export function leave<T extends number>(): bool {
  const frame = load<u32>(EBP);
  if (!mayRead(frame, sizeof<T>())) return false;
  setStackPointer(frame + sizeof<T>());
  store<T>(EBP, load<T>(place));
  return true;
}

export function popFlags32(): bool {
  const top = load<u32>(ESP);
  if (!mayRead(top, 4)) return false;
  setStackPointer(top + 4);
  setEflags(load<u32>(place));
  return true;
}

/** POPF with 16-bit operands leaves the upper half. */
export function popFlags16(): bool {
  const top = load<u32>(ESP);
  if (!mayRead(top, 2)) return false;
  setStackPointer(top + 2);
  setEflags((getEflags() & 0xffff0000) | load<u16>(place));
  return true;
}
