/** The stack (SDM vol. 1, 6.2). SS is flat; ESP changes only when the access has been allowed. */
import { getEflags, setEflags } from "../cpu/flags";
import { EBP, ESP, STATE } from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { readable, writable } from "../memory/permissions";

export function push32(value: u32): bool {
  const place = load<u32>(ESP) - 4;
  if (!writable(place) && !checkWrite(place, 4)) return false;
  store<u32>(place, value);
  store<u32>(ESP, place);
  return true;
}

export function push16(value: u32): bool {
  const place = load<u32>(ESP) - 2;
  if (!checkWrite(place, 2)) return false;
  store<u16>(place, <u16>value);
  store<u32>(ESP, place);
  return true;
}

/** Pops into `slot`: ESP moves first, so that POP ESP leaves what was popped. */
export function pop32(slot: usize): bool {
  const place = load<u32>(ESP);
  if (!readable(place) && !checkRead(place, 4)) return false;
  store<u32>(ESP, place + 4);
  store<u32>(slot, load<u32>(place), STATE);
  return true;
}

export function pop16(slot: usize): bool {
  const place = load<u32>(ESP);
  if (!checkRead(place, 2)) return false;
  store<u32>(ESP, place + 2);
  store<u16>(slot, load<u16>(place), STATE);
  return true;
}

/** POP to memory at `address`. */
export function popMemory<T extends number>(address: u32): bool {
  const place = load<u32>(ESP);
  if (!checkRead(place, sizeof<T>()) || !checkWrite(address, sizeof<T>())) return false;
  const value = load<T>(place);
  store<u32>(ESP, place + sizeof<T>());
  store<T>(address, value);
  return true;
}

/** PUSHA: EAX, ECX, EDX, EBX, the old ESP, EBP, ESI, EDI. */
export function pushAll<T extends number>(): bool {
  const size: u32 = 8 * sizeof<T>();
  const place = load<u32>(ESP) - size;
  // EAX, on top, is pushed first, and faults first.
  for (let at = size; at; at -= sizeof<T>()) {
    if (!checkWrite(place + at - sizeof<T>(), sizeof<T>())) return false;
  }
  for (let i: u32 = 0; i < 8; i++) store<T>(place + (7 - i) * sizeof<T>(), load<T>(STATE + ((<usize>i) << 2)));
  store<u32>(ESP, place);
  return true;
}

/** POPA: what stands for ESP is passed over. */
export function popAll<T extends number>(): bool {
  const size: u32 = 8 * sizeof<T>();
  const place = load<u32>(ESP);
  if (!checkRead(place, size)) return false;
  store<u32>(ESP, place + size);
  for (let i: u32 = 0; i < 8; i++) {
    if (i != 4) store<T>(STATE + ((<usize>i) << 2), load<T>(place + (7 - i) * sizeof<T>()));
  }
  return true;
}

/** ENTER (SDM vol. 2): pushes EBP, `level` - 1 frame pointers and its own, then makes room. */
export function enter<T extends number>(size: u32, level: u32): bool {
  level &= 31;
  const width: u32 = sizeof<T>();
  const frame = load<u32>(ESP) - width;
  const bottom = frame - level * width;
  // All that is read and written is checked before anything changes, in the order in which it would be pushed, and
  // the new top as hardware probes it.
  if (!checkWrite(frame, width)) return false;
  for (let i: u32 = 1; i < level; i++) {
    if (!checkRead(load<u32>(EBP) - i * width, width) || !checkWrite(frame - i * width, width)) return false;
  }
  if (level && !checkWrite(bottom, width)) return false;
  if (!checkWrite(bottom - size, width)) return false;
  store<T>(frame, load<T>(EBP));
  for (let i: u32 = 1; i < level; i++) {
    store<T>(frame - i * width, load<T>(load<u32>(EBP) - i * width));
  }
  if (level) store<T>(bottom, <T>frame);
  store<T>(EBP, <T>frame);
  store<u32>(ESP, bottom - size);
  return true;
}

export function leave32(): bool {
  const place = load<u32>(EBP);
  if (!readable(place) && !checkRead(place, 4)) return false;
  store<u32>(ESP, place + 4);
  store<u32>(EBP, load<u32>(place));
  return true;
}

export function leave16(): bool {
  const place = load<u32>(EBP);
  if (!checkRead(place, 2)) return false;
  store<u32>(ESP, place + 2);
  store<u16>(EBP, load<u16>(place));
  return true;
}

export function popFlags32(): bool {
  const place = load<u32>(ESP);
  if (!checkRead(place, 4)) return false;
  store<u32>(ESP, place + 4);
  setEflags(load<u32>(place));
  return true;
}

/** POPF with 16-bit operands leaves the upper half. */
export function popFlags16(): bool {
  const place = load<u32>(ESP);
  if (!checkRead(place, 2)) return false;
  store<u32>(ESP, place + 2);
  setEflags((getEflags() & 0xffff0000) | load<u16>(place));
  return true;
}
