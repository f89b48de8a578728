/**
 * Random bytes as code, random page maps, random state: the Wasm module never traps, every run ends with a defined exit,
 * the core's own memory is not the guest's to change, and a second run with the same seed ends equal.
 * FUZZ_ROUNDS and FUZZ_SEED choose others.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { BareCore, EXECUTE, EXIT_BUDGET, EXIT_EXCEPTION, READ, WRITE } from "./core.ts";

const ROUNDS = Number(process.env["FUZZ_ROUNDS"] ?? 3000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);

/** Where the guest's pages lie: eight at the bottom, eight under the core, and the visible page at 0xFFFF_E000. */
const WINDOWS = [0x10000, 0xbfff8000];
const PAGES = 8;
const VISIBLE = 0xffffe000;
const BUDGET = 20_000;

/** The permissions Linux gives: writable or executable pages are readable too. */
const PERMISSIONS = [
  0,
  READ,
  READ | WRITE,
  READ | WRITE,
  READ | EXECUTE,
  READ | WRITE | EXECUTE,
  READ | WRITE | EXECUTE,
];

/** xorshift32. */
function generator(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Instruction bytes that random ones rarely form, so that blocks grow beyond their first fault. */
const COMMON = [
  [0x89, 0xd8],
  [0x01, 0x03],
  [0x8b, 0x04, 0x24],
  [0xf3, 0xa4],
  [0xf3, 0xab],
  [0xf2, 0xae],
  [0x50],
  [0x58],
  [0xc9],
  [0x75, 0xf0],
  [0xe2, 0xf8],
  [0xe8, 0x10, 0, 0, 0],
  [0xc3],
  [0x0f, 0xb1, 0x0b],
  [0x60],
  [0x61],
  [0xc8, 8, 0, 3],
  [0xd9, 0x03],
  [0xdd, 0x1b],
  [0xde, 0xc1],
  [0xdd, 0x33],
  [0xdd, 0x23],
  [0x0f, 0xab, 0x03],
  [0x66, 0x67],
  [0xfd],
  // MMX
  [0x0f, 0x6f, 0x03],
  [0x0f, 0x7f, 0x03],
  [0x0f, 0x77],
  [0x0f, 0xf7, 0xc1],
  // SSE: loads, stores, arithmetic, shuffles, conversions
  [0x0f, 0x10, 0x03],
  [0x0f, 0x29, 0x03],
  [0xf3, 0x0f, 0x58, 0x03],
  [0x66, 0x0f, 0x5e, 0xc8],
  [0xf2, 0x0f, 0x51, 0xc1],
  [0x66, 0x0f, 0x2e, 0xc1],
  [0x0f, 0xc6, 0xc1, 0x1b],
  [0x66, 0x0f, 0x70],
  [0x66, 0x0f, 0xf7, 0xc1],
  [0x66, 0x0f, 0xe7, 0x03],
  [0xf2, 0x0f, 0x2d, 0xc1],
  [0x66, 0x0f, 0x38],
  [0x66, 0x0f, 0x3a],
  [0x0f, 0x38],
  [0x66, 0x0f, 0x3a, 0x62, 0x03, 0x0c],
  [0x66, 0x0f],
  [0xf2, 0x0f],
  [0xf3, 0x0f],
  // The state: LDMXCSR unmasks exceptions now and then.
  [0x0f, 0xae, 0x03],
  [0x0f, 0xae, 0x0b],
  [0x0f, 0xae, 0x13],
  [0x0f, 0xae, 0x1b],
];

function fill(machine: BareCore, random: () => number, address: number, size: number): void {
  for (let i = 0; i < size;) {
    const pick = random();
    const common = pick & 1 ? COMMON[(pick >>> 8) % COMMON.length] : undefined;
    const bytes = common ?? [pick >>> 24];
    for (const byte of bytes.slice(0, size - i)) machine.bytes[address + i++] = byte;
  }
}

interface End {
  readonly exits: readonly number[];
  readonly digest: string;
  readonly retired: bigint;
}

function round(machine: BareCore, seed: number): End {
  const random = generator(seed);
  const { core } = machine;
  core.reset();
  const bases = [...WINDOWS.flatMap((window) => Array.from({ length: PAGES }, (_, i) => window + i * 4096)), VISIBLE];
  for (const page of bases) {
    fill(machine, random, page, 4096);
    core.setPermissions(page >>> 12, 1, PERMISSIONS[random() % PERMISSIONS.length] ?? 0);
  }
  const somewhere = (): number => (bases[random() % bases.length] ?? 0) + (random() & 0xfff);
  const registers = [core.EAX, core.ECX, core.EDX, core.EBX, core.ESP, core.EBP, core.ESI, core.EDI];
  for (const register of registers) machine.setWord(register, random() & 3 ? somewhere() : random());
  const exits: number[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    machine.setWord(core.EIP, somewhere());
    const exit = core.run(1 + (random() % BUDGET));
    exits.push(exit, exit === EXIT_EXCEPTION ? machine.word(core.EXCEPTION_VECTOR) : 0, machine.word(core.EIP));
  }
  const hash = createHash("sha1");
  for (const page of bases) hash.update(machine.bytes.subarray(page, page + 4096));
  for (const register of registers) hash.update(String(machine.word(register)));
  hash.update(String(core.getEflags()));
  return { exits, digest: hash.digest("hex"), retired: machine.retired() };
}

/** A digest of the core's permission table and static data, which no guest may change. */
function permissions(machine: BareCore): string {
  return createHash("sha1").update(machine.bytes.subarray(0xc0000000, 0xc0001000)).digest("hex");
}

describe("the core, fed with noise", () => {
  it(`survives ${ROUNDS} rounds from seed ${SEED}, the same twice`, async (t) => {
    const machine = await BareCore.create();
    const again = await BareCore.create();
    let retired = 0n;
    for (let i = 0; i < ROUNDS; i++) {
      const seed = SEED * 1_000_003 + i;
      const end = round(machine, seed);
      retired += end.retired;
      for (let j = 0; j < end.exits.length; j += 3) {
        const [exit = -1, vector = -1] = end.exits.slice(j);
        assert.ok(exit >= EXIT_BUDGET && exit <= EXIT_EXCEPTION, `seed ${seed}: exit ${exit}`);
        assert.ok(
          exit !== EXIT_EXCEPTION || [0, 1, 3, 4, 5, 6, 11, 12, 13, 14, 16, 17, 19].includes(vector),
          `seed ${seed}: vector ${vector}`,
        );
      }
      if (i % 8 === 0) assert.deepEqual(round(again, seed), end, `seed ${seed} does not repeat`);
    }
    assert.equal(permissions(machine), permissions(again), "the core's static data has changed");
    t.diagnostic(`${retired} instructions retired`);
  });
});
