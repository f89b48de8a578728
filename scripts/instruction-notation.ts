/** Instructions as the manual writes them, from the text of the disassembler. */

/** Opcodes whose low three bits name a register. */
const WITH_REGISTER = [0x40, 0x48, 0x50, 0x58, 0x90, 0xb0, 0xb8, 0x1c8];
/** Behind the instruction, so that nothing else is run: HLT. */
const END = [0xf4, 0xf4];
const PREFIX_WORDS = /^(?:(?:data16|addr16|repn?z|rep|lock|bnd|notrack|xacquire|xrelease|[c-g]s) )+/;
const CONDITIONS = "o|no|b|ae|e|ne|be|a|s|ns|p|np|l|ge|le|g";
const CONDITIONAL = new RegExp(`^(j|set|cmov)(?:${CONDITIONS})$`);
/** Mnemonics that tell the operand size. */
const SIZED =
  /^(?:(push[af]?|pop[af]?|enter|leave|retf?|iret|call|jmp|fldenv|fnstenv|frstor|fnsave)w|([sl][gi]dt)[dw])$/;
const SHIFT = /^(?:ro|rc|sh|sa)[lr]d?$/;
const FWAIT = 0x9b;
/** An operand in memory. */
export const MEMORY = /^m\d*$/;
const BRANCH = /^(?:j\w+|loop\w*|call|xbegin)$/;
const SIZES: Readonly<Record<string, string>> = {
  BYTE: "8",
  WORD: "16",
  DWORD: "32",
  FWORD: "48",
  QWORD: "64",
  TBYTE: "80",
  XMMWORD: "128",
};

/** One encoding, disassembled. */
export interface Sample {
  readonly bytes: readonly number[];
  readonly mnemonic: string;
  /** As in the manual, what ModR/M names being general. */
  readonly operands: readonly string[];
}

export function hasRegister(map: number, opcode: number): boolean {
  return map < 2 && WITH_REGISTER.includes((map << 8) | (opcode & 0xf8));
}

/** Are the operands in memory named by no ModR/M? */
export function isString(mnemonic: string): boolean {
  return /^(?:movs|cmps|stos|lods|scas|ins|outs|xlat)$/.test(mnemonic);
}

/** Reads `LENGTH TEXT`; null for what has no name. */
export function sampleOf(
  map: number,
  opcode: number,
  modrm: number,
  bytes: readonly number[],
  line: string,
): Sample | null {
  const [length = "", ...words] = line.split(" ");
  // FWAIT before an x87 instruction is written as one with it; what is of the 8087 alone has that behind its name.
  const text =
    map === 0 && opcode === FWAIT
      ? "fwait"
      : words
          .join(" ")
          .replace(PREFIX_WORDS, "")
          .replace(/\(\w+ only\)/, "");
  if (text.startsWith("(")) return null;
  // CMPPS and its like have other names for other immediates.
  const plain = text.replace(/^cmp(?:eq|lt|le|unord|neq|nlt|nle|ord)([ps][sd]) (.*)/, "cmp$1 $2,0x1");
  const space = plain.indexOf(" ");
  const mnemonic = (space < 0 ? plain : plain.slice(0, space)).replace(CONDITIONAL, "$1cc").replace(SIZED, "$1$2");
  const list = space < 0 ? [] : plain.slice(space + 1).split(",");
  const short = Number(length) <= 3;
  const hasSegment = map === 0 && (opcode === 0x8c || opcode === 0x8e);
  const operands = list.map((one, i) => {
    if (hasSegment && /^[c-gs]s$/.test(one)) return "sreg";
    if (one === "cl" && SHIFT.test(mnemonic)) return one;
    // BLENDVPS and its like, FNSTSW AX.
    if ((one === "xmm0" && i === 2) || (one === "ax" && mnemonic === "fnstsw")) return one;
    if (BRANCH.test(mnemonic) && /^0x[^:]*$/.test(one)) {
      return short ? "rel8" : bytes[0] === 0x66 ? "rel16" : "rel32";
    }
    return general(one, hasRegister(map, opcode) ? opcode & 7 : -1, modrm);
  });
  return { bytes: [...bytes.slice(0, Number(length)), ...END], mnemonic, operands };
}

const REGISTERS: readonly (readonly [string, readonly string[]])[] = [
  ["r8", ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"]],
  ["r16", ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"]],
  ["r32", ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"]],
];

/** An operand as the manual writes it. `number`: the register in the opcode, or -1. */
function general(operand: string, number: number, modrm: number): string {
  const memory = /^(?:(\w+) PTR )?(?:\w\w:)?\[.*\]$/.exec(operand);
  if (memory) return `m${SIZES[memory[1] ?? ""] ?? ""}`;
  if (/^(?:\w+ PTR )?ds:0x/.test(operand)) return "moffs";
  if (/^0x\w+:0x/.test(operand)) return "ptr16:32";
  if (/^0x/.test(operand)) {
    const value = Number(operand);
    return value < 0x100 || value >= 0xffff_ff00 ? "imm8" : value < 0x1_0000 ? "imm16" : "imm32";
  }
  if (/^(?:xmm|mm|cr|dr)\d$/.test(operand)) return operand.slice(0, -1);
  if (/^st\(\d\)$/.test(operand)) return "st(i)";
  for (const [name, names] of REGISTERS) {
    const found = names.indexOf(operand);
    if (found < 0) continue;
    // AL, CL, DX and EAX may be named by the opcode itself: then they keep their names.
    if (number >= 0) return found === number ? name : operand;
    return found > 3 || found === (modrm & 7) || found === ((modrm >> 3) & 7) ? name : operand;
  }
  return operand;
}

/** What kind an operand is, whatever its size or place. */
export function kindOf(operand: string): string {
  if (/^(?:r\d+|al|ax|eax|cl|dx)$/.test(operand)) return "r";
  return operand.replace(/^(m|imm|rel)\d+$/, "$1").replace(/^ptr.*/, "ptr");
}

/** `r/m32` of `r32` and `m32`. */
export function join(memory: Sample | null, register: Sample | null): string[] {
  if (!memory || !register) return [...(memory ?? register ?? { operands: [] }).operands];
  return memory.operands.map((one, i) => {
    const other = register.operands[i] ?? "";
    if (one === other || !MEMORY.test(one)) return one;
    return /^r\d/.test(other) && other.slice(1) === one.slice(1) ? `r/${one}` : `${other}/${one}`;
  });
}

/** `r/m16/32` of `r/m32` where the 66 prefix makes it `r/m16`. */
export function withSizes(operands: readonly string[], sized: readonly string[]): string[] {
  return operands.map((one, i) => {
    if (/:32$/.test(one)) return one.replace(":32", ":16/32");
    if (!/16$/.test(sized[i] ?? "") && sized[i] !== "ax") return one;
    return one.replace(/(\D)32$/, "$116/32").replace(/^eax$/, "ax/eax");
  });
}
