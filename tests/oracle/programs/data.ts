/** Statements that move data: strings, the stack, x87 and compilers' sequences. */
import { ARITHMETIC_FLAGS, CF, DF, ID } from "../case.ts";
import { EAX, EBP, ECX, EDI, EDX, ESI } from "../draft.ts";
import { littleEndian, someValue } from "../values.ts";
import { BASED, CONSTANT, DATA, EDGE, PATCHWORK, STACK } from "../window.ts";
import type { Builder } from "./builder.ts";
import { conditionFlags, DEFINES_ALL, effectOf, NO_EFFECT, X87_CONDITIONS } from "./effects.ts";

const NOTHING = { flags: 0 };

/** MOV r32,imm32 */
export function load(builder: Builder, register: number, value: number): void {
  builder.push([0xb8 + register, ...littleEndian(value, 4)]);
}

const STRING_INSTRUCTIONS = [
  ["MOVS", 0xa4],
  ["CMPS", 0xa6],
  ["STOS", 0xaa],
  ["LODS", 0xac],
  ["SCAS", 0xae],
] as const;

/** A string instruction, mostly repeated, within DATA or across the end of a page into it or out of it. */
export function stringInstruction(builder: Builder): void {
  const { random } = builder;
  const needed = [ECX, EDI, ESI];
  if (!needed.every((register) => builder.isFree(register))) {
    builder.row();
    return;
  }
  const [name, opcode] = random.pick(STRING_INSTRUCTIONS);
  const size = random.pick([1, 2, 4]);
  const repeat = random.pick([null, 0xf3, 0xf3, 0xf2]);
  const count = random.oneIn(12) ? 0 : 1 + random.below(random.oneIn(4) ? 200 : 24);
  const down = random.oneIn(3);
  const span = size * count;
  const source = stringAddress(builder, span, down);
  const destination = random.oneIn(3) ? source + random.below(17) - 8 : stringAddress(builder, span, down);
  builder.push([down ? 0xfd : 0xfc]);
  const based = random.oneIn(6);
  load(builder, ESI, based ? source - BASED.base : source);
  load(builder, EDI, destination);
  if (repeat !== null) load(builder, ECX, count);
  if (random.oneIn(3)) builder.row({ compact: true, family: "sse" });
  const prefixes = [...(based ? [0x64] : []), ...(size === 2 ? [0x66] : []), ...(repeat === null ? [] : [repeat])];
  // A repeated comparison of nothing leaves the flags as they were.
  const mnemonic = repeat === null ? `${name}B` : "repeated";
  // Which of its operands CMPS reads first is the processor's own.
  const allowance = { flags: 0, faultAddress: name === "CMPS" };
  builder.push([...prefixes, opcode + (size === 1 ? 0 : 1)], effectOf(mnemonic, NOTHING), { allowance });
  if (random.oneIn(2)) builder.push([0xfc]);
}

function stringAddress(builder: Builder, span: number, down: boolean): number {
  const { random } = builder;
  if (builder.risk > 0 && random.oneIn(builder.risk)) return boundary(builder) - random.below(span + 2);
  const room = 0x2000 - span - 32;
  const low =
    DATA.address + 16 + (random.oneIn(2) ? random.below(room) : 0xff0 - random.below(Math.min(span + 1, 0xf00)));
  return down ? low + span : low;
}

/** Where two permissions meet. */
function boundary(builder: Builder): number {
  const { random } = builder;
  const patchwork = PATCHWORK[0]?.address ?? 0;
  return random.oneIn(2)
    ? patchwork + 0x1000 * random.below(7)
    : random.pick([CONSTANT.address, CONSTANT.address + 0x1000, EDGE.address, EDGE.address + 0x1000, STACK.address]);
}

/** An access of any kind to pages of any permissions, mostly across a boundary. */
export function probe(builder: Builder): void {
  const { random } = builder;
  const place = boundary(builder) - random.below(18) + random.below(4);
  const where = { places: [place], compact: random.oneIn(2) };
  const family = random.pick(["arithmetic", "moves", "x87", "simd moves"]);
  const filter = /^(MOV|ADD|XCHG|FSTP|FST|MOVUPS|MOVDQU|MOVQ|SET\w+|INC|NOT|XADD)$/;
  builder.row(random.oneIn(2) ? where : { ...where, family, filter });
}

/** Keeps the account of ESP: `bytes` more are on the stack. */
function lower(builder: Builder, bytes: number): void {
  if (builder.stackPointer !== null) builder.stackPointer -= bytes;
}

function pushSomething(builder: Builder): void {
  const { random } = builder;
  switch (random.below(6)) {
    case 0:
      builder.push([0x6a, random.below(256)]);
      break;
    case 1:
      builder.push([0x68, ...littleEndian(someValue(random, 4), 4)]);
      break;
    case 2:
      builder.push([0xff, 0x35, ...littleEndian(DATA.address + random.below(0x1ff0), 4)]);
      break;
    default:
      builder.push([0x50 + random.below(8)]);
  }
  lower(builder, 4);
}

/** Some doublewords pushed, something in between, and as many taken off. */
export function pushesAndPops(builder: Builder, between: () => void): void {
  const { random } = builder;
  const depth = 1 + random.below(4);
  for (let i = 0; i < depth; i++) pushSomething(builder);
  if (random.oneIn(2)) between();
  if (random.oneIn(3)) {
    // [ESP+disp8]: MOV r32,m32 or ADD m32,r32
    const offset = 4 * random.below(depth);
    if (random.oneIn(2)) builder.push([0x8b, 0x44 | (builder.scratch() << 3), 0x24, offset]);
    else builder.push([0x01, 0x44 | (random.below(8) << 3), 0x24, offset], DEFINES_ALL);
  }
  if (random.oneIn(4)) {
    builder.push([0x83, 0xc4, 4 * depth], DEFINES_ALL);
    lower(builder, -4 * depth);
    return;
  }
  for (let i = 0; i < depth; i++) {
    lower(builder, -4);
    if (random.oneIn(8)) builder.push([0x8f, 0x05, ...littleEndian(DATA.address + random.below(0x1ff0), 4)]);
    else builder.push([0x58 + builder.scratch()]);
  }
}

/** The flags by way of the stack, all registers by way of the stack, and frames. */
export function stackFrame(builder: Builder, between: () => void): void {
  const { random } = builder;
  switch (random.below(5)) {
    case 0: {
      const flags = 0x202 | (random.word() & (ARITHMETIC_FLAGS | ID | DF));
      builder.push([0x68, ...littleEndian(flags, 4)]);
      builder.push([0x9d], DEFINES_ALL);
      break;
    }
    case 1:
      // PUSHFD; POP r32
      builder.push([0x9c], { ...NO_EFFECT, reads: ARITHMETIC_FLAGS });
      builder.push([0x58 + builder.scratch()]);
      break;
    case 2: {
      const size = random.oneIn(4) ? [0x66] : [];
      const bytes = size.length > 0 ? 16 : 32;
      builder.push([...size, 0x60]);
      lower(builder, bytes);
      if (random.oneIn(2)) between();
      lower(builder, -bytes);
      builder.push([...size, 0x61]);
      break;
    }
    case 3: {
      // PUSH EBP; MOV EBP,ESP; SUB ESP,n; ...; LEAVE
      const bytes = 4 * random.below(16);
      const before = builder.stackPointer;
      builder.push([0x55]);
      builder.push(random.oneIn(2) ? [0x89, 0xe5] : [0x8b, 0xec]);
      const known = builder.known.get(EBP);
      const counts = (builder.protectedRegisters & (1 << EBP)) !== 0;
      builder.known.delete(EBP);
      builder.protectedRegisters |= 1 << EBP;
      if (bytes > 0) builder.push([0x83, 0xec, bytes], DEFINES_ALL);
      lower(builder, 4 + bytes);
      for (let i = 0; i < 3 && bytes >= 16; i++) frameAccess(builder, bytes);
      between();
      builder.push([0xc9]);
      if (!counts) builder.protectedRegisters &= ~(1 << EBP);
      if (known !== undefined) builder.known.set(EBP, known);
      builder.stackPointer = before;
      break;
    }
    default:
      // ENTER n,level; LEAVE. A level above 1 reads at EBP, which may be anything.
      builder.push([0xc8, ...littleEndian(4 * random.below(32), 2), random.below(2)]);
      builder.push([0xc9]);
  }
}

/** Loads, stores and arithmetic on [EBP-disp8], as compilers make them without optimisation. */
function frameAccess(builder: Builder, bytes: number): void {
  const { random } = builder;
  const offset = -(4 + random.below(bytes - 4)) & 0xff;
  const register = builder.scratch();
  const modrm = 0x45 | (register << 3);
  switch (random.below(7)) {
    case 0:
      builder.push([0xc7, 0x45, offset, ...littleEndian(someValue(random, 4), 4)]);
      break;
    case 1:
      builder.push([0x83, 0x45, offset, random.below(256)], DEFINES_ALL);
      break;
    case 2:
      builder.push([random.pick([0x03, 0x2b, 0x3b]), modrm, offset], DEFINES_ALL);
      break;
    case 3:
      builder.push([random.pick([0x01, 0x29, 0x39]), modrm, offset], DEFINES_ALL);
      break;
    case 4:
      builder.push([0x0f, random.pick([0xb6, 0xbe]), modrm, offset]);
      break;
    case 5:
      // LEA r32,[EBP-disp8]; MOV r32,[r32]
      builder.push([0x8d, modrm, offset]);
      builder.push([0x8b, register === 5 ? modrm : (register << 3) | register, ...(register === 5 ? [0] : [])]);
      break;
    default:
      builder.push([random.pick([0x89, 0x8b]), modrm, offset]);
  }
}

const X87_LOADS = /^(FLD|FILD|FLD1|FLDZ|FLDPI|FLDL2T|FLDL2E|FLDLG2|FLDLN2)$/;
const X87_POPS = /^(FSTP|FISTP|FADDP|FMULP|FSUBP|FSUBRP|FDIVP|FDIVRP)$/;
const X87_REST = /^F(I?ADD|I?MUL|I?SUBR?|I?DIVR?|ST|IST|XCH|CHS|ABS|SQRT|RNDINT|CMOV\w+|COM|UCOM|TST|XAM|NOP|NSTCW)$/;

/** x87 arithmetic that keeps its stack in order. */
export function x87Block(builder: Builder): void {
  const { random } = builder;
  if (random.oneIn(2)) builder.push([0xdb, 0xe3], effectOf("FNINIT", NOTHING));
  const compact = builder.known.size > 0;
  let depth = 0;
  for (let left = 4 + random.below(14); left > 0 || depth > 0; left--) {
    const shrink = left <= 0 || depth > 6;
    const filter = shrink ? X87_POPS : depth < 2 || random.oneIn(4) ? X87_LOADS : random.oneIn(4) ? X87_POPS : X87_REST;
    builder.row({ family: "x87", filter, compact });
    depth += filter === X87_LOADS ? 1 : filter === X87_POPS ? -1 : 0;
  }
}

/** Rounding, precision and masks of x87 and SSE by a value that is stored first; exceptions are masked, mostly. */
function controlWord(builder: Builder): void {
  const { random } = builder;
  const cell = littleEndian(builder.cell(), 4);
  const masks = random.oneIn(12) ? random.below(64) : 0x3f;
  if (random.oneIn(2)) {
    // FLDCW
    const control = 0x40 | masks | (random.pick([0, 2, 3, 3]) << 8) | (random.below(4) << 10);
    builder.push([0x66, 0xc7, 0x05, ...cell, ...littleEndian(control, 2)]);
    builder.push([0xd9, 0x2d, ...cell], { ...NO_EFFECT, undefines: X87_CONDITIONS });
  } else {
    // LDMXCSR: flags, DAZ and FTZ as they come
    const control = (random.word() & 0x807f) | (masks << 7) | (random.below(4) << 13);
    builder.push([0xc7, 0x05, ...cell, ...littleEndian(control, 4)]);
    builder.push([0x0f, 0xae, 0x15, ...cell]);
  }
}

/** Pairs and triples that compilers make of what the machine has no single instruction for. */
export function idiom(builder: Builder): void {
  const { random } = builder;
  const a = builder.scratch();
  const b = builder.scratch();
  const modrm = 0xc0 | (b << 3) | a;
  switch (random.below(10)) {
    case 8:
      controlWord(builder);
      break;
    case 0:
      // ADD a,b; ADC b,imm8
      builder.push([0x01, modrm], DEFINES_ALL);
      builder.push([0x83, 0xd0 | b, random.below(256)], { ...DEFINES_ALL, reads: CF });
      break;
    case 1:
      // SUB a,b; SBB b,b
      builder.push([0x29, modrm], DEFINES_ALL);
      builder.push([0x19, 0xc0 | (b << 3) | b], { ...DEFINES_ALL, reads: CF });
      break;
    case 2:
      // NEG a; SBB b,b; INC b
      builder.push([0xf7, 0xd8 | a], DEFINES_ALL);
      builder.push([0x19, 0xc0 | (b << 3) | b], { ...DEFINES_ALL, reads: CF });
      builder.push([0x40 | b], effectOf("INC", NOTHING));
      break;
    case 3: {
      // XOR EAX,EAX; CMP a,b; SETcc AL
      const condition = random.below(16);
      if (!builder.isFree(EAX)) break;
      builder.push([0x31, 0xc0], effectOf("XOR", { flags: 0x10 }));
      builder.push([0x39, modrm], DEFINES_ALL);
      builder.push([0x0f, 0x90 | condition, 0xc0], { ...NO_EFFECT, reads: conditionFlags(condition) });
      break;
    }
    case 4: {
      // TEST a,b; CMOVcc a,b
      const condition = random.below(16);
      builder.push([0x85, modrm], effectOf("TEST", { flags: 0x10 }));
      builder.push([0x0f, 0x40 | condition, 0xc0 | (a << 3) | b], { ...NO_EFFECT, reads: conditionFlags(condition) });
      break;
    }
    case 5: {
      // MOV a,[m]; ADD a,imm8; MOV [m],a
      const address = littleEndian(DATA.address + random.below(0x1ff0), 4);
      builder.push([0x8b, 0x05 | (a << 3), ...address]);
      builder.push([0x83, random.pick([0xc0, 0xe8]) | a, random.below(256)], DEFINES_ALL);
      builder.push([0x89, 0x05 | (a << 3), ...address]);
      break;
    }
    case 6:
      // CDQ; XOR EAX,EDX; SUB EAX,EDX
      if (!builder.isFree(EAX) || !builder.isFree(EDX)) break;
      builder.push([0x99]);
      builder.push([0x31, 0xd0], effectOf("XOR", { flags: 0x10 }));
      builder.push([0x29, 0xd0], DEFINES_ALL);
      break;
    case 7: {
      // SHLD b,a,imm; SHL a,imm
      const count = 1 + random.below(31);
      const flags = 0x10 | (count === 1 ? 0 : 0x800);
      builder.push([0x0f, 0xa4, 0xc0 | (a << 3) | b, count], effectOf("SHLD", { flags }));
      builder.push([0xc1, 0xe0 | a, count], effectOf("SHL", { flags }));
      break;
    }
    default:
      // MOVZX a,byte [m]; LEA b,[a+a*4+disp8]
      builder.push([0x0f, 0xb6, 0x05 | (a << 3), ...littleEndian(DATA.address + random.below(0x1ff0), 4)]);
      builder.push([0x8d, 0x44 | (b << 3), 0x80 | (a << 3) | a, random.below(256)]);
  }
}
