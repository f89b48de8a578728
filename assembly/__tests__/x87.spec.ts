/** x87, SDM vol. 1, chapter 8; the values are those of a real processor (tests/oracle has many more). */
import { arithmeticFlags, CF, PF, setArithmeticFlags, ZF } from "../cpu/flags";
import { MF, PF as PAGE_FAULT } from "../cpu/exceptions";
import { EXCEPTION_ADDRESS, EXCEPTION_VECTOR, SEGMENT_SELECTOR, X87_CONTROL, X87_STATUS } from "../cpu/state";
import { READ, setPermissions, WRITE } from "../memory/permissions";
import { tagWord } from "../x87/control";
import { executeX87 } from "../x87/execute";
import { X87, x87Text } from "../x87/list";
import { x87Row } from "../x87/map";
import { head, isEmpty, significand } from "../x87/stack";

/** A page of the guest's, with operands. */
const MEMORY: u32 = 0x20000000;
/** No page. */
const NOWHERE: u32 = 0x30000000;
const NEXT: u32 = 0x08048123;
/** Number of DS. */
const DATA_SEGMENT: u32 = 3;

const ONE: u32 = 0x3fff;
const TWO: u32 = 0x4000;
const INTEGER_BIT: u64 = 0x8000000000000000;
const LARGEST: u64 = 0xffffffffffffffff;

/** Masked exceptions, 64 bits, to nearest; then with other roundings. */
const INITIAL: u32 = 0x37f;
const DOWN: u32 = 0x77f;
const UP: u32 = 0xb7f;
const TO_ZERO: u32 = 0xf7f;

function execute(instruction: u32, i: u32 = 1, address: u32 = MEMORY): bool {
  return executeX87(instruction, i, address, DATA_SEGMENT, NEXT, 0x123);
}

/** FNINIT, then this control word. */
function start(control: u32 = INITIAL): void {
  setPermissions(MEMORY >> 12, 2, READ | WRITE);
  execute(X87.FNINIT);
  store<u16>(MEMORY, control);
  execute(X87.FLDCW);
}

function push(newHead: u32, newSignificand: u64): void {
  store<u64>(MEMORY, newSignificand);
  store<u16>(MEMORY + 8, newHead);
  execute(X87.FLD_M80);
}

/** ST(0) operation ST(1), with this control word. */
function two(instruction: u32, aHead: u32, a: u64, bHead: u32, b: u64, control: u32 = INITIAL): void {
  start(control);
  push(bHead, b);
  push(aHead, a);
  execute(instruction);
}

function one(instruction: u32, aHead: u32, a: u64, control: u32 = INITIAL): void {
  start(control);
  push(aHead, a);
  execute(instruction);
}

/** The status word without TOP. */
function status(): u32 {
  return load<u32>(X87_STATUS) & ~0x3800;
}

function expectTop(expectedHead: u32, expectedSignificand: u64, expectedStatus: u32): void {
  expect(head(0)).toBe(expectedHead);
  expect(significand(0)).toBe(expectedSignificand);
  expect(status()).toBe(expectedStatus);
}

describe("FDIV", () => {
  it("rounds 1 / 3 as rounding and precision control say", () => {
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000);
    expectTop(0x3ffd, 0xaaaaaaaaaaaaaaab, 0x220);
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000, DOWN);
    expectTop(0x3ffd, 0xaaaaaaaaaaaaaaaa, 0x020);
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000, UP);
    expectTop(0x3ffd, 0xaaaaaaaaaaaaaaab, 0x220);
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000, TO_ZERO);
    expectTop(0x3ffd, 0xaaaaaaaaaaaaaaaa, 0x020);
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000, 0x27f);
    expectTop(0x3ffd, 0xaaaaaaaaaaaaa800, 0x020);
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000, 0xa7f);
    expectTop(0x3ffd, 0xaaaaaaaaaaaab000, 0x220);
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, TWO, 0xc000000000000000, 0x07f);
    expectTop(0x3ffd, 0xaaaaab0000000000, 0x220);
    two(X87.FDIV_ST_STI, 0xc000, INTEGER_BIT, TWO, 0xc000000000000000, 0x47f);
    expectTop(0xbffe, 0xaaaaab0000000000, 0x220);
  });

  it("by zero gives infinity and ZE", () => {
    two(X87.FDIV_ST_STI, 0xbfff, INTEGER_BIT, 0, 0);
    expectTop(0xffff, INTEGER_BIT, 0x004);
    two(X87.FDIV_ST_STI, 0, 0, 0, 0);
    expectTop(0xffff, 0xc000000000000000, 0x001);
  });

  it("leaves ST alone if ZE is not masked", () => {
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, 0, 0, 0x37b);
    expectTop(ONE, INTEGER_BIT, 0x8084);
  });
});

describe("FADD, FSUB, FMUL", () => {
  it("overflow to infinity, or to the largest number", () => {
    two(X87.FADD_ST_STI, 0x7ffe, LARGEST, 0x7ffe, LARGEST);
    expectTop(0x7fff, INTEGER_BIT, 0x228);
    two(X87.FADD_ST_STI, 0x7ffe, LARGEST, 0x7ffe, LARGEST, TO_ZERO);
    expectTop(0x7ffe, LARGEST, 0x028);
  });

  it("wrap the exponent where overflow and underflow are not masked", () => {
    two(X87.FADD_ST_STI, 0x7ffe, LARGEST, 0x7ffe, LARGEST, 0x377);
    expectTop(0x1fff, LARGEST, 0x8088);
    two(X87.FDIV_ST_STI, 1, INTEGER_BIT, TWO, INTEGER_BIT, 0x36f);
    expectTop(0x6000, INTEGER_BIT, 0x8090);
  });

  it("underflow to denormals, UE only if inexact", () => {
    two(X87.FDIV_ST_STI, 1, INTEGER_BIT, TWO, INTEGER_BIT);
    expectTop(0, 0x4000000000000000, 0);
    two(X87.FMUL_ST_STI, 1, INTEGER_BIT, 0x3ffd, 0xaaaaaaaaaaaaaaab);
    expectTop(0, 0x2aaaaaaaaaaaaaab, 0x230);
  });

  it("give the zero of x - x the sign of the rounding", () => {
    two(X87.FSUB_ST_STI, ONE, INTEGER_BIT, ONE, INTEGER_BIT);
    expectTop(0, 0, 0);
    two(X87.FSUB_ST_STI, ONE, INTEGER_BIT, ONE, INTEGER_BIT, DOWN);
    expectTop(0x8000, 0, 0);
  });

  it("signal invalid operations, unsupported formats, and signalling NaNs", () => {
    two(X87.FSUB_ST_STI, 0x7fff, INTEGER_BIT, 0x7fff, INTEGER_BIT);
    expectTop(0xffff, 0xc000000000000000, 1);
    two(X87.FMUL_ST_STI, 0, 0, 0x7fff, INTEGER_BIT);
    expectTop(0xffff, 0xc000000000000000, 1);
    two(X87.FMUL_ST_STI, ONE, 1, ONE, INTEGER_BIT);
    expectTop(0xffff, 0xc000000000000000, 1);
    two(X87.FADD_ST_STI, 0x7fff, 0xc000000000000005, 0x7fff, 0x8000000000000009);
    expectTop(0x7fff, 0xc000000000000005, 1);
    two(X87.FADD_ST_STI, ONE, INTEGER_BIT, 0x7fff, 0x8000000000000009);
    expectTop(0x7fff, 0xc000000000000009, 1);
  });

  it("signal denormal operands", () => {
    two(X87.FADD_ST_STI, ONE, INTEGER_BIT, 0, 1);
    expectTop(ONE, INTEGER_BIT, 0x022);
  });

  it("pop", () => {
    two(X87.FSUBRP_STI_ST, ONE, INTEGER_BIT, TWO, 0xc000000000000000);
    expectTop(0xc000, INTEGER_BIT, 0);
    expect(isEmpty(7)).toBeTruthy();
    expect(isEmpty(1)).toBeTruthy();
  });
});

describe("FSQRT, FRNDINT, FSCALE, FXTRACT, FPREM", () => {
  it("FSQRT", () => {
    one(X87.FSQRT, TWO, INTEGER_BIT);
    expectTop(ONE, 0xb504f333f9de6484, 0x020);
    one(X87.FSQRT, TWO, INTEGER_BIT, 0x27f);
    expectTop(ONE, 0xb504f333f9de6800, 0x220);
    one(X87.FSQRT, 0xbfff, INTEGER_BIT);
    expectTop(0xffff, 0xc000000000000000, 1);
    one(X87.FSQRT, 0x8000, 0);
    expectTop(0x8000, 0, 0);
  });

  it("FRNDINT rounds 2.5 and -2.5", () => {
    one(X87.FRNDINT, TWO, 0xa000000000000000);
    expectTop(TWO, INTEGER_BIT, 0x020);
    one(X87.FRNDINT, TWO, 0xa000000000000000, UP);
    expectTop(TWO, 0xc000000000000000, 0x220);
    one(X87.FRNDINT, 0xc000, 0xa000000000000000, DOWN);
    expectTop(0xc000, 0xc000000000000000, 0x220);
    one(X87.FRNDINT, 0xc000, 0xa000000000000000, TO_ZERO);
    expectTop(0xc000, INTEGER_BIT, 0x020);
  });

  it("FSCALE cuts its scale off", () => {
    two(X87.FSCALE, TWO, 0xc000000000000000, 0xc000, 0xa000000000000000);
    expectTop(0x3ffe, 0xc000000000000000, 0);
    two(X87.FSCALE, TWO, 0xc000000000000000, 0x400e, INTEGER_BIT);
    expectTop(0x7fff, INTEGER_BIT, 0x228);
  });

  it("FXTRACT", () => {
    one(X87.FXTRACT, 0xc00a, 0xa000000000000000);
    expectTop(0xbfff, 0xa000000000000000, 0);
    expect(head(1)).toBe(0x4002);
    expect(significand(1)).toBe(0xb000000000000000);
    one(X87.FXTRACT, 0x8000, 0);
    expectTop(0x8000, 0, 4);
    expect(head(1)).toBe(0xffff);
  });

  it("FPREM and FPREM1 give the quotient's low bits, or C2", () => {
    two(X87.FPREM, 0x4002, 0xf000000000000000, TWO, 0xa000000000000000);
    expectTop(0, 0, 0x4100);
    two(X87.FPREM1, 0x4002, 0xe000000000000000, 0x4001, INTEGER_BIT);
    expectTop(0xc000, INTEGER_BIT, 0x100);
    two(X87.FPREM, 0x4063, INTEGER_BIT, TWO, 0xc000000000000000);
    expectTop(0x403f, INTEGER_BIT, 0x400);
  });
});

describe("loads and stores", () => {
  it("FST to double and single", () => {
    one(X87.FST_M64, 0x3ffd, 0xaaaaaaaaaaaaaaab);
    expect(load<u64>(MEMORY)).toBe(0x3fd5555555555555);
    expect(status()).toBe(0x020);
    one(X87.FST_M32, 0x3ffd, 0xaaaaaaaaaaaaaaab);
    expect(load<u32>(MEMORY)).toBe(0x3eaaaaab);
    expect(status()).toBe(0x220);
    one(X87.FST_M32, 0x7ffe, LARGEST);
    expect(load<u32>(MEMORY)).toBe(0x7f800000);
    expect(status()).toBe(0x228);
    one(X87.FST_M32, 0x3f69, 0xc000000000000000);
    expect(load<u32>(MEMORY)).toBe(1);
    expect(status()).toBe(0x230);
    one(X87.FST_M64, 0xffff, 0x8000000000100000);
    expect(load<u64>(MEMORY)).toBe(0xfff8000000000200);
    expect(status()).toBe(1);
  });

  it("FLD of a denormal single, of signalling NaNs", () => {
    start();
    store<u32>(MEMORY, 1);
    execute(X87.FLD_M32);
    expectTop(0x3f6a, INTEGER_BIT, 2);
    start();
    store<u64>(MEMORY, 0xfff0000000000001);
    execute(X87.FLD_M64);
    expectTop(0xffff, 0xc000000000000800, 1);
    start();
    push(0x7fff, 0x8000000000000009);
    expectTop(0x7fff, 0x8000000000000009, 0);
  });

  it("FILD, FIST, FISTP", () => {
    start();
    store<i16>(MEMORY, -3);
    execute(X87.FILD_M16);
    expectTop(0xc000, 0xc000000000000000, 0);
    one(X87.FIST_M32, 0xc000, 0xa000000000000000, DOWN);
    expect(load<i32>(MEMORY)).toBe(-3);
    expect(status()).toBe(0x220);
    one(X87.FISTP_M16, 0x400e, 0x9c40000000000000);
    expect(load<u16>(MEMORY)).toBe(0x8000);
    expect(status()).toBe(1);
    one(X87.FISTP_M64, 0xc03e, INTEGER_BIT);
    expect(load<u64>(MEMORY)).toBe(INTEGER_BIT);
    expect(status()).toBe(0);
    one(X87.FISTP_M64, 0x403e, INTEGER_BIT);
    expect(load<u64>(MEMORY)).toBe(INTEGER_BIT);
    expect(status()).toBe(1);
  });

  it("FBLD and FBSTP", () => {
    one(X87.FBSTP, 0xc01d, 0x932c05a400000000);
    expect(load<u64>(MEMORY)).toBe(0x1234567890);
    expect(load<u16>(MEMORY + 8)).toBe(0x8000);
    start();
    store<u64>(MEMORY, 0x1234567890);
    store<u16>(MEMORY + 8, 0x8000);
    execute(X87.FBLD);
    expectTop(0xc01d, 0x932c05a400000000, 0);
    one(X87.FBSTP, 0x403b, 0xde0b6b3a76400000);
    expect(load<u64>(MEMORY)).toBe(0xc000000000000000);
    expect(load<u16>(MEMORY + 8)).toBe(0xffff);
    expect(status()).toBe(1);
  });

  it("constants depend on the rounding control", () => {
    start();
    execute(X87.FLDPI);
    expectTop(TWO, 0xc90fdaa22168c235, 0);
    start(DOWN);
    execute(X87.FLDPI);
    expectTop(TWO, 0xc90fdaa22168c234, 0);
    start();
    execute(X87.FLDL2T);
    expectTop(TWO, 0xd49a784bcd1b8afe, 0);
    start(UP);
    execute(X87.FLDL2T);
    expectTop(TWO, 0xd49a784bcd1b8aff, 0);
  });

  it("FCMOVcc", () => {
    start();
    execute(X87.FLDZ);
    execute(X87.FLD1);
    setArithmeticFlags(PF);
    execute(X87.FCMOVNU);
    expectTop(ONE, INTEGER_BIT, 0);
    execute(X87.FCMOVU);
    expectTop(0, 0, 0);
  });
});

describe("comparisons", () => {
  it("FCOM and FUCOM set C3, C2, C0", () => {
    two(X87.FCOM_STI, ONE, INTEGER_BIT, TWO, INTEGER_BIT);
    expect(status()).toBe(0x100);
    two(X87.FCOM_STI, TWO, INTEGER_BIT, ONE, INTEGER_BIT);
    expect(status()).toBe(0);
    two(X87.FCOM_STI, ONE, INTEGER_BIT, ONE, INTEGER_BIT);
    expect(status()).toBe(0x4000);
    two(X87.FCOM_STI, ONE, INTEGER_BIT, 0x7fff, 0xc000000000000005);
    expect(status()).toBe(0x4501);
    two(X87.FUCOM_STI, ONE, INTEGER_BIT, 0x7fff, 0xc000000000000005);
    expect(status()).toBe(0x4500);
    two(X87.FUCOM_STI, ONE, INTEGER_BIT, 0x7fff, 0x8000000000000009);
    expect(status()).toBe(0x4501);
    two(X87.FCOM_STI, ONE, INTEGER_BIT, 0, 1);
    expect(status()).toBe(2);
  });

  it("FCOMI and FUCOMI set ZF, PF, CF and clear OF, SF, AF", () => {
    setArithmeticFlags(0x8d5);
    two(X87.FCOMI_ST_STI, 0xbfff, INTEGER_BIT, 0, 0);
    expect(arithmeticFlags()).toBe(CF);
    setArithmeticFlags(0x8d5);
    two(X87.FUCOMI_ST_STI, ONE, INTEGER_BIT, ONE, INTEGER_BIT);
    expect(arithmeticFlags()).toBe(ZF);
    two(X87.FUCOMIP_ST_STI, ONE, INTEGER_BIT, 0x7fff, 0xc000000000000005);
    expect(arithmeticFlags()).toBe(ZF | PF | CF);
    expect(status()).toBe(0);
    expect(head(0)).toBe(0x7fff);
  });

  it("FXAM", () => {
    one(X87.FXAM, 0x8000, 0);
    expect(status()).toBe(0x4200);
    one(X87.FXAM, 0xbfff, INTEGER_BIT);
    expect(status()).toBe(0x0600);
    one(X87.FXAM, 0x7fff, INTEGER_BIT);
    expect(status()).toBe(0x0500);
    one(X87.FXAM, 0x7fff, 0xc000000000000005);
    expect(status()).toBe(0x0100);
    one(X87.FXAM, 0, 1);
    expect(status()).toBe(0x4400);
    one(X87.FXAM, ONE, 1);
    expect(status()).toBe(0);
  });
});

describe("the register stack", () => {
  it("underflows with C1 = 0 and overflows with C1 = 1", () => {
    one(X87.FADD_ST_STI, ONE, INTEGER_BIT);
    expectTop(0xffff, 0xc000000000000000, 0x041);
    start();
    for (let i = 0; i < 8; i++) execute(X87.FLDZ);
    expect(tagWord()).toBe(0x5555);
    execute(X87.FLD1);
    expectTop(0xffff, 0xc000000000000000, 0x241);
    expect(load<u32>(X87_STATUS) & 0x3800).toBe(0x3800);
  });

  it("FXCH fills empty registers with the default NaN", () => {
    one(X87.FXCH_STI, ONE, INTEGER_BIT);
    expectTop(0xffff, 0xc000000000000000, 0x041);
    expect(head(1)).toBe(ONE);
    expect(tagWord()).toBe(0xbffc);
  });

  it("FSTPNCE pops an empty register without a fault", () => {
    start();
    execute(X87.FSTPNCE_STI);
    expect(load<u32>(X87_STATUS)).toBe(0x0800);
    expect(tagWord()).toBe(0xffff);
  });

  it("takes TOP from the status word when the host has changed it", () => {
    one(X87.FNOP, ONE, INTEGER_BIT);
    store<u32>(X87_STATUS, 0x3000);
    execute(X87.FLDZ);
    expect(load<u32>(X87_STATUS)).toBe(0x2800);
  });
});

describe("control", () => {
  it("FNSTENV and FLDENV, 32 bits and 16", () => {
    start(0x372);
    store<u32>(SEGMENT_SELECTOR + 4, 0x73);
    store<u32>(SEGMENT_SELECTOR + 12, 0x7b);
    store<u32>(MEMORY, 0x40000000);
    execute(X87.FLD_M32);
    execute(X87.FNSTENV);
    expect(load<u32>(MEMORY)).toBe(0xffff0372);
    expect(load<u32>(MEMORY + 4)).toBe(0xffff3800);
    expect(load<u32>(MEMORY + 8)).toBe(0xffff3fff);
    expect(load<u32>(MEMORY + 12)).toBe(NEXT);
    expect(load<u32>(MEMORY + 16)).toBe(0x01230073);
    expect(load<u32>(MEMORY + 20)).toBe(MEMORY);
    expect(load<u32>(MEMORY + 24)).toBe(0xffff007b);
    // All exceptions are masked afterwards.
    expect(load<u32>(X87_CONTROL)).toBe(0x37f);
    execute(X87.FNSTENV16, 0, MEMORY + 64);
    execute(X87.FNINIT);
    execute(X87.FLDENV);
    expect(load<u32>(X87_CONTROL)).toBe(0x372);
    expect(tagWord()).toBe(0x3fff);
    execute(X87.FNINIT);
    execute(X87.FLDENV16, 0, MEMORY + 64);
    expect(load<u32>(X87_STATUS)).toBe(0x3800);
    expect(tagWord()).toBe(0x3fff);
  });

  it("FNSAVE and FRSTOR", () => {
    one(X87.FNSAVE, TWO, 0x123456789abcdef0 | INTEGER_BIT);
    expect(load<u32>(X87_STATUS)).toBe(0);
    expect(tagWord()).toBe(0xffff);
    expect(load<u64>(MEMORY + 28)).toBe(0x923456789abcdef0);
    execute(X87.FRSTOR);
    expectTop(TWO, 0x923456789abcdef0, 0);
  });

  it("raises #MF at the next instruction that waits", () => {
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, 0, 0, 0x37b);
    expect(execute(X87.FNSTCW)).toBeTruthy();
    expect(execute(X87.FNOP)).toBeFalsy();
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(MF);
    expect(execute(X87.FNCLEX)).toBeTruthy();
    expect(execute(X87.FWAIT)).toBeTruthy();
    // FLDCW that unmasks a flag that is set makes it pending.
    two(X87.FDIV_ST_STI, ONE, INTEGER_BIT, 0, 0);
    store<u16>(MEMORY, 0x37b);
    execute(X87.FLDCW);
    expect(status()).toBe(0x8084);
  });

  it("changes nothing when the operand is not there", () => {
    one(X87.FNOP, ONE, INTEGER_BIT);
    const before = load<u32>(X87_STATUS);
    expect(execute(X87.FLD_M64, 0, NOWHERE)).toBeFalsy();
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(PAGE_FAULT);
    expect(load<u32>(EXCEPTION_ADDRESS)).toBe(NOWHERE);
    expect(execute(X87.FSTP_M80, 0, MEMORY + 0x1ffc)).toBeFalsy();
    expect(load<u32>(EXCEPTION_ADDRESS)).toBe(MEMORY + 0x2000);
    expect(execute(X87.FNSAVE, 0, NOWHERE)).toBeFalsy();
    expect(execute(X87.FIMUL_M16, 0, NOWHERE)).toBeFalsy();
    expectTop(ONE, INTEGER_BIT, 0);
    expect(load<u32>(X87_STATUS)).toBe(before);
  });
});

describe("the opcode map", () => {
  it("has a text for each number, and each number but FWAIT in the map", () => {
    const seen = new StaticArray<bool>(X87.COUNT);
    for (let opcode: u32 = 0xd8; opcode <= 0xdf; opcode++) {
      for (let modrm: u32 = 0; modrm < 0x100; modrm++) {
        seen[x87Row(opcode, modrm, false)] = true;
        seen[x87Row(opcode, modrm, true)] = true;
      }
    }
    for (let number: u32 = 1; number < <u32>X87.COUNT; number++) {
      expect(seen[number]).toBe(number != X87.FWAIT);
      expect(x87Text(number) != "(bad)").toBeTruthy();
    }
  });

  it("leaves undefined what processors leave undefined", () => {
    expect(x87Row(0xd9, 0x08, false)).toBe(X87.UNDEFINED);
    expect(x87Row(0xd9, 0xd1, false)).toBe(X87.UNDEFINED);
    expect(x87Row(0xdb, 0xe5, false)).toBe(X87.UNDEFINED);
    expect(x87Row(0xde, 0xd8, false)).toBe(X87.UNDEFINED);
    expect(x87Row(0xdd, 0x28, false)).toBe(X87.UNDEFINED);
  });
});
