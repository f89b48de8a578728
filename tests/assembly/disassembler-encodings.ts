/** Makes encodings that cover the opcode maps: every opcode, ModR/M reg, register and memory form, and prefix. */
import { Random } from "../oracle/random.ts";

const PREFIXES: readonly (readonly number[])[] = [
  [0x66],
  [0x67],
  [0x66, 0x67],
  [0xf2],
  [0xf3],
  [0xf0],
  [0x2e],
  [0x3e],
  [0x64],
  [0x66, 0xf3],
  [0xf3, 0x66],
  [0x66, 0x66],
  [0xf2, 0xf0],
  [0xf3, 0xf0],
  [0x2e, 0x66],
  [0x65, 0x67],
  [0xf3, 0xf2],
  [0x26, 0x36],
  [0x9b],
];
const PREFIX_BYTES = [0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];
/** Displacements and immediates, 32 bits. */
const VALUES: readonly (readonly number[])[] = [
  [0, 0, 0, 0],
  [0x7f, 0, 0, 0],
  [0x80, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0x80],
  [0x78, 0x56, 0x34, 0x12],
  [0x10, 0x80, 0, 0],
];
const LONGEST = 15;

/** The prefixes that choose among the rows of MMX and SSE. */
const MANDATORY: readonly (readonly number[])[] = [[], [0x66], [0xf3], [0xf2]];

/** The opcodes of the one-byte and two-byte maps. */
function opcodes(): number[][] {
  const list: number[][] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (!PREFIX_BYTES.includes(byte)) list.push([byte]);
    list.push([0x0f, byte]);
  }
  return list;
}

/** The opcodes whose row a prefix chooses: those of MMX and SSE in all maps, and their neighbours. */
function prefixedOpcodes(): number[][] {
  const list: number[][] = [];
  for (let byte = 0; byte < 256; byte++) {
    const isVector = (byte >= 0x10 && byte < 0x18) || (byte >= 0x28 && byte < 0x30) || (byte >= 0x50 && byte < 0x80);
    if (isVector || byte === 0xae || byte === 0xb8 || byte >= 0xc2) list.push([0x0f, byte]);
    if (byte < 0x48 || byte >= 0xf0) list.push([0x0f, 0x38, byte]);
    if (byte < 0x68) list.push([0x0f, 0x3a, byte]);
  }
  return list;
}

/** Completes prefixes and opcode to all that an instruction may have. */
function encoding(random: Random, opcode: readonly number[], modrm: number, sib = random.below(256)): Uint8Array {
  const hasSib = modrm < 0xc0 && (modrm & 7) === 4;
  const tail = [...random.pick(VALUES), ...random.pick(VALUES), random.below(256)];
  return Uint8Array.from([...opcode, modrm, ...(hasSib ? [sib] : []), ...tail].slice(0, LONGEST));
}

/** Encodings, the same for the same seed; `rounds` with each prefix for each opcode. What follows them is of no matter. */
export function encodings(seed: number, rounds: number): Uint8Array[] {
  const random = new Random("encodings", seed);
  const list: Uint8Array[] = [];
  const add = (prefix: readonly number[], opcode: readonly number[], modrm: number, sib?: number): void => {
    list.push(encoding(random, [...prefix, ...opcode], modrm, sib));
  };
  for (const opcode of opcodes()) {
    for (let reg = 0; reg < 8; reg++) {
      add([], opcode, (random.below(3) << 6) | (reg << 3) | random.below(8));
      add([], opcode, 0xc0 | (reg << 3) | random.below(8));
    }
    for (const prefix of PREFIXES) {
      for (let round = 0; round < rounds; round++) add(prefix, opcode, random.below(256));
    }
  }
  for (const opcode of prefixedOpcodes()) {
    for (const prefix of MANDATORY) {
      for (let round = 0; round < rounds; round++) {
        add(prefix, opcode, random.below(0xc0));
        add(prefix, opcode, 0xc0 | random.below(0x40));
      }
    }
  }
  for (let modrm = 0xc0; modrm < 0x100; modrm++) add([], [0x0f, 0x01], modrm);
  for (let suffix = 0; suffix < 256; suffix++) list.push(Uint8Array.of(0x0f, 0x0f, 0xc1, suffix));
  // The comparisons that have names, and others.
  for (const prefix of MANDATORY) {
    for (let predicate = 0; predicate < 10; predicate++)
      list.push(Uint8Array.of(...prefix, 0x0f, 0xc2, 0xca, predicate));
  }
  // x87's register forms, each an instruction.
  for (let opcode = 0xd8; opcode <= 0xdf; opcode++) {
    for (let modrm = 0xc0; modrm < 0x100; modrm++) add([], [opcode], modrm);
  }
  // Every way to address: MOV EAX, m.
  for (let modrm = 0; modrm < 0xc0; modrm++) {
    add([], [0x8b], modrm);
    add([0x67], [0x8b], modrm);
  }
  for (const modrm of [0x04, 0x44, 0x84]) {
    for (let sib = 0; sib < 256; sib++) add([], [0x8b], modrm, sib);
  }
  return list;
}

/** Encodings of VEX, EVEX and XOP, the same for the same seed: `rounds` for each opcode of each map, pp and operand in register or memory. */
export function extendedEncodings(seed: number, rounds: number): Uint8Array[] {
  const random = new Random("extended encodings", seed);
  const list: Uint8Array[] = [];
  for (const opcode of extendedOpcodes(random, rounds)) {
    list.push(encoding(random, opcode, random.below(0xc0)), encoding(random, opcode, 0xc0 | random.below(0x40)));
  }
  // VCMPPS and its like, with the comparisons that have names, and others.
  for (let predicate = 0; predicate < 34; predicate++) {
    for (let pp = 0; pp < 4; pp++) list.push(Uint8Array.of(0xc5, 0xf0 | pp, 0xc2, 0xca, predicate));
  }
  return list;
}

/** Prefixes and opcodes. */
function* extendedOpcodes(random: Random, rounds: number): Generator<number[]> {
  for (let opcode = 0; opcode < 256; opcode++) {
    for (let round = 0; round < rounds; round++) {
      // No third operand, or any.
      const vvvv = random.oneIn(2) ? 0x78 : 0x40 | (random.below(8) << 3);
      const w = random.below(2) << 7;
      for (let pp = 0; pp < 4; pp++) {
        const long = random.below(2) << 2;
        yield [0xc5, 0x80 | vvvv | long | pp, opcode];
        for (const map of [1, 2, 3]) yield [0xc4, 0xe0 | map, w | vvvv | long | pp, opcode];
        const ll = random.below(3) << 5;
        for (const map of [1, 2, 3, 5, 6]) yield [0x62, 0xf0 | map, w | vvvv | 4 | pp, 0x08 | ll, opcode];
      }
      for (const map of [8, 9, 10]) yield [0x8f, 0xe0 | map, w | vvvv | (random.below(2) << 2), opcode];
    }
  }
}
