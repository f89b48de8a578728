/**
 * The x87 unit's state while the interpreter holds it (assembly/x87/held.ts): the same random instructions once one after
 * the other and once with a rare instruction after each, which makes the interpreter write the state back every time.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BareCore, EXECUTE, EXIT_EXCEPTION, READ, WRITE } from "./core.ts";

const CODE = 0x10000000;
const DATA = 0x20000000;
const IMAGE = 0x20000800;
const programs = 3000;
const longest = 24;

/** FNINIT, and at the end FNSAVE and INT3. */
const start = [0xdb, 0xe3];
const end = [0xdd, 0x35, 0, 8, 0, 0x20, 0xcc];
/** CLD: not of the interpreter's own loop, and without a trace here. */
const interruption = [0xfc];

/** ModR/M memory forms: opcode, reg, and what kind of number the operand is. */
const memoryForms = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((reg) => [0xd8, reg, "single"] as const),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((reg) => [0xdc, reg, "double"] as const),
  ...([0, 2, 3] as const).map((reg) => [0xd9, reg, "single"] as const),
  ...([0, 0, 0, 0, 2, 3] as const).map((reg) => [0xdd, reg, "double"] as const),
  ...([0, 2, 3] as const).map((reg) => [0xdb, reg, "integer"] as const),
  ...([5, 7] as const).map((reg) => [0xdb, reg, "extended"] as const),
  ...([5, 7] as const).map((reg) => [0xdf, reg, "integer"] as const),
  [0xd9, 5, "control"] as const,
  [0xd9, 7, "control"] as const,
];

const registerForms = [
  ...[0xd8, 0xdc].flatMap((opcode) =>
    [0xc0, 0xc8, 0xd0, 0xe0, 0xe8, 0xf0, 0xf8].map((modrm) => [opcode, modrm] as const),
  ),
  ...[0xc0, 0xc8, 0xe0, 0xe8, 0xf0, 0xf8].map((modrm) => [0xde, modrm] as const),
  ...([0xc0, 0xc0, 0xc8] as const).map((modrm) => [0xd9, modrm] as const),
  ...([0xd0, 0xd8, 0xe0, 0xe8] as const).map((modrm) => [0xdd, modrm] as const),
  ...([0xe8, 0xf0] as const).map((modrm) => [0xdb, modrm] as const),
  ...([0xe8, 0xf0] as const).map((modrm) => [0xdf, modrm] as const),
];

const singleForms = [
  ...[0xe0, 0xe1, 0xe4, 0xe8, 0xeb, 0xee, 0xf6, 0xf7, 0xfa, 0xfc].map((modrm) => [0xd9, modrm] as const),
  [0xda, 0xe9] as const,
  [0xde, 0xd9] as const,
  [0xdf, 0xe0] as const,
];

const controls = [0x37f, 0x37f, 0x27f, 0x07f, 0x77f, 0xf7f, 0x35f, 0x37e];

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  number(): number {
    if (this.below(12) === 0) return this.pick([0, -0, Infinity, NaN, 5e-324, 1e308, 2 ** 31]);
    const value = (this.below(2001) - 1000) / 2 ** this.below(12);
    return this.below(3) ? value : value * Math.PI;
  }
}

interface Program {
  readonly instructions: readonly (readonly number[])[];
  readonly data: Uint8Array;
}

/** Operands have a place of their own each, so that they are what they are meant to be. */
function program(random: Random): Program {
  const data = new Uint8Array(longest * 16);
  const view = new DataView(data.buffer);
  const instructions: number[][] = [];
  const length = 4 + random.below(longest - 4);
  for (let i = 0; i < length; i++) {
    const place = i * 16;
    const isLoad = i < random.below(5);
    if (isLoad || random.below(2)) {
      const [opcode, reg, kind] = isLoad ? ([0xdd, 0, "double"] as const) : random.pick(memoryForms);
      if (kind === "single") view.setFloat32(place, random.number(), true);
      else if (kind === "integer") view.setInt32(place, random.number(), true);
      else if (kind === "control") view.setUint16(place, random.pick(controls), true);
      else if (kind === "extended") view.setBigUint64(place, 0xc90fdaa22168c235n, true);
      else view.setFloat64(place, random.number(), true);
      if (kind === "extended") view.setUint16(place + 8, 0x3fff + random.below(4), true);
      instructions.push([opcode, (reg << 3) | 5, place & 0xff, place >> 8, 0, 0x20]);
    } else if (random.below(3)) {
      const [opcode, modrm] = random.pick(registerForms);
      instructions.push([opcode, modrm | random.below(random.below(3) ? 3 : 8)]);
    } else {
      instructions.push([...random.pick(singleForms)]);
    }
  }
  return { instructions, data };
}

/** What the program leaves: FNSAVE's image without the instruction pointer, memory, EAX, flags. */
function run(machine: BareCore, { instructions, data }: Program, after: readonly number[]): string {
  const { core, bytes } = machine;
  bytes.fill(0, IMAGE, IMAGE + 108);
  bytes.set(data, DATA);
  machine.put(CODE, [...start, ...instructions.flatMap((code) => [...code, ...after]), ...end]);
  machine.setWord(core.EAX, 0);
  core.setEflags(0x202);
  machine.setWord(core.EIP, CODE);
  assert.equal(core.run(1000), EXIT_EXCEPTION);
  // INT3, or #MF, which the address tells apart.
  const vector = machine.word(core.EXCEPTION_VECTOR);
  const image = Buffer.from(bytes.slice(IMAGE, IMAGE + 108));
  image.writeUInt32LE(0, 12);
  const memory = Buffer.from(bytes.slice(DATA, DATA + data.length));
  const state = [vector, machine.word(core.EAX), core.getEflags() >>> 0, machine.word(core.X87_STATUS)];
  return `${state.join(" ")} ${image.toString("hex")} ${memory.toString("hex")}`;
}

describe("the x87 state that the interpreter holds", () => {
  it("is exact whenever something else looks", async () => {
    const machine = await BareCore.create();
    machine.core.setPermissions(CODE >>> 12, 1, READ | EXECUTE);
    machine.core.setPermissions(DATA >>> 12, 2, READ | WRITE);
    const random = new Random(0x2545f491);
    for (let i = 0; i < programs; i++) {
      const tried = program(random);
      const held = run(machine, tried, []);
      const released = run(machine, tried, interruption);
      const text = tried.instructions.map((code) => Buffer.from(code).toString("hex")).join(" ");
      assert.equal(held, released, `program ${i}: ${text}`);
    }
  });
});
