/** Flags as SDM vol. 1, 3.4.3.1 defines them; the values are those of real processors (tests/oracle has many more). */
import { AF, arithmeticFlags, CF, OF, PF, setArithmeticFlags, SF, ZF } from "../cpu/flags";
import { adc, add, dec, inc, logic, neg, sbb, sub } from "../interpreter/arithmetic";
import { rcl, rcr, rol, ror, sar, shl, shld32, shr, shrd32 } from "../interpreter/shifts";

describe("EFLAGS", () => {
  it("come back from every combination", () => {
    for (let bits: u32 = 0; bits < 64; bits++) {
      let image: u32 = 0;
      if (bits & 1) image |= CF;
      if (bits & 2) image |= PF;
      if (bits & 4) image |= AF;
      if (bits & 8) image |= ZF;
      if (bits & 16) image |= SF;
      if (bits & 32) image |= OF;
      setArithmeticFlags(image);
      expect(arithmeticFlags()).toBe(image);
    }
  });
});

describe("arithmetic", () => {
  it("adds", () => {
    expect(<u8>add<u8>(0x7f, 1)).toBe(0x80);
    expect(arithmeticFlags()).toBe(OF | SF | AF);
    expect(<u16>add<u16>(0xffff, 1)).toBe(0);
    expect(arithmeticFlags()).toBe(CF | ZF | AF | PF);
    expect(add<u32>(0x80000000, 0x80000000)).toBe(0);
    expect(arithmeticFlags()).toBe(CF | ZF | PF | OF);
    expect(add<u32>(1, 2)).toBe(3);
    expect(arithmeticFlags()).toBe(PF);
  });

  it("subtracts", () => {
    expect(<u8>sub<u8>(0, 1)).toBe(0xff);
    expect(arithmeticFlags()).toBe(CF | SF | AF | PF);
    expect(sub<u32>(0x80000000, 1)).toBe(0x7fffffff);
    expect(arithmeticFlags()).toBe(OF | AF | PF);
    expect(neg<u32>(0)).toBe(0);
    expect(arithmeticFlags()).toBe(ZF | PF);
  });

  it("carries on", () => {
    setArithmeticFlags(CF);
    expect(adc<u32>(0xffffffff, 0)).toBe(0);
    expect(arithmeticFlags()).toBe(CF | ZF | PF | AF);
    expect(sbb<u32>(0, 0xffffffff)).toBe(0);
    expect(arithmeticFlags()).toBe(CF | ZF | PF | AF);
  });

  it("keeps CF in INC and DEC", () => {
    setArithmeticFlags(CF);
    expect(inc<u32>(0x7fffffff)).toBe(0x80000000);
    expect(arithmeticFlags()).toBe(CF | OF | SF | AF | PF);
    setArithmeticFlags(0);
    expect(<u16>dec<u16>(0)).toBe(0xffff);
    expect(arithmeticFlags()).toBe(SF | AF | PF);
  });

  it("clears CF and OF in logic", () => {
    setArithmeticFlags(CF | OF);
    logic<u8>(0x80);
    expect(arithmeticFlags()).toBe(SF);
  });
});

describe("shifts", () => {
  it("leave everything alone for a count of 0 modulo 32", () => {
    setArithmeticFlags(CF | ZF);
    expect(shl<u32>(5, 32)).toBe(5);
    expect(sar<u8>(5, 0)).toBe(5);
    expect(ror<u16>(5, 64)).toBe(5);
    expect(arithmeticFlags()).toBe(CF | ZF);
  });

  it("shift out into CF", () => {
    expect(shl<u32>(0xc0000000, 1)).toBe(0x80000000);
    expect(arithmeticFlags()).toBe(CF | SF | PF);
    expect(shr<u32>(0x80000001, 1)).toBe(0x40000000);
    expect(arithmeticFlags()).toBe(CF | OF | PF);
    expect(<u8>sar<u8>(0x81, 1)).toBe(0xc0);
    expect(arithmeticFlags()).toBe(CF | SF | PF);
    expect(<u8>shl<u8>(1, 8)).toBe(0);
    expect(arithmeticFlags() & (CF | ZF)).toBe(CF | ZF);
  });

  it("rotate", () => {
    setArithmeticFlags(0);
    expect(rol<u32>(0x80000001, 4)).toBe(0x18);
    expect(<u8>ror<u8>(1, 1)).toBe(0x80);
    expect(arithmeticFlags() & CF).toBe(CF);
    setArithmeticFlags(CF);
    expect(<u8>rcl<u8>(0x80, 1)).toBe(1);
    expect(arithmeticFlags() & CF).toBe(CF);
    expect(<u8>rcr<u8>(0, 1)).toBe(0x80);
    expect(<u16>rcl<u16>(0x1234, 17)).toBe(0x1234, "17 steps of 17 bits");
  });

  it("take bits from another register", () => {
    expect(shld32(0x12345678, 0xabcdef01, 8)).toBe(0x345678ab);
    expect(shrd32(0x12345678, 0xabcdef01, 8)).toBe(0x01123456);
  });
});
