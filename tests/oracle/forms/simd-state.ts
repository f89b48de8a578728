/** EMMS, MXCSR, fences, FXSAVE and FXRSTOR. */
import { memoryOperand } from "../addressing.ts";
import type { X87State } from "../case.ts";
import { LAST_POINTERS, MISALIGNED_MODE } from "../differs.ts";
import { Draft } from "../draft.ts";
import { littleEndian } from "../values.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { CONSTANT, EDGE } from "../window.ts";
import { placeOf } from "./simd.ts";
import { someMmx, someMxcsr, someXmm, vectorSource } from "./simd-values.ts";
import { someX87 } from "./x87.ts";

const FAMILY = "simd state";
const CASES = 400;
const CONSTANT_END = CONSTANT.address + CONSTANT.size;

/** x87 and XMM registers with anything in them. */
function fill(draft: Draft): X87State {
  const { random } = draft;
  const vector = vectorSource(random, random.pick(["integer", "single", "double"] as const));
  draft.xmm = someXmm(random, vector);
  const x87 = random.oneIn(2) ? someMmx(random, vector) : someX87(random, "reads");
  draft.x87 = x87;
  return x87;
}

/** An instruction with a memory operand of `size` bytes that begin with `bytes`; gives its address. */
function atMemory(draft: Draft, index: number, size: number, opcode: number[], reg: number, bytes: number[]): number {
  const harmless = index % 4 !== 0;
  let linear = placeOf(draft, size, size >= 16, harmless);
  // Which of two pages that both refuse a store is met first is the processor's own.
  if (linear + size > CONSTANT_END && linear < CONSTANT_END) linear = CONSTANT_END - size;
  const operand = memoryOperand(draft, linear, { harmless });
  if (bytes.length > 0) draft.writeMemory(operand.address, bytes);
  draft.code.push(...opcode, (operand.mod << 6) | (reg << 3) | operand.rm, ...operand.tail);
  return operand.address;
}

/** MXCSR for a load: one in three with a bit that is reserved, but for bit 17, which some processors have. */
function someLoadedMxcsr(draft: Draft): number {
  const { random } = draft;
  const reserved = 16 + random.below(16);
  return someMxcsr(random) | (random.oneIn(3) && reserved !== 17 ? 1 << reserved : 0);
}

/** An image for FXRSTOR: sensible control and status, anything else as it comes. */
function image(draft: Draft): number[] {
  const { random } = draft;
  const x87 = someX87(random, "reads");
  const words = [x87.control, x87.status, random.below(0x1_0000), random.below(0x800)];
  const doublewords = [random.word(), 0, random.word(), 0, someLoadedMxcsr(draft), random.word()];
  const registers = Array.from({ length: 64 + 32 + 56 }, () => random.word());
  return [
    ...words.flatMap((word) => littleEndian(word, 2)),
    ...[...doublewords, ...registers].flatMap((word) => littleEndian(word, 4)),
  ].slice(0, 512);
}

/** FXSAVE, and MOV [MXCSR_MASK],0 behind it: that mask is the processor's own. */
const SAVE: Form = {
  family: FAMILY,
  name: "0f ae /0 FXSAVE",
  cases: CASES,
  differs: LAST_POINTERS,
  build: (random, index, surroundings) => {
    const draft = new Draft(random, surroundings);
    const x87 = fill(draft);
    // The processor that the results come from stores the last pointers only while an exception is pending.
    draft.x87 = x87.status & 0x80 ? x87 : { ...x87, opcode: 0, instruction: 0, operand: 0 };
    draft.allowance = { flags: 0, faultAddress: true, partialStore: true };
    const address = atMemory(draft, index, 512, [0x0f, 0xae], 0, []);
    draft.code.push(0xc7, 0x05, ...littleEndian(address + 28, 4), 0, 0, 0, 0);
    return { ...draft.finish(), instructions: 2 };
  },
};

function restore(draft: Draft, index: number): void {
  fill(draft);
  draft.allowance = { flags: 0, faultAddress: true, partialLoad: true };
  atMemory(draft, index, 512, [0x0f, 0xae], 1, image(draft));
}

function loadMxcsr(draft: Draft, index: number): void {
  fill(draft);
  atMemory(draft, index, 4, [0x0f, 0xae], 2, littleEndian(someLoadedMxcsr(draft), 4));
}

const PLAIN: readonly (readonly [string, number[]])[] = [["0f 77 EMMS", [0x0f, 0x77]]];

const FENCES = [
  ["0f ae e8 LFENCE", 0xe8],
  ["0f ae f0 MFENCE", 0xf0],
  ["0f ae f8 SFENCE", 0xf8],
] as const;

/** FXRSTOR, and behind it FNSTENV, which shows the last pointers whether or not an exception is pending. */
const RESTORE_AND_LOOK: Form = {
  family: FAMILY,
  name: "0f ae /1 FXRSTOR, then FNSTENV",
  cases: CASES,
  build: (random, index, surroundings) => {
    const draft = new Draft(random, surroundings);
    fill(draft);
    draft.allowance = { flags: 0, faultAddress: true, partialLoad: true };
    atMemory(draft, index, 512, [0x0f, 0xae], 1, image(draft));
    draft.code.push(0xd9, 0x35, ...littleEndian(EDGE.address + 0x100, 4));
    return { ...draft.finish(), instructions: 2 };
  },
};

/** LEA beyond the limit of GS, and EMMS behind it, which has neither ModR/M nor an operand in memory. */
const EMPTY_AFTER_ADDRESS: Form = {
  family: FAMILY,
  name: "0f 77 EMMS, after an address that nothing may access",
  cases: 48,
  build: (random, _, surroundings) => {
    const draft = new Draft(random, surroundings);
    fill(draft);
    draft.code.push(0x65, 0x8d, 0x05, ...littleEndian(0x1000 + random.below(0x1000_0000), 4), 0x0f, 0x77);
    return { ...draft.finish(), instructions: 2 };
  },
};

export const SIMD_STATE: readonly Form[] = [
  ...PLAIN.map(([name, code]) =>
    custom(FAMILY, name, CASES, (draft) => {
      fill(draft);
      draft.code.push(...code);
    }),
  ),
  ...FENCES.map(([name, first]) =>
    custom(FAMILY, name, CASES, (draft) => {
      fill(draft);
      draft.code.push(0x0f, 0xae, first + draft.random.below(8));
    }),
  ),
  custom(FAMILY, "0f ae /2 LDMXCSR", CASES, loadMxcsr, { differs: MISALIGNED_MODE }),
  custom(FAMILY, "0f ae /3 STMXCSR", CASES, (draft, index) => {
    fill(draft);
    atMemory(draft, index, 4, [0x0f, 0xae], 3, []);
  }),
  custom(FAMILY, "0f ae /7 CLFLUSH", CASES, (draft, index) => {
    fill(draft);
    atMemory(draft, index, 1, [0x0f, 0xae], 7, []);
  }),
  SAVE,
  custom(FAMILY, "0f ae /1 FXRSTOR", CASES, restore),
  RESTORE_AND_LOOK,
  EMPTY_AFTER_ADDRESS,
];
