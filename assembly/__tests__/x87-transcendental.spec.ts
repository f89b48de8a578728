/**
 * The transcendental instructions of the x87, SDM vol. 1, 8.3.7 to 8.3.10; the values are those of a real processor (AMD
 * Zen 4). tests/assembly/x87-transcendental.test.ts measures the error over thousands of arguments.
 */
import { X87_STATUS } from "../cpu/state";
import { READ, setPermissions, WRITE } from "../memory/permissions";
import { executeX87 } from "../x87/execute";
import { X87 } from "../x87/list";
import { head, isEmpty, significand } from "../x87/stack";

const MEMORY: u32 = 0x20000000;
const DATA_SEGMENT: u32 = 3;

const ONE: u32 = 0x3fff;
const HALF: u32 = 0x3ffe;
const INTEGER_BIT: u64 = 0x8000000000000000;
const INDEFINITE: u64 = 0xc000000000000000;
/** ln 2 and -0.309. */
const A: u64 = 0xb17217f7d1cf79ac;
const B_HEAD: u32 = 0xbffd;
const B: u64 = 0x9e3779b97f4a7c15;

/** Masked exceptions, 64 bits, to nearest; then with other roundings; with 24 bits. */
const INITIAL: u32 = 0x37f;
const DOWN: u32 = 0x77f;
const UP: u32 = 0xb7f;
const TO_ZERO: u32 = 0xf7f;
const SHORT: u32 = 0x07f;

function execute(instruction: u32): void {
  executeX87(instruction, 1, MEMORY, DATA_SEGMENT, 0x08048123, 0x123);
}

function push(newHead: u32, newSignificand: u64): void {
  store<u64>(MEMORY, newSignificand);
  store<u16>(MEMORY + 8, newHead);
  execute(X87.FLD_M80);
}

function start(control: u32): void {
  setPermissions(MEMORY >> 12, 2, READ | WRITE);
  execute(X87.FNINIT);
  store<u16>(MEMORY, control);
  execute(X87.FLDCW);
}

function one(instruction: u32, aHead: u32, a: u64, control: u32 = INITIAL): void {
  start(control);
  push(aHead, a);
  execute(instruction);
}

/** ST(0) = a, ST(1) = b. */
function two(instruction: u32, aHead: u32, a: u64, bHead: u32, b: u64, control: u32 = INITIAL): void {
  start(control);
  push(bHead, b);
  push(aHead, a);
  execute(instruction);
}

function expectRegister(i: u32, expectedHead: u32, expectedSignificand: u64): void {
  expect(head(i)).toBe(expectedHead);
  expect(significand(i)).toBe(expectedSignificand);
}

/** The status word without TOP. */
function expectStatus(status: u32): void {
  expect(load<u32>(X87_STATUS) & ~0x3800).toBe(status);
}

function expectTop(expectedHead: u32, expectedSignificand: u64, status: u32): void {
  expectRegister(0, expectedHead, expectedSignificand);
  expectStatus(status);
}

describe("FSIN and FCOS", () => {
  it("round as the rounding control says, to 64 bits whatever the precision control", () => {
    one(X87.FSIN, HALF, INTEGER_BIT);
    expectTop(0x3ffd, 0xf57743a2582f7f44, 0x220);
    one(X87.FSIN, HALF, INTEGER_BIT, DOWN);
    expectTop(0x3ffd, 0xf57743a2582f7f43, 0x020);
    one(X87.FSIN, HALF, INTEGER_BIT, UP);
    expectTop(0x3ffd, 0xf57743a2582f7f44, 0x220);
    one(X87.FSIN, HALF, INTEGER_BIT, SHORT);
    expectTop(0x3ffd, 0xf57743a2582f7f44, 0x220);
    one(X87.FSIN, 0xbffc, B);
    expectTop(0xbffc, 0x9d96831279807a08, 0x020);
    one(X87.FCOS, HALF, A);
    expectTop(HALF, 0xc4ecd7342b52a98b, 0x020);
    one(X87.FCOS, B_HEAD, B);
    expectTop(HALF, 0xf3dfc157af46c3c3, 0x220);
  });

  it("of tiny numbers are a bit less than the number, and than 1", () => {
    one(X87.FSIN, 0x3f00, INTEGER_BIT);
    expectTop(0x3f00, INTEGER_BIT, 0x220);
    one(X87.FSIN, 0x3f00, INTEGER_BIT, TO_ZERO);
    expectTop(0x3eff, 0xffffffffffffffff, 0x020);
    one(X87.FCOS, 0x3f00, INTEGER_BIT);
    expectTop(ONE, INTEGER_BIT, 0x220);
    one(X87.FCOS, 0x3f00, INTEGER_BIT, DOWN);
    expectTop(HALF, 0xffffffffffffffff, 0x020);
  });

  it("of 0 are exact", () => {
    one(X87.FSIN, 0x8000, 0);
    expectTop(0x8000, 0, 0x000);
    one(X87.FCOS, 0x8000, 0);
    expectTop(ONE, INTEGER_BIT, 0x000);
  });

  it("set C2 and do nothing from 2^63 on", () => {
    one(X87.FSIN, 0x403e, INTEGER_BIT);
    expectTop(0x403e, INTEGER_BIT, 0x400);
    one(X87.FCOS, 0xfffe, A);
    expectTop(0xfffe, A, 0x400);
    one(X87.FCOS, 0x403d, 0xffffffffffffffff);
    expect(load<u32>(X87_STATUS) & 0x420).toBe(0x020);
  });

  it("reduce large arguments by the true pi", () => {
    // sin(2^62) and sin(710), by mpmath.
    one(X87.FSIN, 0x403d, INTEGER_BIT);
    expectTop(0xbffe, 0xb3f2b9aaf80a3946, 0x220);
    one(X87.FSIN, 0x4008, 0xb180000000000000);
    expectTop(0x3ff0, 0xfcde8181fb7d7920, 0x020);
  });

  it("of infinity and of formats that are none are invalid", () => {
    one(X87.FSIN, 0x7fff, INTEGER_BIT);
    expectTop(0xffff, INDEFINITE, 0x001);
    one(X87.FCOS, ONE, 0x4000000000000000);
    expectTop(0xffff, INDEFINITE, 0x001);
    one(X87.FSIN, 0x7fff, INTEGER_BIT | 1);
    expectTop(0x7fff, INDEFINITE | 1, 0x001);
  });

  it("of denormals are denormal, or wrapped", () => {
    one(X87.FSIN, 0, 3);
    expectTop(0, 3, 0x232);
    one(X87.FSIN, 0, 3, 0x36f);
    expectTop(0x5fc3, 0xc000000000000000, 0x82b2);
    one(X87.FSIN, 0, 3, 0x37d);
    expectTop(0, 3, 0x8082);
  });
});

describe("FSINCOS and FPTAN", () => {
  it("push a second result", () => {
    one(X87.FSINCOS, HALF, A);
    expectTop(HALF, 0xc4ecd7342b52a98b, 0x220);
    expectRegister(1, HALF, 0xa392f7592d6f6390);
    one(X87.FPTAN, HALF, INTEGER_BIT);
    expectTop(ONE, INTEGER_BIT, 0x220);
    expectRegister(1, HALF, 0x8bda7adf9a3a5219);
    one(X87.FPTAN, B_HEAD, B);
    expectRegister(1, 0xbffd, 0xa373f23ab4dfcccc);
  });

  it("push nothing if the argument is out of range", () => {
    one(X87.FSINCOS, 0x403e, INTEGER_BIT);
    expectTop(0x403e, INTEGER_BIT, 0x400);
    expect(isEmpty(1)).toBe(true);
  });

  it("make two NaNs of one", () => {
    one(X87.FPTAN, 0x7fff, INTEGER_BIT);
    expectTop(0xffff, INDEFINITE, 0x001);
    expectRegister(1, 0xffff, INDEFINITE);
  });

  it("need an empty register", () => {
    start(INITIAL);
    for (let i = 0; i < 8; i++) push(HALF, INTEGER_BIT);
    execute(X87.FPTAN);
    expectTop(0xffff, INDEFINITE, 0x241);
    expectRegister(1, 0xffff, INDEFINITE);
    start(0x37e);
    for (let i = 0; i < 8; i++) push(HALF, INTEGER_BIT);
    execute(X87.FSINCOS);
    expectTop(HALF, INTEGER_BIT, 0x82c1);
  });
});

describe("FPATAN", () => {
  it("knows the quadrant", () => {
    two(X87.FPATAN, ONE, INTEGER_BIT, ONE, INTEGER_BIT);
    expectTop(HALF, 0xc90fdaa22168c235, 0x220);
    two(X87.FPATAN, B_HEAD, B, HALF, A);
    expectTop(ONE, 0xfebdc65459178bb2, 0x020);
    two(X87.FPATAN, HALF, A, B_HEAD, B);
    expectTop(0xbffd, 0xd6b7aec8debb25f6, 0x020);
    expect(isEmpty(1)).toBe(true);
  });

  it("of zeros and infinities are multiples of pi / 4", () => {
    two(X87.FPATAN, 0, 0, 0x8000, 0);
    expectTop(0x8000, 0, 0x000);
    two(X87.FPATAN, 0x8000, 0, 0, 0, TO_ZERO);
    expectTop(0x4000, 0xc90fdaa22168c234, 0x020);
    two(X87.FPATAN, 0xffff, INTEGER_BIT, 0x7fff, INTEGER_BIT);
    expectTop(0x4000, 0x96cbe3f9990e91a8, 0x220);
    two(X87.FPATAN, 0, 0, 0xffff, INTEGER_BIT);
    expectTop(0xbfff, 0xc90fdaa22168c235, 0x220);
  });

  it("underflows", () => {
    two(X87.FPATAN, 0x4001, INTEGER_BIT, 1, INTEGER_BIT);
    expectTop(0, 0x2000000000000000, 0x230);
  });
});

describe("F2XM1", () => {
  it("is 2^x - 1", () => {
    one(X87.F2XM1, HALF, INTEGER_BIT);
    expectTop(0x3ffd, 0xd413cccfe7799211, 0x020);
    one(X87.F2XM1, HALF, A);
    expectTop(HALF, 0x9de70ac53b8a9ac2, 0x020);
    one(X87.F2XM1, B_HEAD, B);
    expectTop(0xbffc, 0xc56f92f8ca3592de, 0x220);
    one(X87.F2XM1, 0x3fe0, INTEGER_BIT);
    expectTop(0x3fdf, 0xb17217f84cce71aa, 0x020);
  });

  it("takes 1 for something less, and leaves what is out of range alone", () => {
    one(X87.F2XM1, ONE, INTEGER_BIT);
    expectTop(ONE, INTEGER_BIT, 0x220);
    one(X87.F2XM1, ONE, INTEGER_BIT, DOWN);
    expectTop(HALF, 0xffffffffffffffff, 0x020);
    one(X87.F2XM1, 0xbfff, INTEGER_BIT);
    expectTop(0xbffe, INTEGER_BIT, 0x020);
    one(X87.F2XM1, 0x4000, A);
    expectTop(0x4000, A, 0x020);
    one(X87.F2XM1, 0xffff, INTEGER_BIT);
    expectTop(0xbfff, INTEGER_BIT, 0x000);
  });
});

describe("FYL2X and FYL2XP1", () => {
  it("multiply the logarithm", () => {
    two(X87.FYL2X, 0x4000, 0xadf85458a2bb4a9b, ONE, INTEGER_BIT);
    expectTop(ONE, 0xb8aa3b295c17f0bc, 0x020);
    two(X87.FYL2X, ONE, INTEGER_BIT | 1, ONE, INTEGER_BIT);
    expectTop(0x3fc0, 0xb8aa3b295c17f0bb, 0x020);
    two(X87.FYL2X, HALF, A, B_HEAD, B);
    expectTop(0x3ffc, 0xa751c06c1ac0593f, 0x020);
    two(X87.FYL2XP1, 0x3fc0, INTEGER_BIT, ONE, INTEGER_BIT);
    expectTop(0x3fc0, 0xb8aa3b295c17f0bb, 0x020);
    two(X87.FYL2XP1, 0xbffc, B, HALF, A);
    expectTop(0xbffc, 0xabdd812f2892b9bf, 0x220);
    expect(isEmpty(1)).toBe(true);
  });

  it("set PE where the result is exact, too", () => {
    two(X87.FYL2X, 0x4009, INTEGER_BIT, 0x4000, 0xc000000000000000);
    expectTop(0x4003, 0xf000000000000000, 0x020);
    two(X87.FYL2X, ONE, INTEGER_BIT, 0xbfff, INTEGER_BIT);
    expectTop(0x8000, 0, 0x000);
  });

  it("of 0 divides by zero", () => {
    two(X87.FYL2X, 0, 0, HALF, A);
    expectTop(0xffff, INTEGER_BIT, 0x004);
    two(X87.FYL2X, 0, 0, HALF, A, 0x37b);
    expectTop(0, 0, 0x8084);
    expectRegister(1, HALF, A);
  });

  it("of negative numbers: FYL2X is invalid, FYL2XP1 gives the argument", () => {
    two(X87.FYL2X, B_HEAD, B, HALF, A);
    expectTop(0xffff, INDEFINITE, 0x001);
    two(X87.FYL2XP1, 0xc000, INTEGER_BIT, ONE, INTEGER_BIT);
    expectTop(0xc000, INTEGER_BIT, 0x020);
  });

  it("of infinities", () => {
    two(X87.FYL2X, 0x7fff, INTEGER_BIT, 0, 0);
    expectTop(0xffff, INDEFINITE, 0x001);
    two(X87.FYL2X, 0, 0, 0xffff, INTEGER_BIT);
    expectTop(0x7fff, INTEGER_BIT, 0x000);
    two(X87.FYL2XP1, 0, 0, 0x7fff, INTEGER_BIT);
    expectTop(0xffff, INDEFINITE, 0x001);
  });
});
