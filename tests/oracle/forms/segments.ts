/** Segment registers and descriptors, as far as a user may look at and load them. */
import type { Context, Form, Row } from "../rows.ts";
import { custom, formsOf, row } from "../rows.ts";
import { PUSHED_SELECTOR } from "../differs.ts";
import type { Draft } from "../draft.ts";
import { ESP } from "../draft.ts";
import { littleEndian, someValue } from "../values.ts";
import { BEHIND_LOCAL, LOCAL_SEGMENTS, SELECTOR } from "../window.ts";
import { memoryOperand, goodAddress } from "../addressing.ts";
import { setStack } from "./stack.ts";

/**
 * Selectors of both tables and every privilege. Not among them: 33 (64-bit code) and 7B (processor number), which
 * only a 64-bit kernel has.
 */
const SELECTORS: readonly number[] = [
  0,
  1,
  3,
  0x08,
  0x10,
  0x1b,
  0x20,
  SELECTOR.code,
  0x28,
  SELECTOR.data,
  0x2a,
  0x60,
  SELECTOR.based,
  SELECTOR.limited,
  SELECTOR.readOnly,
  0x70,
  0x04,
  0x07,
  0x27,
  0x80,
  0x83,
  0x1234,
  0xfff8,
  0xffff,
];

/** Every entry of the local table, and the first one behind it, with each privilege that one may ask for. */
const LOCAL_SELECTORS: readonly number[] = [...LOCAL_SEGMENTS.map(({ selector }) => selector), BEHIND_LOCAL].flatMap(
  (selector) => [3, 3, 3, 0, 1, 2].map((level) => (selector & ~3) | level),
);

/** The same forms with one list of selectors or another. */
interface Kind {
  readonly family: string;
  readonly selectors: readonly number[];
  /** Behind the name of each form. */
  readonly suffix: string;
}

const GLOBAL: Kind = { family: "segments", selectors: SELECTORS, suffix: "" };
const OF_LOCAL_TABLE: Kind = { family: "local segments", selectors: LOCAL_SELECTORS, suffix: ", local" };

/** The numbers of ES, CS, SS, DS, FS, GS in a reg field. */
const SEGMENT_REGISTERS = ["ES", "CS", "SS", "DS", "FS", "GS"] as const;

const ARPL = row("63", "ARPL Ew,Gw");

function lookingForms({ family, selectors, suffix }: Kind): Form[] {
  /** Only selectors of the list: 33 and 7B would tell the kernels apart. */
  const prepare = ({ draft, operands, shape }: Context): void => {
    const source = operands.at(-1);
    const selector = draft.random.pick(selectors);
    source?.write(shape.operandSize === 4 && source.size === 4 ? selector | (draft.random.word() << 16) : selector);
  };
  const options = { edges: { Ew: selectors, Ev: selectors }, prepare };
  const rows: readonly Row[] = [
    row("0f 02", "LAR Gv,Ew", options),
    row("0f 03", "LSL Gv,Ew", options),
    row("0f 00 /4", "VERR Ew", options),
    row("0f 00 /5", "VERW Ew", options),
  ];
  return formsOf(family, rows).map((form) => ({ ...form, name: form.name + suffix }));
}

/** MOV Sw,Ew and MOV Ev,Sw for each number of a segment register; 6 and 7 are none. */
function moveForms({ family, selectors, suffix }: Kind, number: number): Form[] {
  const name = SEGMENT_REGISTERS[number] ?? `segment register ${number}`;
  const operand = (draft: Draft, size: number, index: number): readonly number[] => {
    const selector = draft.random.pick(selectors);
    if (draft.random.oneIn(2)) {
      const rm = draft.random.below(8);
      draft.writeRegister(rm, size, selector);
      return [0xc0 | (number << 3) | rm];
    }
    const memory = memoryOperand(draft, goodAddress(draft, 2), { harmless: index < 100 });
    draft.writeMemory(memory.address, littleEndian(selector, 2));
    return [(memory.mod << 6) | (number << 3) | memory.rm, ...memory.tail];
  };
  return [
    custom(family, `8e /${number} MOV ${name},Ew${suffix}`, 208, (draft, index) => {
      if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
      draft.code.push(0x8e, ...operand(draft, 2, index));
    }),
    custom(family, `8c /${number} MOV Ev,${name}${suffix}`, 208, (draft, index) => {
      if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
      draft.code.push(0x8c, ...operand(draft, 4, index));
    }),
  ];
}

const PUSHES = [
  ["ES", [0x06], [0x07]],
  ["CS", [0x0e], null],
  ["SS", [0x16], [0x17]],
  ["DS", [0x1e], [0x1f]],
  ["FS", [0x0f, 0xa0], [0x0f, 0xa1]],
  ["GS", [0x0f, 0xa8], [0x0f, 0xa9]],
] as const;

function pushForms({ family, selectors, suffix }: Kind, size: number): Form[] {
  const text = (code: readonly number[]): string => code.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const form = (name: string, code: readonly number[]): Form =>
    custom(family, `${text(code)} ${name} ${8 * size}-bit${suffix}`, 208, build(name, code), differs(name));
  const differs = (name: string): Pick<Form, "differs"> =>
    name.startsWith("PUSH") && size === 4 ? { differs: PUSHED_SELECTOR } : {};
  const build =
    (name: string, code: readonly number[]) =>
    (draft: Draft, index: number): void => {
      setStack(draft, index);
      if (name.startsWith("POP")) {
        const high = draft.random.word() & 0xffff_0000;
        draft.writeMemory(draft.register(ESP), littleEndian(draft.random.pick(selectors) | high, size));
      }
      if (size === 2) draft.prefixes.push(0x66);
      draft.code.push(...code);
    };
  return PUSHES.flatMap(([name, push, pop]) => {
    const forms = [form(`PUSH ${name}`, push)];
    if (pop) forms.push(form(`POP ${name}`, pop));
    return forms;
  });
}

/** LES, LDS, LSS, LFS, LGS: an offset and a selector from memory. */
function farPointerForms({ family, selectors, suffix }: Kind, size: number): Form[] {
  const opcodes = [
    ["LES", [0xc4]],
    ["LDS", [0xc5]],
    ["LSS", [0x0f, 0xb2]],
    ["LFS", [0x0f, 0xb4]],
    ["LGS", [0x0f, 0xb5]],
  ] as const;
  return opcodes.map(([name, code]) =>
    custom(
      family,
      `${code.map((byte) => byte.toString(16)).join(" ")} ${name} Gv,Mp ${8 * size}-bit${suffix}`,
      208,
      (draft, index) => {
        const memory = memoryOperand(draft, goodAddress(draft, 6), { harmless: index < 100 });
        draft.writeMemory(memory.address, [
          ...littleEndian(someValue(draft.random, 4), size),
          ...littleEndian(draft.random.pick(selectors), 2),
        ]);
        if (size === 2) draft.prefixes.push(0x66);
        draft.code.push(...code, (memory.mod << 6) | (draft.random.below(8) << 3) | memory.rm, ...memory.tail);
      },
    ),
  );
}

function formsOfKind(kind: Kind): Form[] {
  return [
    ...lookingForms(kind),
    ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((number) => moveForms(kind, number)),
    ...[4, 2].flatMap((size) => [...pushForms(kind, size), ...farPointerForms(kind, size)]),
  ];
}

export const SEGMENTS: readonly Form[] = [...formsOf(GLOBAL.family, [ARPL]), ...formsOfKind(GLOBAL)];
export const LOCAL_SEGMENT_FORMS: readonly Form[] = formsOfKind(OF_LOCAL_TABLE);
