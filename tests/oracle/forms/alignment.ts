/** EFLAGS.AC: every form with the check of alignment, and which fault comes first. */
import type { Case } from "../case.ts";
import { AC } from "../case.ts";
import type { Draft } from "../draft.ts";
import { ALIGNMENT_OR_LIMIT, UNALIGNED_CHECK } from "../differs.ts";
import { EAX, EBP, ECX, EDI, ESI, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { CODE, CONSTANT, DATA, EDGE, LOCAL, SELECTOR, STACK } from "../window.ts";
import { someXmm, vectorSource } from "./simd-values.ts";
import { someX87 } from "./x87.ts";

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

const PREFIXES: readonly number[] = [0x66, 0xf0, 0xf2, 0xf3];

/** Opcode, reg field, a byte of immediate or none; what may be done in part when it faults. */
type Access = readonly [text: string, code: readonly number[], reg: number, immediate?: boolean, parts?: boolean];

const ACCESSES: readonly Access[] = [
  ["MOV Gw,Ew", [0x66, 0x8b], 0],
  ["MOV Gd,Ed", [0x8b], 0],
  ["MOV Ed,Gd", [0x89], 0],
  ["ADD Ed,Gd", [0x01], 1],
  ["LOCK XADD Ed,Gd", [0xf0, 0x0f, 0xc1], 1],
  ["XCHG Ed,Gd", [0x87], 1],
  ["CMPXCHG8B Mq", [0x0f, 0xc7], 1],
  ["BT Ed,Gd", [0x0f, 0xa3], 0],
  ["BTS Ew,Gw", [0x66, 0x0f, 0xab], 0],
  ["CMOVZ Gd,Ed", [0x0f, 0x44], 1],
  ["LES Gd,Mp", [0xc4], 1],
  ["LDS Gw,Mp", [0x66, 0xc5], 1],
  ["BOUND Gd,Ma", [0x62], 1],
  ["BOUND Gw,Ma", [0x66, 0x62], 1],
  ["JMP Mp", [0xff], 5],
  ["CALL Ed", [0xff], 2],
  ["PUSH Ed", [0xff], 6],
  ["POP Ed", [0x8f], 0],
  ["MOV Ew,DS", [0x8c], 3],
  ["MOV ES,Ew", [0x8e], 0],
  ["VERR Ew", [0x0f, 0x00], 4],
  ["LAR Gd,Ew", [0x0f, 0x02], 1],
  ["LGDT Ms", [0x0f, 0x01], 2],
  ["NOP Ev", [0x0f, 0x1f], 0],
  ["PREFETCHT0 M", [0x0f, 0x18], 1],
  ["CLFLUSH M", [0x0f, 0xae], 7],
  ["LEA Gd,M", [0x8d], 1],
  ["MOVBE Gd,Md", [0x0f, 0x38, 0xf0], 1],
  ["CRC32 Gd,Ed", [0xf2, 0x0f, 0x38, 0xf1], 1],
  ["FLD m32", [0xd9], 0],
  ["FSTP m32", [0xd9], 3],
  ["FLD m64", [0xdd], 0],
  ["FSTP m64", [0xdd], 3],
  ["FLD m80", [0xdb], 5],
  ["FSTP m80", [0xdb], 7, false, true],
  ["FBLD m80", [0xdf], 4],
  ["FBSTP m80", [0xdf], 6, false, true],
  ["FILD m16", [0xdf], 0],
  ["FILD m64", [0xdf], 5],
  ["FISTP m64", [0xdf], 7],
  ["FLDCW m16", [0xd9], 5],
  ["FNSTCW m16", [0xd9], 7],
  ["FNSTSW m16", [0xdd], 7],
  ["FNSTENV m28", [0xd9], 6, false, true],
  ["FNSTENV m14", [0x66, 0xd9], 6, false, true],
  ["FLDENV m28", [0xd9], 4, false, true],
  ["FLDENV m14", [0x66, 0xd9], 4, false, true],
  ["FNSAVE m108", [0xdd], 6, false, true],
  ["FNSAVE m94", [0x66, 0xdd], 6, false, true],
  ["FRSTOR m108", [0xdd], 4, false, true],
  ["FRSTOR m94", [0x66, 0xdd], 4, false, true],
  ["FXRSTOR m512", [0x0f, 0xae], 1, false, true],
  ["LDMXCSR Md", [0x0f, 0xae], 2],
  ["STMXCSR Md", [0x0f, 0xae], 3],
  ["MOVD P,Ed", [0x0f, 0x6e], 1],
  ["MOVQ P,Qq", [0x0f, 0x6f], 1],
  ["MOVNTQ Mq,P", [0x0f, 0xe7], 1],
  ["PUNPCKLBW P,Qd", [0x0f, 0x60], 1],
  ["MOVUPS V,W", [0x0f, 0x10], 1],
  ["MOVUPS W,V", [0x0f, 0x11], 1],
  ["MOVDQU V,W", [0xf3, 0x0f, 0x6f], 1],
  ["LDDQU V,M", [0xf2, 0x0f, 0xf0], 1],
  ["MOVAPS V,W", [0x0f, 0x28], 1],
  ["MOVNTPS M,V", [0x0f, 0x2b], 1],
  ["ADDPS V,W", [0x0f, 0x58], 1],
  ["MOVSS V,W", [0xf3, 0x0f, 0x10], 1],
  ["MOVSD W,V", [0xf2, 0x0f, 0x11], 1],
  ["MOVNTI Md,Gd", [0x0f, 0xc3], 1],
  ["PINSRW V,Mw,Ib", [0x66, 0x0f, 0xc4], 1, true],
  ["PEXTRW Mw,V,Ib", [0x66, 0x0f, 0x3a, 0x15], 1, true],
  ["PCMPISTRI V,W,Ib", [0x66, 0x0f, 0x3a, 0x63], 1, true],
];

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

const IN_PARTS = /^(LES|LDS|BOUND|JMP|FBLD|FLD m80)/;

function noteOf(text: string, parts: boolean): Pick<Form, "differs"> {
  if (/^(MOVUPS|MOVDQU|LDDQU|PCMPISTRI|FXRSTOR)/.test(text)) return { differs: UNALIGNED_CHECK };
  return parts || IN_PARTS.test(text) ? { differs: ALIGNMENT_OR_LIMIT } : {};
}

function accessForm([text, code, reg, immediate, parts]: Access): Form {
  return custom(
    FAMILY,
    `AC: ${text}, every alignment and place`,
    72,
    (draft) => {
      const { random } = draft;
      draft.setFlag(AC, true);
      const x87 = someX87(random, "reads");
      draft.x87 = {
        ...x87,
        status: x87.status & 0x7f00,
        control: x87.control | 0x3f,
        opcode: 0,
        instruction: 0,
        operand: 0,
      };
      draft.xmm = someXmm(random, vectorSource(random, "integer"));
      draft.allowance = {
        flags: 0,
        faultAddress: true,
        partialStore: parts === true,
        partialLoad: parts === true,
      };
      // A bit's number leads away from the operand.
      if (/^BT/.test(text)) draft.registers[EAX] = random.below(0x100);
      draft.reserve(ESP, STACK.address + 0x800 + (random.oneIn(8) && !/^POP/.test(text) ? random.below(4) : 0));
      const [first = 0] = code;
      const prefixed = PREFIXES.includes(first);
      if (prefixed) draft.prefixes.push(first);
      const opcode = prefixed ? code.slice(1) : code;
      const limited = random.oneIn(6);
      const beforeLimit = DATA.address + 0x1000 - random.below(20);
      const linear = limited
        ? parts === true || IN_PARTS.test(text)
          ? beforeLimit & ~15
          : beforeLimit
        : place(random);
      if (limited) draft.prefixes.push(0x65);
      const target = CODE.address + 0xc0 + random.below(0x300);
      draft.writeMemory(linear, fitting(text, random, target));
      const odd = !limited && random.oneIn(6);
      if (odd) {
        const [es, ds, , gs] = draft.segments;
        draft.segments = [es, ds, LOCAL.dataOdd.selector, gs];
        draft.prefixes.push(0x64);
      }
      const offset = (linear - (limited ? DATA.address : odd ? LOCAL.dataOdd.base : 0)) >>> 0;
      draft.code.push(...opcode, (reg << 3) | 5, ...littleEndian(offset, 4), ...(immediate ? [random.below(256)] : []));
    },
    noteOf(text, parts === true),
  );
}

/** Bytes for the operand with which the instruction succeeds. */
function fitting(text: string, random: Random, target: number): readonly number[] {
  if (/^(JMP|CALL)/.test(text)) return [...littleEndian(target, 4), ...littleEndian(SELECTOR.code, 2)];
  if (/^LES/.test(text)) return [...littleEndian(random.word(), 4), ...littleEndian(SELECTOR.data, 2)];
  if (/^LDS/.test(text)) return [...littleEndian(random.word(), 2), ...littleEndian(SELECTOR.data, 2)];
  if (/^MOV ES/.test(text)) return littleEndian(random.oneIn(4) ? LOCAL.dataAbsent.selector : SELECTOR.data, 2);
  if (/^BOUND/.test(text)) return [...littleEndian(0, 4), ...littleEndian(random.word(), 4)];
  if (/^LDMXCSR/.test(text)) return littleEndian(random.oneIn(4) ? 0xffff_ffff : 0x1f80, 4);
  if (/^FXRSTOR/.test(text)) return [...littleEndian(0x37f, 24), ...littleEndian(0x1f80, 4)];
  if (/^(FLDENV|FRSTOR) m(14|94)/.test(text)) return [...littleEndian(0x37f, 2), 0, 0];
  if (/^(FLDENV|FRSTOR)/.test(text)) return [...littleEndian(0x37f, 4), 0, 0, 0, 0];
  if (/^(FLDCW)/.test(text)) return littleEndian(0x37f, 2);
  return [];
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
