import {
  displacement,
  immediate,
  instruction,
  isRegister,
  next,
  operandSize,
  parse,
  reg,
  rm,
  segment,
} from "../decoder/instruction";
import { Instruction } from "../decoder/mnemonics";
import { firstOf, instructionOf, secondOf } from "../decoder/row";
import { GROUPS, ONE_BYTE, TWO_BYTE } from "../decoder/maps";
import { Operand } from "../decoder/operands";
import { EXECUTE, READ, setPermissions } from "../memory/permissions";

const CODE: u32 = 0x10000000;

/** Takes the bytes apart; the length of the instruction, or 0. */
function take(hex: string): u32 {
  setPermissions(CODE >> 12, 1, READ | EXECUTE);
  for (let i = 0; i < hex.length; i += 2) store<u8>(CODE + i / 2, <u8>parseInt(hex.substr(i, 2), 16));
  return parse(CODE) ? next - CODE : 0;
}

describe("the opcode maps", () => {
  it("have a row for each opcode", () => {
    expect(ONE_BYTE.length).toBe(256);
    expect(TWO_BYTE.length).toBe(256);
    expect(GROUPS.length).toBe(11 * 8);
  });

  it("stand in opcode order", () => {
    expect(instructionOf(ONE_BYTE[0x03])).toBe(Instruction.ADD);
    expect(firstOf(ONE_BYTE[0x03])).toBe(Operand.Gv);
    expect(secondOf(ONE_BYTE[0x03])).toBe(Operand.Ev);
    expect(instructionOf(ONE_BYTE[0x90])).toBe(Instruction.NOP);
    expect(instructionOf(ONE_BYTE[0xe8])).toBe(Instruction.CALL);
    expect(instructionOf(TWO_BYTE[0xa2])).toBe(Instruction.CPUID);
    expect(instructionOf(TWO_BYTE[0xaf])).toBe(Instruction.IMUL2);
    expect(instructionOf(TWO_BYTE[0x10])).toBe(Instruction.UNDEFINED, "SSE is not there");
  });
});

describe("parse", () => {
  it("measures ModR/M, SIB, displacements and immediates", () => {
    expect(take("90")).toBe(1);
    expect(take("8b442408")).toBe(4, "mov eax,[esp+8]");
    expect(displacement).toBe(8);
    expect(segment).toBe(2, "SS with an ESP base");
    expect(take("c78480000100000a000000")).toBe(11, "mov dword [eax+eax*4+0x100],10");
    expect(immediate).toBe(10);
    expect(take("8b0d78563412")).toBe(6);
    expect(take("c8080002")).toBe(4, "enter 8,2");
    expect(take("9a785634120700")).toBe(7, "call 7:0x12345678");
  });

  it("heeds prefixes", () => {
    expect(take("66b83412")).toBe(4);
    expect(operandSize).toBe(2);
    expect(take("658b0500000000")).toBe(7);
    expect(segment).toBe(5);
    expect(take("678b4702")).toBe(4, "mov eax,[bx+2]");
    expect(take("26362e3e90")).toBe(5);
  });

  it("picks the row of a group", () => {
    expect(take("f7d8")).toBe(2);
    expect(instruction).toBe(Instruction.NEG);
    expect(take("f7c078563412")).toBe(6, "test eax,imm32");
    expect(take("f6c012")).toBe(3, "test al,imm8");
    expect(take("83c3ff")).toBe(3);
    expect(immediate).toBe(0xffffffff);
    expect(reg).toBe(0);
    expect(rm).toBe(3);
    expect(isRegister()).toBe(true);
  });

  it("refuses LOCK where it is not allowed, and memory-only operands in registers", () => {
    take("f08703");
    expect(instruction).toBe(Instruction.XCHG);
    take("f001d8");
    expect(instruction).toBe(Instruction.UNDEFINED, "a register destination");
    take("f0833b01");
    expect(instruction).toBe(Instruction.UNDEFINED, "CMP does not write");
    take("8dc0");
    expect(instruction).toBe(Instruction.UNDEFINED, "LEA of a register");
  });

  it("counts 15 bytes at most", () => {
    expect(take("666666666666666666666666666690")).toBe(15);
    expect(take("66666666666666666666666666666690")).toBe(0);
  });
});
