/** Segment registers and descriptors, as far as a user may look at and load them. */
import type { Context, Form, Row } from "../rows.ts";
import { custom, formsOf, row } from "../rows.ts";
import type { Draft } from "../draft.ts";
import { ESP } from "../draft.ts";
import { littleEndian, someValue } from "../values.ts";
import { SELECTOR } from "../window.ts";
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

const FAMILY = "segments";
const edges = { Ew: SELECTORS, Ev: SELECTORS };

/** The numbers of ES, CS, SS, DS, FS, GS in a reg field. */
const SEGMENT_REGISTERS = ["ES", "CS", "SS", "DS", "FS", "GS"] as const;

/** Only selectors of the list: 33 and 7B would tell the kernels apart. */
function onlyListed({ draft, operands, shape }: Context): void {
  const source = operands.at(-1);
  const selector = draft.random.pick(SELECTORS);
  source?.write(shape.operandSize === 4 && source.size === 4 ? selector | (draft.random.word() << 16) : selector);
}

const ROWS: readonly Row[] = [
  row("63", "ARPL Ew,Gw"),
  row("0f 02", "LAR Gv,Ew", { edges, prepare: onlyListed }),
  row("0f 03", "LSL Gv,Ew", { edges, prepare: onlyListed }),
  row("0f 00 /4", "VERR Ew", { edges, prepare: onlyListed }),
  row("0f 00 /5", "VERW Ew", { edges, prepare: onlyListed }),
];

function selectorOf(draft: Draft): number {
  return draft.random.pick(SELECTORS);
}

/** MOV Sw,Ew and MOV Ev,Sw for each number of a segment register; 6 and 7 are none. */
function moveForms(number: number): Form[] {
  const name = SEGMENT_REGISTERS[number] ?? `segment register ${number}`;
  const operand = (draft: Draft, size: number, index: number): readonly number[] => {
    const selector = selectorOf(draft);
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
    custom(FAMILY, `8e /${number} MOV ${name},Ew`, 208, (draft, index) => {
      if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
      draft.code.push(0x8e, ...operand(draft, 2, index));
    }),
    custom(FAMILY, `8c /${number} MOV Ev,${name}`, 208, (draft, index) => {
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

function pushForms(size: number): Form[] {
  const text = (code: readonly number[]): string => code.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const form = (name: string, code: readonly number[]): Form =>
    custom(FAMILY, `${text(code)} ${name} ${8 * size}-bit`, 208, (draft, index) => {
      setStack(draft, index);
      if (name.startsWith("POP")) {
        const high = draft.random.word() & 0xffff_0000;
        draft.writeMemory(draft.register(ESP), littleEndian(selectorOf(draft) | high, size));
      }
      if (size === 2) draft.prefixes.push(0x66);
      draft.code.push(...code);
    });
  return PUSHES.flatMap(([name, push, pop]) => {
    const forms = [form(`PUSH ${name}`, push)];
    if (pop) forms.push(form(`POP ${name}`, pop));
    return forms;
  });
}

/** LES, LDS, LSS, LFS, LGS: an offset and a selector from memory. */
function farPointerForms(size: number): Form[] {
  const opcodes = [
    ["LES", [0xc4]],
    ["LDS", [0xc5]],
    ["LSS", [0x0f, 0xb2]],
    ["LFS", [0x0f, 0xb4]],
    ["LGS", [0x0f, 0xb5]],
  ] as const;
  return opcodes.map(([name, code]) =>
    custom(
      FAMILY,
      `${code.map((byte) => byte.toString(16)).join(" ")} ${name} Gv,Mp ${8 * size}-bit`,
      208,
      (draft, index) => {
        const memory = memoryOperand(draft, goodAddress(draft, 6), { harmless: index < 100 });
        draft.writeMemory(memory.address, [
          ...littleEndian(someValue(draft.random, 4), size),
          ...littleEndian(selectorOf(draft), 2),
        ]);
        if (size === 2) draft.prefixes.push(0x66);
        draft.code.push(...code, (memory.mod << 6) | (draft.random.below(8) << 3) | memory.rm, ...memory.tail);
      },
    ),
  );
}

export const SEGMENTS: readonly Form[] = [
  ...formsOf(FAMILY, ROWS),
  ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap(moveForms),
  ...[4, 2].flatMap((size) => [...pushForms(size), ...farPointerForms(size)]),
];
