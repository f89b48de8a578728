/** What a user may not do (#GP), and what is no instruction (#UD). */
import { memoryOperand, anyAddress } from "../addressing.ts";
import { UNDEFINED_OPERANDS } from "../differs.ts";
import type { Draft } from "../draft.ts";
import { DATA } from "../window.ts";
import type { Form } from "../rows.ts";
import { CASES, custom } from "../rows.ts";

const bytesOf = (text: string): number[] => text.split(" ").map((byte) => parseInt(byte, 16));

type Mode = "register" | "memory" | "either" | "any";

/** ModR/M with a reg field, for a register or for memory that may not even be there; "any" has a register whatever mod says. */
function modrm(draft: Draft, reg: number, mode: Mode): readonly number[] {
  if (mode === "any") return [(draft.random.below(4) << 6) | (reg << 3) | draft.random.below(8)];
  if (mode === "register" || (mode === "either" && draft.random.oneIn(2))) {
    return [0xc0 | (reg << 3) | draft.random.below(8)];
  }
  const operand = memoryOperand(draft, anyAddress(draft, 4), { harmless: false });
  return [(operand.mod << 6) | (reg << 3) | operand.rm, ...operand.tail];
}

const PRIVILEGED_PLAIN: readonly (readonly [string, string, number])[] = [
  ["HLT", "f4", 0],
  ["CLI", "fa", 0],
  ["STI", "fb", 0],
  ["IN AL,Ib", "e4", 1],
  ["IN eAX,Ib", "e5", 1],
  ["OUT Ib,AL", "e6", 1],
  ["OUT Ib,eAX", "e7", 1],
  ["IN AL,DX", "ec", 0],
  ["IN eAX,DX", "ed", 0],
  ["OUT DX,AL", "ee", 0],
  ["OUT DX,eAX", "ef", 0],
  ["CLTS", "0f 06", 0],
  ["INVD", "0f 08", 0],
  ["WBINVD", "0f 09", 0],
  ["WRMSR", "0f 30", 0],
  ["RDMSR", "0f 32", 0],
  ["RDPMC", "0f 33", 0],
  ["SYSEXIT", "0f 35", 0],
  ["WBNOINVD", "f3 0f 09", 0],
];

/** Opcode, reg field, register or memory. */
const PRIVILEGED_MODRM: readonly (readonly [string, string, number, Mode])[] = [
  ["LLDT Ew", "0f 00", 2, "either"],
  ["LTR Ew", "0f 00", 3, "either"],
  ["LGDT Ms", "0f 01", 2, "memory"],
  ["LIDT Ms", "0f 01", 3, "memory"],
  ["LMSW Ew", "0f 01", 6, "either"],
  ["INVLPG M", "0f 01", 7, "memory"],
  ...[0, 2, 3, 4].flatMap((number) => [
    [`MOV Rd,CR${number}`, "0f 20", number, "any"] as const,
    [`MOV CR${number},Rd`, "0f 22", number, "any"] as const,
  ]),
  ...[0, 1, 2, 3, 6, 7].flatMap((number) => [
    [`MOV Rd,DR${number}`, "0f 21", number, "any"] as const,
    [`MOV DR${number},Rd`, "0f 23", number, "any"] as const,
  ]),
];

/** Whole opcodes that no processor defines, with what might be their operands behind them. */
const UNDEFINED_PLAIN = [
  "0f 04",
  "0f 0a",
  "0f 0b",
  "0f 0c",
  "0f 0e",
  "0f 0f",
  "0f 24",
  "0f 25",
  "0f 26",
  "0f 27",
  "0f 36",
  "0f 37",
  "0f 39",
  "0f 3b",
  "0f 3c",
  "0f 3d",
  "0f 3e",
  "0f 3f",
  "0f 7a",
  "0f 7b",
  "0f a6",
  "0f a7",
  "0f aa",
  "0f b8",
  "0f b9",
  "0f ff",
];

/** Places of the groups that are empty. */
const UNDEFINED_MODRM: readonly (readonly [string, readonly number[], Mode])[] = [
  ["8d", [0, 1, 2, 3, 4, 5, 6, 7], "register"],
  ["8f", [1, 2, 3, 4, 5, 6, 7], "either"],
  ["c6", [1, 2, 3, 4, 5, 6, 7], "either"],
  ["c7", [1, 2, 3, 4, 5, 6, 7], "either"],
  ["fe", [2, 3, 4, 5, 6, 7], "either"],
  ["ff", [7], "either"],
  ["ff", [3, 5], "register"],
  ["0f 00", [6, 7], "either"],
  ["0f 01", [5], "memory"],
  ["0f ae", [0, 1, 2, 3, 4], "register"],
  ["0f 20", [1, 5, 6, 7], "register"],
  ["0f 22", [1, 5, 6, 7], "register"],
  ["0f b2", [0, 3, 7], "register"],
  ["0f b4", [0, 3, 7], "register"],
  ["0f b5", [0, 3, 7], "register"],
  ["0f ba", [0, 1, 2, 3], "either"],
  ["0f c7", [1], "register"],
  ["0f c7", [0, 2], "either"],
];

/** Bytes behind an opcode that ought not to matter. */
function trailing(draft: Draft): number[] {
  return Array.from({ length: 4 }, () => draft.random.below(256));
}

export const REFUSED: readonly Form[] = [
  ...PRIVILEGED_PLAIN.map(([name, opcode, immediate]) =>
    custom("refused", `${opcode} ${name}`, CASES, (draft) => {
      if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
      draft.code.push(...bytesOf(opcode));
      for (let i = 0; i < immediate; i++) draft.code.push(draft.random.below(256));
    }),
  ),
  ...PRIVILEGED_MODRM.map(([name, opcode, reg, mode]) =>
    custom("refused", `${opcode} /${reg} ${name}`, CASES, (draft) => {
      if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
      const operand = modrm(draft, reg, mode);
      draft.code.push(...bytesOf(opcode), ...operand);
    }),
  ),
  ...UNDEFINED_PLAIN.map((opcode) =>
    custom(
      "refused",
      `${opcode} undefined`,
      CASES,
      (draft) => {
        draft.code.push(...bytesOf(opcode), ...modrm(draft, draft.random.below(8), "either"), ...trailing(draft));
      },
      opcode === "0f b9" || opcode === "0f ff" ? { differs: UNDEFINED_OPERANDS } : {},
    ),
  ),
  ...UNDEFINED_MODRM.flatMap(([opcode, numbers, mode]) =>
    numbers.map((reg) =>
      custom("refused", `${opcode} /${reg} ${mode} undefined`, CASES, (draft) => {
        if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
        draft.code.push(...bytesOf(opcode), ...modrm(draft, reg, mode), ...trailing(draft));
      }),
    ),
  ),
];

/** Of these the processor that the results come from takes LOCK MOV CR0 for MOV CR8. */
export const LOCKABLE_REFUSED: readonly Form[] = REFUSED.filter((form) => !/CR0/.test(form.name));

/** What is compared only with LOCK before it, which makes it #UD: see LEFT_OUT in coverage.ts. */
const UNCOMPARED = [
  "f1",
  "0f 05",
  "0f 31",
  "0f 34",
  "0f a2",
  "0f 00 /0",
  "0f 00 /1",
  "0f 01 /0",
  "0f 01 /1",
  "0f 01 /4",
];

export const LOCKED_ALONE: Form = custom("lock", "LOCK before what is not compared without", 240, (draft, index) => {
  const [bytes = "", digit] = (UNCOMPARED[index % UNCOMPARED.length] ?? "").split(" /");
  const mode = bytes === "0f 01" && digit !== "4" ? "memory" : "either";
  const operand = digit === undefined ? trailing(draft) : modrm(draft, Number(digit), mode);
  draft.prefixes.push(0xf0);
  draft.code.push(...bytesOf(bytes), ...operand);
});

/** PREFETCH and PREFETCHW; of a register they are #UD to AMD, as on the recorded processor, and NOP to Intel. */
const PREFETCH: Form = custom("hints", "0f 0d PREFETCH M", CASES, (draft) => {
  if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
  draft.code.push(0x0f, 0x0d, ...modrm(draft, draft.random.below(8), "memory"));
});

/** NOP in its long form, and its neighbours that older programs use as hints. */
export const HINTS: readonly Form[] = [
  PREFETCH,
  custom("hints", "90 NOP", CASES, (draft) => {
    if (draft.random.oneIn(2)) draft.prefixes.push(draft.random.pick([0x66, 0xf3, 0xf2]));
    draft.code.push(0x90);
  }),
  ...["0f 18", "0f 19", "0f 1a", "0f 1b", "0f 1c", "0f 1d", "0f 1e", "f3 0f 1e", "0f 1f"].map((opcode) =>
    custom("hints", `${opcode} NOP Ev`, 2 * CASES, (draft) => {
      if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
      draft.code.push(...bytesOf(opcode), ...modrm(draft, draft.random.below(8), "either"));
      draft.writeMemory(DATA.address, [0]);
    }),
  ),
];
