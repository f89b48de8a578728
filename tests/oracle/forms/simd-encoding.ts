/** Prefixes of MMX and SSE, and the empty places of their maps. */
import { anyAddress, memoryOperand } from "../addressing.ts";
import type { Case } from "../case.ts";
import type { Draft } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { fetchForm } from "./encoding.ts";
import { modesOf, SIMD, SIMD_ROWS } from "./simd.ts";

const FAMILY = "simd encoding";

const bytesOf = (text: string): number[] => text.split(" ").map((byte) => parseInt(byte, 16));
const hex = (value: number): string => value.toString(16).padStart(2, "0");

/** MOVNTSS and MOVNTSD, one prefix away from MOVNTPS: of SSE4a, which is not emulated. */
const ANOTHER_EXTENSION = /^(66 )?0f 2b/;

/** Prefixes before any of them: another mandatory one may make it another instruction, or none. */
function prefixed(name: string, cases: number, from: readonly number[], most: number): Form {
  const forms = SIMD.filter((form) => !ANOTHER_EXTENSION.test(form.name));
  return {
    family: FAMILY,
    name,
    cases,
    build: (random: Random, index: number): Case => {
      const input = random.pick(forms).build(random, index);
      const prefixes = Array.from({ length: 1 + random.below(most) }, () => random.pick(from));
      return {
        ...input,
        code: Uint8Array.from([...prefixes, ...input.code]),
        eip: input.eip - prefixes.length,
        // Behind other prefixes it may be an instruction that stores in parts.
        allowance: { flags: 0, partialStore: true, faultAddress: true },
      };
    },
  };
}

/** First and last opcode of the ranges that are looked at. */
const RANGES: readonly (readonly [string, readonly (readonly [number, number])[]])[] = [
  [
    "0f",
    [
      [0x10, 0x17],
      [0x28, 0x2f],
      [0x50, 0x7f],
      [0xc2, 0xc2],
      [0xc4, 0xc6],
      [0xd0, 0xfe],
    ],
  ],
  ["0f 38", [[0x00, 0x7f]]],
  ["0f 3a", [[0x00, 0x7f]]],
];

/** What the processor that the results come from has in such places: SSE4a, VMX's neighbours, PCLMULQDQ. */
const TAKEN = /^(f[23] 0f 2b|(66|f2) 0f 7[89]|66 0f 3a 44)$/;

/** Places of the groups 12 to 14 by their reg field; of others, by prefix and opcode alone. */
function emptyPlaces(prefix: string): string[] {
  const rows = new Set(SIMD_ROWS.map(({ opcode }) => opcode));
  const places: string[] = [];
  for (const [map, ranges] of RANGES) {
    for (const [first, last] of ranges) {
      for (let opcode = first; opcode <= last; opcode++) {
        const place = `${prefix}${map} ${hex(opcode)}`;
        const group = map === "0f" && opcode >= 0x71 && opcode <= 0x73;
        const candidates = group ? Array.from({ length: 8 }, (_, reg) => `${place} /${reg}`) : [place];
        const isFree = (one: string): boolean => !rows.has(one) && !TAKEN.test(one) && place !== "0f 77";
        places.push(...candidates.filter(isFree));
      }
    }
  }
  return places;
}

/** ModR/M of a register, or of memory that may not even be there. */
function modrm(draft: Draft, reg: number, isMemory: boolean): readonly number[] {
  if (!isMemory) return [0xc0 | (reg << 3) | draft.random.below(8)];
  const operand = memoryOperand(draft, anyAddress(draft, 8), { harmless: false });
  return [(operand.mod << 6) | (reg << 3) | operand.rm, ...operand.tail];
}

function refuse(draft: Draft, opcode: string, isMemory: boolean): void {
  const [bytes = "", digit] = opcode.split(" /");
  const operand = modrm(draft, digit === undefined ? draft.random.below(8) : Number(digit), isMemory);
  draft.code.push(...bytesOf(bytes), ...operand, draft.random.below(256));
}

const EMPTY: readonly Form[] = ["", "66 ", "f3 ", "f2 "].map((prefix) => {
  const places = emptyPlaces(prefix);
  return custom(FAMILY, `empty places${prefix && ` after ${prefix.trim()}`}`, 4 * places.length, (draft, index) => {
    refuse(draft, places[index >> 2] ?? "", (index & 1) !== 0);
  });
});

/** Rows that take only registers, or only memory. */
const OTHER_MODE = SIMD_ROWS.filter((row) => modesOf(row).length === 1);

export const SIMD_ENCODING: readonly Form[] = [
  prefixed("more prefixes before MMX and SSE", 4000, [0x66, 0xf2, 0xf3, 0x26, 0x36, 0x3e], 3),
  fetchForm(SIMD, FAMILY, "MMX or SSE cut by the end of a page"),
  ...EMPTY,
  custom(FAMILY, "memory for a register, or a register for memory", 12 * OTHER_MODE.length, (draft, index) => {
    const row = OTHER_MODE[index % OTHER_MODE.length];
    if (row) refuse(draft, row.opcode, modesOf(row)[0] === "register");
  }),
];
