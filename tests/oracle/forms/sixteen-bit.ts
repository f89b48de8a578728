/**
 * 16-bit code: every form again, in a code segment whose defaults of operand and address size are 16 bits.
 *
 * The segment is flat, so that an instruction means the same as under 32-bit code once its size prefixes are turned
 * round. What differs only there, the wrap of IP and limits, has forms of its own.
 */
import type { Case } from "../case.ts";
import type { Draft } from "../draft.ts";
import { ECX, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { LOCAL, STACK } from "../window.ts";
import { CONDITIONS } from "./moves.ts";

const FAMILY = "16-bit code";
const CASES = 10;

const OPERAND_SIZE = 0x66;
const ADDRESS_SIZE = 0x67;
const PREFIXES: readonly number[] = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, OPERAND_SIZE, ADDRESS_SIZE, 0xf0, 0xf2, 0xf3];

/** Takes a prefix away, however often it is there, or puts it in front. */
function turnRound(code: readonly number[], prefix: number): number[] {
  const end = code.findIndex((byte) => !PREFIXES.includes(byte));
  const prefixes = end < 0 ? code : code.slice(0, end);
  if (!prefixes.includes(prefix)) return [prefix, ...code];
  return [...prefixes.filter((byte) => byte !== prefix), ...(end < 0 ? [] : code.slice(end))];
}

/** The same instruction in 16-bit code. It ends where it ended, so that relative branches keep their targets. */
export function inSixteenBitCode(input: Case, mandatory = false): Case {
  const sized = mandatory ? [...input.code] : turnRound([...input.code], OPERAND_SIZE);
  const code = Uint8Array.from(turnRound(sized, ADDRESS_SIZE));
  const eip = input.eip + input.code.length - code.length;
  return { ...input, code, eip, codeSegment: LOCAL.code16.selector };
}

/** Where 66 is a part of the opcode. */
export const MANDATORY = /^(sse|simd|popcnt)/;

/**
 * A form of two instructions, forms that are cut off, and what is no instruction because of its LOCK. 8F with another
 * reg field begins XOP's instructions on the recorded processor, which faults on some in its own way.
 */
export const LEFT_OUT = /FXSAVE|cut by the end|^LOCK|^8f .*undefined/;

/** Each of the forms in 16-bit code. */
export function sixteenBitForms(forms: readonly Form[]): Form[] {
  return forms
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map((form) => ({
      family: FAMILY,
      name: `16-bit code: ${form.name}`,
      cases: CASES,
      build: (random: Random, index: number): Case =>
        inSixteenBitCode(form.build(random, index * 17), MANDATORY.test(form.family)),
    }));
}

/** The same instruction in a code segment with a base: EIP is an offset, and linear addresses wrap at 4 GiB. */
export function inBasedCode(input: Case): Case {
  const { selector, base } = LOCAL.code32High;
  return { ...input, eip: (input.eip - base) >>> 0, codeSegment: selector };
}

/** Each of the forms in a code segment with a base. */
export function basedCodeForms(forms: readonly Form[]): Form[] {
  return forms
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map((form) => ({
      family: "based code",
      name: `based code: ${form.name}`,
      cases: 4,
      build: (random: Random, index: number): Case => inBasedCode(form.build(random, index * 29)),
    }));
}

/** Near the end of a segment of 64 KiB: the offset of the last byte of `length` bytes, or of one behind. */
function nearEnd(draft: Draft, length: number): void {
  draft.codeSegment = LOCAL.code16Wrap;
  const last = LOCAL.code16Wrap.base + 0xffff;
  draft.eip = last + 1 - length - draft.random.below(draft.random.oneIn(2) ? 3 : 0x60);
}

function atStart(draft: Draft): void {
  draft.codeSegment = LOCAL.code16Wrap;
  draft.eip = LOCAL.code16Wrap.base + draft.random.below(0x40);
}

/** A branch at either end of 64 KiB of code, over the end or not. */
function wrappingBranch(name: string, opcode: readonly number[], size: number, operandSize: number): Form {
  const text = opcode.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const width = size === 1 ? "Jb" : "Jz";
  return custom(FAMILY, `${text} ${name} ${width} ${8 * operandSize}-bit, wrapping IP`, 48, (draft) => {
    const { random } = draft;
    if (/LOOP|JCXZ/.test(name)) {
      draft.reserve(ECX, random.pick([0, 1, 2, 0x1_0000, 0x1_0001, 0xffff_0000]));
      if (random.oneIn(2)) draft.prefixes.push(ADDRESS_SIZE);
    }
    if (name === "CALL") draft.reserve(ESP, STACK.address + 0x800 + random.below(0x800));
    if (operandSize === 4) draft.prefixes.push(OPERAND_SIZE);
    const length = draft.prefixes.length + opcode.length + size;
    const forwards = random.oneIn(2);
    if (forwards) nearEnd(draft, length);
    else atStart(draft);
    const distance = random.below(size === 1 ? 0x80 : 0x180);
    // Not to the branch itself.
    const displacement = forwards ? distance : -length - 1 - Math.min(distance, size === 1 ? 0x7f - length : distance);
    draft.code.push(...opcode, ...littleEndian(displacement, size));
  });
}

const BRANCHES: readonly (readonly [string, readonly number[], boolean])[] = [
  ["JMP", [0xeb], true],
  ["JMP", [0xe9], false],
  ["CALL", [0xe8], false],
  ["LOOPNE", [0xe0], true],
  ["LOOPE", [0xe1], true],
  ["LOOP", [0xe2], true],
  ["JCXZ", [0xe3], true],
  ...CONDITIONS.flatMap((condition, code) => [
    [`J${condition}`, [0x70 + code], true] as const,
    [`J${condition}`, [0x0f, 0x80 + code], false] as const,
  ]),
];

/** Instructions that do not branch, as the last ones of a segment: whole, or cut by its limit. */
const LAST = custom(FAMILY, "the limit of a code segment", 400, (draft, index) => {
  const { random } = draft;
  const segments = [LOCAL.code16Wrap, LOCAL.code16Limited, LOCAL.code32Limited] as const;
  const segment = random.pick(segments);
  draft.codeSegment = segment;
  const codes: readonly (readonly number[])[] = [
    [0x90],
    [0xcc],
    [0x40],
    [0x89, 0xc3],
    [0xb8, 1, 2, 3, 4],
    [0x81, 0xc3, 1, 2, 3, 4],
    [0x66, 0x67, 0x2e, 0x90],
    [0x0f, 0x0b],
    [0xf4],
    [0xcd, 0x03],
    [0xcd, 0x04],
    [0xce],
    [0x0f, 0xc8],
    [0x31, 0xc0],
    [0xeb, 0x80],
  ];
  draft.code.push(...(codes[index % codes.length] ?? []));
  draft.eip = segment.base + segment.limit - random.below(7);
});

export const SIXTEEN_BIT: readonly Form[] = [
  ...BRANCHES.flatMap(([name, opcode, short]) =>
    [2, 4].map((size) => wrappingBranch(name, opcode, short ? 1 : size, size)),
  ),
  LAST,
];
