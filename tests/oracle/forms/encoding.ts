/** Prefixes, lengths, addresses and fetches: what holds for every instruction. */
import { SEGMENT_PREFIX } from "../addressing.ts";
import type { Case } from "../case.ts";
import { AF, DF } from "../case.ts";
import type { Draft } from "../draft.ts";
import { EAX, ECX, EDI, ESI } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom, flagMask } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { BASED, CODE, DATA, LIMITED, SELECTOR } from "../window.ts";

const SEGMENT_PREFIXES: readonly number[] = Object.values(SEGMENT_PREFIX);

/** The processor that the results come from lets LOCK VERW pass where the manual has #UD. */
const LOCK_UNREFUSED = /VERW Ew memory/;

/** LOCK before everything that may not be locked. */
export function lockForms(forms: readonly Form[]): Form[] {
  return forms
    .filter((form) => !form.lock && !LOCK_UNREFUSED.test(form.name))
    .map((form) => ({
      family: "lock",
      name: `LOCK ${form.name}`,
      cases: 12,
      build: (random: Random, index: number): Case => {
        const input = form.build(random, index * 17);
        return { ...input, code: Uint8Array.from([0xf0, ...input.code]), eip: input.eip - 1 };
      },
    }));
}

/** LOCK before every one of these forms in turn, `each` cases of each: none of them may be locked. */
export function lockAll(name: string, forms: readonly Form[], each: number): Form {
  return {
    family: "lock",
    name: `LOCK before ${name}`,
    cases: each * forms.length,
    build: (random: Random, index: number): Case => {
      const form = forms[index % forms.length];
      if (!form) throw new RangeError("no form to lock");
      const input = form.build(random, Math.floor(index / forms.length) * 17);
      return { ...input, code: Uint8Array.from([0xf0, ...input.code]), eip: input.eip - 1 };
    },
  };
}

/** Any instruction cut by the end of the last executable page: a page fault at the first byte behind it. */
export function fetchForm(
  forms: readonly Form[],
  family = "encoding",
  name = "instruction cut by the end of a page",
): Form {
  return {
    family,
    name,
    cases: 1200,
    build: (random: Random): Case => {
      const form = random.pick(forms);
      const input = form.build(random, random.below(form.cases));
      const kept = random.below(input.code.length);
      const code = input.code.slice(0, kept);
      return { ...input, eip: CODE.address + CODE.size - kept, code };
    },
  };
}

/** LEA through every ModR/M byte, and through every SIB byte with every mod. */
const EVERY_ADDRESS: Form = custom("encoding", "8d LEA, every ModR/M and SIB byte", 192 + 768, (draft, index) => {
  const { random } = draft;
  const sib = index >= 192;
  const mod = sib ? Math.floor((index - 192) / 256) : Math.floor(index / 64);
  const rest = sib ? (random.below(8) << 3) | 4 : index % 64;
  const base = sib ? index & 7 : rest & 7;
  draft.code.push(0x8d, (mod << 6) | rest);
  if ((rest & 7) === 4) draft.code.push(sib ? (index - 192) & 0xff : random.below(256));
  const sibBase = (rest & 7) === 4 ? (draft.code.at(-1) ?? 0) & 7 : base;
  const size = mod === 1 ? 1 : mod === 2 || sibBase === 5 ? 4 : 0;
  draft.code.push(...littleEndian(random.word(), size));
});

const EVERY_SHORT_ADDRESS: Form = custom("encoding", "67 8d LEA, every ModR/M byte", 192, (draft, index) => {
  const mod = Math.floor(index / 64);
  draft.prefixes.push(0x67);
  draft.code.push(0x8d, (mod << 6) | (index % 64));
  const size = mod === 0 ? ((index & 7) === 6 ? 2 : 0) : mod;
  draft.code.push(...littleEndian(draft.random.word(), size));
});

/** Puts the prefixes in front as they are, in this order. */
function inOrder(draft: Draft, prefixes: readonly number[], rest: readonly number[]): void {
  draft.code.push(...prefixes, ...rest);
}

function somePrefixes(draft: Draft, from: readonly number[], most: number): number[] {
  return Array.from({ length: draft.random.below(most + 1) }, () => draft.random.pick(from));
}

/** An absolute memory operand under any heap of prefixes: the last segment override counts. */
function buildHeap(draft: Draft): void {
  const { random } = draft;
  const prefixes = somePrefixes(draft, [...SEGMENT_PREFIXES, 0x66, 0x67, 0xf2, 0xf3], 5);
  const short = prefixes.includes(0x67);
  const size = prefixes.includes(0x66) ? 2 : 4;
  const segment = prefixes.findLast((prefix) => SEGMENT_PREFIXES.includes(prefix));
  const [es, , fs, gs] = draft.segments;
  if (short) draft.segments = [es, SELECTOR.based, fs, gs];
  const base =
    segment === SEGMENT_PREFIX.fs || (short && (segment === undefined || segment === SEGMENT_PREFIX.ds))
      ? BASED.base
      : segment === SEGMENT_PREFIX.gs
        ? LIMITED.base
        : 0;
  const linear = DATA.address + random.below(0x1100);
  draft.writeMemory(linear, littleEndian(random.word(), size));
  const address = littleEndian(linear - base, short ? 2 : 4);
  const reg = random.below(8);
  const modrm = (reg << 3) | (short ? 6 : 5);
  draft.allowance = { flags: flagMask("PF AF ZF SF") };
  const operations: readonly (readonly number[])[] = [
    [0x01, modrm, ...address],
    [0x8b, modrm, ...address],
    [0x81, modrm, ...address, ...littleEndian(random.word(), size)],
    [0x0f, 0xb6, modrm, ...address],
    [0x0f, 0xaf, modrm, ...address],
    [0xa1, ...address],
    [0xa3, ...address],
  ];
  inOrder(draft, prefixes, random.pick(operations));
}

/** Prefixes that mean nothing to a register instruction. */
function buildMeaningless(draft: Draft): void {
  const { random } = draft;
  const prefixes = somePrefixes(draft, [...SEGMENT_PREFIXES, 0x67, 0xf2, 0xf3], 6);
  const modrm = 0xc0 | random.below(64);
  draft.allowance = { flags: AF };
  const operations: readonly (readonly number[])[] = [
    [random.below(8) * 8 + random.below(4), modrm],
    [0x40 + random.below(16)],
    [0x84 + random.below(8), modrm],
    [0xb8 + random.below(8), ...littleEndian(random.word(), 4)],
    [0x0f, 0x40 + random.below(16), modrm],
    [0x0f, 0x90 + random.below(16), modrm],
    [0x0f, 0xc8 + random.below(8)],
    [0xf7, 0xd0 | random.below(16)],
    [0x98],
    [0x99],
  ];
  inOrder(draft, prefixes, random.pick(operations));
}

/** Both repeat prefixes before a string instruction: the last one counts. */
function buildRepeats(draft: Draft): void {
  const { random } = draft;
  draft.setFlag(DF, random.oneIn(2));
  draft.registers[ESI] = DATA.address + 0x800;
  draft.registers[EDI] = DATA.address + 0x1000 + random.below(16);
  draft.registers[ECX] = random.below(20);
  const bytes = Array.from({ length: 64 }, () => 0x55 * random.below(2));
  draft.writeMemory(DATA.address + 0x7e0, bytes);
  draft.writeMemory(DATA.address + 0xfe0, bytes);
  draft.writeRegister(EAX, 4, random.pick([0, 0x5555_5555, 0x55, 0x5555]));
  const repeats = [0xf2, 0xf3, ...somePrefixes(draft, [0xf2, 0xf3, 0x66, 0x3e], 3)];
  inOrder(draft, random.oneIn(2) ? repeats : repeats.reverse(), [
    random.pick([0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xac, 0xae, 0xaf]),
  ]);
}

/** Instructions of up to 20 bytes: more than 15 are refused. */
function buildLong(draft: Draft, index: number): void {
  const { random } = draft;
  const kinds: readonly (readonly number[])[] = [
    [0x90],
    [0x01, 0xd8],
    [0x81, 0xc0 | random.below(64), 1, 2, 3, 4],
    [0x81, 0x05, ...littleEndian(DATA.address + 0x100, 4), 1, 2, 3, 4],
    [0xc7, 0x84, 0x25, ...littleEndian(DATA.address - draft.register(5), 4), 1, 2, 3, 4],
    [0x0f, 0x0b],
    [0xf4],
    [0xcc],
  ];
  const rest = kinds[index % kinds.length] ?? [];
  const length = 11 + (Math.floor(index / kinds.length) % 9);
  const filler = random.pick([0x26, 0x2e, 0x36, 0x3e, 0xf2, 0xf3]);
  const count = Math.max(0, length - rest.length);
  const prefixes = Array.from({ length: count }, () =>
    random.oneIn(4) ? random.pick(SEGMENT_PREFIXES.slice(0, 4)) : filler,
  );
  if (random.oneIn(12) && count > 0) prefixes[random.below(count)] = 0xf0;
  inOrder(draft, prefixes, rest);
  if (random.oneIn(3)) draft.eip = CODE.address + CODE.size - 1 - random.below(18);
}

export const ENCODING: readonly Form[] = [
  EVERY_ADDRESS,
  EVERY_SHORT_ADDRESS,
  custom("encoding", "heaps of prefixes before a memory operand", 800, buildHeap),
  custom("encoding", "prefixes without a meaning", 800, buildMeaningless),
  custom("encoding", "both repeat prefixes", 400, buildRepeats),
  custom("encoding", "instructions of 11 to 19 bytes", 600, buildLong),
];
