/**
 * FSIN, FCOS, FSINCOS, FPTAN, FPATAN, F2XM1, FYL2X and FYL2XP1 against a reference of any precision: the error of every
 * result in units in the last place, for arguments of all sizes and each rounding.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { constantsSource } from "../../scripts/x87-constants.ts";
import { BareCore, EXECUTE, EXIT_EXCEPTION, READ, WRITE } from "./core.ts";
import { arctangent, logarithm, logarithmOfOnePlus, pi, powerMinusOne, sineAndCosine } from "./x87-reference.ts";

const CODE = 0x10000000;
const DATA = 0x20000000;
const BREAKPOINT = 3;
/** Good bits of what the reference gives. */
const precision = 200;
const casesEach = 1500;

/** Masked exceptions, 64 bits; rounding to nearest, down, up, to zero. */
const roundings = [0x37f, 0x77f, 0xb7f, 0xf7f] as const;
/** Rounded to nearest, in units in the last place; otherwise it is twice as much. */
const tolerance = 0.5 + 2 ** -20;

/** (-1)^sign * significand * 2^(exponent - 63), the significand's top bit set. */
interface Extended {
  readonly sign: number;
  readonly exponent: number;
  readonly significand: bigint;
}

/** numerator * 2^-bits. */
interface Real {
  readonly numerator: bigint;
  readonly bits: number;
}

interface Function {
  readonly name: string;
  readonly opcode: readonly [number, number];
  /** Which register holds the result. */
  readonly result: number;
  readonly argument: (random: Random) => readonly [Extended, Extended];
  readonly value: (x: Extended, y: Extended) => Real;
}

class Random {
  #state = 0x9e3779b9;

  /** 0 to below `limit`. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  /** Exponent from `first` to `last`; now and then a significand of few bits or close to a power of 2. */
  extended(first: number, last: number, positive = false): Extended {
    const words = (BigInt(this.below(2 ** 32)) << 32n) | BigInt(this.below(2 ** 32));
    const few = BigInt(this.below(64));
    const top = 1n << 63n;
    const significand = [words, words, words << few, (1n << 64n) - 1n - (words >> few), words >> few][this.below(5)];
    return {
      sign: positive ? 0 : this.below(2),
      exponent: first + this.below(last - first + 1),
      significand: BigInt.asUintN(64, significand as bigint) | top,
    };
  }
}

const one: Extended = { sign: 0, exponent: 0, significand: 1n << 63n };

/** As a numerator for these bits, of which there must be enough. */
function numerator(x: Extended, bits: number): bigint {
  const shift = bits + x.exponent - 63;
  assert.ok(shift >= 0);
  const magnitude = x.significand << BigInt(shift);
  return x.sign ? -magnitude : magnitude;
}

function bitsFor(x: Extended): number {
  return precision + 100 + Math.max(0, 63 - x.exponent);
}

function ofAngle(x: Extended, pick: (sine: bigint, cosine: bigint, bits: number) => bigint): Real {
  const bits = bitsFor(x);
  return { numerator: pick(...sineAndCosine(numerator(x, bits), bits), bits), bits };
}

/** Now and then close to a multiple of pi / 2. */
function angle(random: Random): readonly [Extended, Extended] {
  const any = random.extended(random.below(3) ? -3 : -70, 62);
  if (random.below(3) || any.exponent < 0) return [any, one];
  const bits = 200;
  const half = pi(bits) >> 1n;
  const multiple = (numerator(any, bits) / half) * half;
  const length = multiple.toString(2).replace("-", "").length;
  if (multiple === 0n) return [any, one];
  const significand = BigInt.asUintN(64, (multiple < 0n ? -multiple : multiple) >> BigInt(length - 64));
  return [{ sign: any.sign, exponent: length - 1 - bits, significand }, one];
}

/** y * log2(x), where log2 is in units of 2^-bits. */
function times(y: Extended, log: bigint, bits: number): Real {
  const product = y.significand * log;
  return { numerator: y.sign ? -product : product, bits: bits + 63 - y.exponent };
}

const functions: readonly Function[] = [
  { name: "FSIN", opcode: [0xd9, 0xfe], result: 0, argument: angle, value: (x) => ofAngle(x, (sine) => sine) },
  { name: "FCOS", opcode: [0xd9, 0xff], result: 0, argument: angle, value: (x) => ofAngle(x, (_, cosine) => cosine) },
  {
    name: "FSINCOS (sine)",
    opcode: [0xd9, 0xfb],
    result: 1,
    argument: angle,
    value: (x) => ofAngle(x, (sine) => sine),
  },
  {
    name: "FSINCOS (cosine)",
    opcode: [0xd9, 0xfb],
    result: 0,
    argument: angle,
    value: (x) => ofAngle(x, (_, cosine) => cosine),
  },
  {
    name: "FPTAN",
    opcode: [0xd9, 0xf2],
    result: 1,
    argument: angle,
    value: (x) => ofAngle(x, (sine, cosine, bits) => (sine << BigInt(bits)) / cosine),
  },
  {
    name: "FPATAN",
    opcode: [0xd9, 0xf3],
    result: 0,
    argument: (random) => {
      const range = random.below(3) ? 4 : 100;
      return [random.extended(-range, range), random.extended(-range, range)];
    },
    value: (x, y) => {
      const bits = precision + 100 + Math.max(0, x.exponent - y.exponent);
      const unit = 63 + Math.max(0, -x.exponent, -y.exponent);
      return { numerator: arctangent(numerator(y, unit), numerator(x, unit), bits), bits };
    },
  },
  {
    name: "F2XM1",
    opcode: [0xd9, 0xf0],
    result: 0,
    argument: (random) => [random.extended(random.below(3) ? -6 : -90, -1), one],
    value: (x) => ({ numerator: powerMinusOne(numerator(x, bitsFor(x)), bitsFor(x)), bits: bitsFor(x) }),
  },
  {
    name: "FYL2X",
    opcode: [0xd9, 0xf1],
    result: 0,
    argument: (random) => {
      const range = [1, 8, 16380][random.below(3)] as number;
      return [random.extended(-range, range - 1, true), random.extended(-100, 100)];
    },
    value: (x, y) => {
      const bits = precision + 200;
      const significand = numerator({ ...x, exponent: 0 }, bits);
      return times(y, logarithm(significand, bits) + (BigInt(x.exponent) << BigInt(bits)), bits);
    },
  },
  {
    name: "FYL2XP1",
    opcode: [0xd9, 0xf9],
    result: 0,
    // The manual's range ends at 1 - sqrt(1/2); this goes on to -1, and to large numbers, as the processors do.
    argument: (random) => {
      const small = random.below(4) > 0;
      const x = random.extended(small ? (random.below(2) ? -5 : -90) : -2, small ? -2 : 70);
      return [x.exponent >= 0 ? { ...x, sign: 0 } : x, random.extended(-100, 100)];
    },
    value: (x, y) => {
      const bits = bitsFor(x) + 100;
      return times(y, logarithmOfOnePlus(numerator(x, bits), bits), bits);
    },
  },
];

/** |result - value| in units of the last of the value's 64 bits. */
function error(result: Extended, value: Real): number {
  const length = value.numerator.toString(2).replace("-", "").length;
  const more = BigInt(Math.max(0, 63 - result.exponent - value.bits) + 80);
  const bits = value.bits + Number(more);
  const difference = numerator(result, bits) - (value.numerator << more);
  // The unit is 2^(length - 64) in units of 2^-value.bits.
  const scaled = (difference << 40n) / (1n << BigInt(length - 64 + Number(more)));
  return Math.abs(Number(scaled)) / 2 ** 40;
}

class Unit {
  readonly #machine: BareCore;

  constructor(machine: BareCore) {
    this.#machine = machine;
    machine.core.setPermissions(CODE >>> 12, 1, READ | EXECUTE);
    machine.core.setPermissions(DATA >>> 12, 2, READ | WRITE);
  }

  /** FNINIT; FLDCW; FLD y; FLD x; the instruction; FNSTSW; FSTP result... The same code stays until the next load. */
  load(opcode: readonly [number, number], control: number): void {
    const place = (offset: number): number[] => [offset, 0, 0, 0x20];
    this.#machine.put(CODE, [
      ...[0xdb, 0xe3, 0xd9, 0x2d, ...place(0x40)],
      ...[0xdb, 0x2d, ...place(0x10), 0xdb, 0x2d, ...place(0), ...opcode],
      ...[0xdd, 0x3d, ...place(0x50), 0xdb, 0x3d, ...place(0x20), 0xdb, 0x3d, ...place(0x30), 0xcc],
    ]);
    this.#machine.view.setUint16(DATA + 0x40, control, true);
  }

  /** ST(result) after the instruction, and the status word. */
  execute(x: Extended, y: Extended, result: number): { readonly value: Extended; readonly status: number } {
    const { core, view } = this.#machine;
    this.#write(DATA, x);
    this.#write(DATA + 0x10, y);
    this.#machine.setWord(core.EIP, CODE);
    assert.equal(core.run(1000), EXIT_EXCEPTION);
    assert.equal(this.#machine.word(core.EXCEPTION_VECTOR), BREAKPOINT);
    const place = DATA + 0x20 + 0x10 * result;
    const head = view.getUint16(place + 8, true);
    return {
      value: { sign: head >> 15, exponent: (head & 0x7fff) - 16383, significand: view.getBigUint64(place, true) },
      status: view.getUint16(DATA + 0x50, true),
    };
  }

  #write(place: number, x: Extended): void {
    this.#machine.view.setBigUint64(place, x.significand, true);
    this.#machine.view.setUint16(place + 8, (x.sign << 15) | (x.exponent + 16383), true);
  }
}

describe("x87 transcendental instructions", () => {
  for (const { name, opcode, result, argument, value } of functions) {
    it(`${name} is within a unit in the last place of the true value`, async (t) => {
      const unit = new Unit(await BareCore.create());
      const random = new Random();
      const worst: number[] = [];
      for (const control of roundings) {
        unit.load(opcode, control);
        let largest = 0;
        for (let i = 0; i < casesEach; i++) {
          const [x, y] = argument(random);
          const answer = unit.execute(x, y, result);
          const exact = value(x, y);
          if (exact.numerator === 0n) continue;
          const wrong = error(answer.value, exact);
          largest = Math.max(largest, wrong);
          const text = `${name} ${JSON.stringify([x, y, answer], (_, v: unknown) => (typeof v === "bigint" ? v.toString(16) : v))}`;
          assert.ok(wrong <= (control === roundings[0] ? tolerance : 2 * tolerance), `${text}: ${wrong}`);
          assert.equal(answer.status & 0x3f, 0x20, `${text}: PE and nothing else`);
        }
        worst.push(largest);
      }
      const errors = worst.map((largest) => largest.toFixed(6)).join(", ");
      t.diagnostic(`${name}: largest error ${errors} (to nearest, down, up, to zero), ${casesEach} arguments each`);
    });
  }

  it("have constants that are what the script makes", async () => {
    const file = new URL("../../assembly/x87/constants.ts", import.meta.url);
    assert.equal(readFileSync(file, "utf8"), await constantsSource());
  });
});
