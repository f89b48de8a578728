/** EFLAGS.AC: every form with the check of alignment, and which fault comes first. */
import { SEGMENT_PREFIX } from "../addressing.ts";
import type { Case } from "../case.ts";
import { AC } from "../case.ts";
import type { Draft } from "../draft.ts";
import { ALIGNMENT_OR_LIMIT, UNALIGNED_CHECK } from "../differs.ts";
import { EBP, ECX, EDI, ESI, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { CODE, CONSTANT, DATA, EDGE, LOCAL, SELECTOR, STACK } from "../window.ts";
import type { Access } from "./accesses.ts";
import { ACCESSES, contents, settle } from "./accesses.ts";

const FAMILY = "alignment";

/**
 * What is done in parts may meet a limit in a later part than a wrong alignment; of a fault on the stack and one at the
 * destination of POP Ev, processors need not report the same; MASKMOVQ may make the MMX registers valid before it faults.
 */
export const OWN_ORDER = /POP Ev|MASKMOVQ|FN?SAVE|FN?STENV|FLDENV|FRSTOR|FBLD|FBSTP|m80|,M[ap]|Mp|BOUND/;

/** FXSAVE's form is two instructions. What has no operand in memory is of no interest. */
const LEFT_OUT = /FXSAVE|(?<!MASKMOVDQU V,U )register|^LOCK/;
const FAMILIES_LEFT_OUT = ["refused", "hints", "encoding", "flags and decimal", "simd encoding"];

/** Each of the forms with AC set. */
export function alignmentForms(forms: readonly Form[]): Form[] {
  return forms
    .filter(({ family, name }) => !LEFT_OUT.test(name) && !OWN_ORDER.test(name) && !FAMILIES_LEFT_OUT.includes(family))
    .map((form) => ({
      family: FAMILY,
      name: `AC: ${form.name}`,
      cases: 12,
      build: (random: Random, index: number): Case => {
        const input = form.build(random, index * 19);
        return { ...input, eflags: input.eflags | AC };
      },
    }));
}

/** Where an operand lies: any alignment, next to what may not be written or is not there, at a segment's limit. */
function place(random: Random): number {
  const low = random.below(18);
  switch (random.below(8)) {
    case 0:
      return EDGE.address + EDGE.size - low;
    case 1:
      return EDGE.address - low;
    case 2:
      return CONSTANT.address - low;
    case 3:
      return CONSTANT.address + 0x400 + low;
    case 4:
      return random.oneIn(2) ? low : 0x8000_0000 + low;
    case 5:
      return CONSTANT.address + CONSTANT.size - low;
    default:
      return DATA.address + 0x400 + low;
  }
}

function noteOf({ text, divided }: Access): Pick<Form, "differs"> {
  if (/MOVUPS|MOVDQU|LDDQU|PCMPISTRI|FXRSTOR/.test(text)) return { differs: UNALIGNED_CHECK };
  return divided ? { differs: ALIGNMENT_OR_LIMIT } : {};
}

function accessForm(the: Access): Form {
  const build = (draft: Draft): void => {
    const { random } = draft;
    draft.setFlag(AC, true);
    settle(draft, the);
    draft.reserve(ESP, STACK.address + 0x800 + (random.oneIn(8) && !the.text.includes("POP") ? random.below(4) : 0));
    draft.prefixes.push(...the.prefixes);
    let linear = place(random);
    let base = 0;
    if (random.oneIn(6)) {
      // GS, whose limit is a page.
      draft.prefixes.push(SEGMENT_PREFIX.gs);
      base = DATA.address;
      linear = DATA.address + 0x1000 - random.below(20);
      if (the.divided) linear &= ~15;
    } else if (random.oneIn(6)) {
      const [es, ds, , gs] = draft.segments;
      draft.segments = [es, ds, LOCAL.dataOdd.selector, gs];
      draft.prefixes.push(SEGMENT_PREFIX.fs);
      base = LOCAL.dataOdd.base;
    }
    draft.writeMemory(linear, contents(random, the));
    draft.code.push(...the.opcode, ((the.reg ?? random.below(8)) << 3) | 5, ...littleEndian(linear - base, 4));
    draft.code.push(...littleEndian(random.word(), the.immediate));
  };
  return custom(FAMILY, `AC: ${the.text}, every alignment and place`, 72, build, noteOf(the));
}

/** The stack at every alignment. */
const STACK_CODES: readonly (readonly [string, readonly number[]])[] = [
  ["PUSH EAX", [0x50]],
  ["PUSH AX", [0x66, 0x50]],
  ["PUSH DS", [0x1e]],
  ["PUSHF", [0x9c]],
  ["PUSHA", [0x60]],
  ["PUSHA 16-bit", [0x66, 0x60]],
  ["POP EAX", [0x58]],
  ["POP AX", [0x66, 0x58]],
  ["POP DS", [0x1f]],
  ["POPF", [0x9d]],
  ["POPA", [0x61]],
  ["POPA 16-bit", [0x66, 0x61]],
  ["CALL", [0xe8, 0x10, 0, 0, 0]],
  ["CALL Ap", [0x9a, ...littleEndian(CODE.address + 0x100, 4), ...littleEndian(SELECTOR.code, 2)]],
  ["RET", [0xc3]],
  ["RETF", [0xcb]],
  ["IRET", [0xcf]],
  ["ENTER 0,0", [0xc8, 0, 0, 0]],
  ["ENTER 1,0", [0xc8, 1, 0, 0]],
  ["ENTER 4,3", [0xc8, 4, 0, 3]],
  ["ENTER 4,3 16-bit", [0x66, 0xc8, 4, 0, 3]],
  ["LEAVE", [0xc9]],
  ["LEAVE 16-bit", [0x66, 0xc9]],
  ["INT3", [0xcc]],
];

function stackForm([text, code]: (typeof STACK_CODES)[number]): Form {
  return custom(FAMILY, `AC: ${text}, every alignment of the stack`, 48, (draft) => {
    const { random } = draft;
    draft.setFlag(AC, true);
    const somewhere = (): number =>
      (random.oneIn(4)
        ? random.pick([STACK.address, STACK.address + STACK.size, CONSTANT.address + 0x800, 0x1000])
        : STACK.address + 0x800) +
      random.below(8) -
      (random.oneIn(2) ? 4 : 0);
    const esp = somewhere();
    draft.reserve(ESP, esp);
    draft.reserve(EBP, somewhere());
    draft.allowance = { flags: 0, faultAddress: true, partialStore: true, partialLoad: /POPA/.test(text) };
    const words = /POPF/.test(text)
      ? [AC | 0x202]
      : /POP DS/.test(text)
        ? [SELECTOR.data]
        : [CODE.address + 0x100, SELECTOR.code, AC | 0x202];
    words.forEach((word, i) => draft.writeMemory(esp + 4 * i, littleEndian(word, 4)));
    draft.code.push(...code);
  });
}

const STRINGS = [
  ["MOVSW", 0xa5, 2],
  ["MOVSD", 0xa5, 4],
  ["CMPSW", 0xa7, 2],
  ["CMPSD", 0xa7, 4],
  ["STOSD", 0xab, 4],
  ["LODSD", 0xad, 4],
  ["SCASD", 0xaf, 4],
  ["INSD", 0x6d, 4],
  ["OUTSD", 0x6f, 4],
] as const;

/** Both operands in every alignment, and in places that fault otherwise. */
function stringForm([text, opcode, size]: (typeof STRINGS)[number], repeat: boolean): Form {
  return custom(FAMILY, `AC: ${repeat ? "REP " : ""}${text}, every alignment and place`, 60, (draft: Draft) => {
    const { random } = draft;
    draft.setFlag(AC, true);
    draft.registers[ESI] = random.oneIn(2) ? place(random) & ~3 : place(random);
    draft.registers[EDI] = random.oneIn(2) ? place(random) & ~3 : place(random);
    draft.registers[ECX] = random.below(4);
    draft.allowance = { flags: 0, faultAddress: true };
    draft.code.push(...(size === 2 ? [0x66] : []), ...(repeat ? [0xf3] : []), opcode);
  });
}

export const ALIGNMENT: readonly Form[] = [
  ...ACCESSES.map(accessForm),
  ...STACK_CODES.map(stackForm),
  ...STRINGS.flatMap((the) => [stringForm(the, false), stringForm(the, true)]),
];
