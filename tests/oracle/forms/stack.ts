/** The stack: PUSH, POP, PUSHA, POPA, PUSHF, POPF, ENTER, LEAVE. */
import { TF } from "../case.ts";
import type { Draft } from "../draft.ts";
import { EBP, ESP } from "../draft.ts";
import { ORDER_OF_PARTS, STACK_OR_DESTINATION } from "../differs.ts";
import type { Form, Row } from "../rows.ts";
import { custom, formsOf, row } from "../rows.ts";
import { littleEndian, someValue } from "../values.ts";
import { CONSTANT, DATA, EDGE, regionOf, STACK } from "../window.ts";

/** Puts a stack pointer where pushes and pops of up to `room` bytes succeed, or now and then do not. */
export function stackAddress(draft: Draft, room: number, index: number): number {
  const { random } = draft;
  const places = index < 120 ? 8 : 16;
  switch (random.below(places)) {
    case 0:
      return STACK.address + 0x1000 - room + random.below(2 * room + 1);
    case 1:
      return STACK.address + 0x400 + random.below(0x1800);
    case 8:
      return STACK.address + random.below(room + 2);
    case 9:
      return STACK.address + STACK.size - random.below(room + 2);
    case 10:
      return CONSTANT.address + random.below(room + 2);
    case 11:
      return EDGE.address + EDGE.size - room + random.below(2 * room);
    case 12:
      // A wrap within several words at once is left out: how far the processor gets before it notices is its own.
      return random.pick(room > 4 ? [0x7fff_f000, 0x8000_0000] : [0, 1, 2, 4, 8, 0xffff_fffc, 0x8000_0000]);
    case 13:
      return DATA.address + 0x1000 - room + random.below(2 * room);
    default:
      return STACK.address + 0x400 + 4 * random.below(0x600);
  }
}

/** Settles ESP and fills the stack there with values. */
export function setStack(draft: Draft, index: number, room = 4): void {
  const esp = stackAddress(draft, room, index) >>> 0;
  draft.reserve(ESP, esp);
  draft.writeMemory(esp, littleEndian(someValue(draft.random, 4), 4));
}

const setup = (draft: Draft, index: number): void => setStack(draft, index);

/** EFLAGS to be popped. TF would trap behind the next instruction: not here. */
function setFlagsImage(draft: Draft, index: number): void {
  setStack(draft, index);
  const image = draft.random.oneIn(2) ? draft.random.word() : 1 << draft.random.below(32);
  draft.writeMemory(draft.register(ESP), littleEndian(image & ~TF, 4));
}

const ROWS: readonly Row[] = [
  row("50", "PUSH Zv", { setup }),
  row("58", "POP Zv", { setup }),
  row("ff /6", "PUSH Ev", { setup }),
  // Of a fault on the stack and one at the destination, processors need not report the same.
  row("8f /0", "POP Ev", {
    setup,
    harmless: (draft) => regionOf(draft.register(ESP), 4) === undefined,
    differs: STACK_OR_DESTINATION,
  }),
  row("68", "PUSH Iz", { setup }),
  row("6a", "PUSH Is", { setup }),
  row("9c", "PUSHF", { setup, sizes: [4, 2] }),
  row("9d", "POPF", { setup: setFlagsImage, sizes: [4, 2] }),
];

/** PUSHA and POPA may have stored or loaded a part before they fault. */
function allRegisters(name: string, opcode: number, size: number): Form {
  const build = (draft: Draft, index: number): void => {
    const esp = stackAddress(draft, 8 * size, index);
    draft.reserve(ESP, esp);
    if (name === "POPA") {
      for (let i = 0; i < 8; i++) draft.writeMemory(esp + size * i, littleEndian(someValue(draft.random, size), size));
      draft.allowance = { flags: 0, partialLoad: true };
    } else {
      draft.allowance = { flags: 0, partialStore: true };
    }
    if (size === 2) draft.prefixes.push(0x66);
    draft.code.push(opcode);
  };
  const text = `${opcode.toString(16)} ${name} ${8 * size}-bit`;
  return custom("stack", text, 208, build, { differs: ORDER_OF_PARTS });
}

function enter(size: number): Form {
  const build = (draft: Draft, index: number): void => {
    const { random } = draft;
    const level = random.oneIn(3) ? 0 : random.pick([1, 2, 3, 7, 31, 32, 33, 0xff]);
    const frame = random.oneIn(2) ? 4 * random.below(64) : random.pick([0, 1, 2, 0x1000, 0x7fff, 0x8000, 0xffff]);
    draft.reserve(ESP, stackAddress(draft, 4 + 4 * (level & 31), index));
    const ebp = random.oneIn(8) ? stackAddress(draft, 128, 999) : STACK.address + 0x900 + random.below(0x1000);
    draft.reserve(EBP, ebp);
    draft.allowance = { flags: 0, partialStore: true };
    if (size === 2) draft.prefixes.push(0x66);
    draft.code.push(0xc8, ...littleEndian(frame, 2), level);
  };
  return custom("stack", `c8 ENTER Iw,Ib ${8 * size}-bit`, 400, build, { differs: ORDER_OF_PARTS });
}

function leave(size: number): Form {
  return custom("stack", `c9 LEAVE ${8 * size}-bit`, 208, (draft, index) => {
    const ebp = stackAddress(draft, 4, index) >>> 0;
    draft.reserve(EBP, ebp);
    draft.writeMemory(ebp, littleEndian(someValue(draft.random, 4), 4));
    if (size === 2) draft.prefixes.push(0x66);
    draft.code.push(0xc9);
  });
}

export const STACK_FORMS: readonly Form[] = [
  ...formsOf("stack", ROWS),
  ...[4, 2].flatMap((size) => [
    allRegisters("PUSHA", 0x60, size),
    allRegisters("POPA", 0x61, size),
    enter(size),
    leave(size),
  ]),
];
