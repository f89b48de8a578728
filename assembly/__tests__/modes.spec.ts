/** Unusual modes: single steps, alignment checks, 16-bit code and stacks, segments with a base. */
import { reset } from "../cpu/reset";
import { getEflags, setEflags, TF, AC } from "../cpu/flags";
import { returnToSegment } from "../cpu/segments";
import {
  EAX,
  EBX,
  ECX,
  EDI,
  EIP,
  ESP,
  EXCEPTION_ERROR,
  EXCEPTION_VECTOR,
  LDT,
  LDT_ENTRIES,
  RETIRED,
} from "../cpu/state";
import { EXIT_EXCEPTION, run } from "../interpreter/loop";
import { invalidateRange } from "../memory/code";
import { EXECUTE, READ, setPermissions, WRITE } from "../memory/permissions";

const CODE: u32 = 0x10000000;
const STACK: u32 = 0x10010000;
const DB: u32 = 1;
const GP: u32 = 13;
const AC_VECTOR: u32 = 17;

/** Selectors of the local table: 7 is 16-bit code, 15 a 16-bit stack, 23 32-bit code of 4 KiB. */
const STACK_16: u32 = 15;

/** Access bytes and flags: code or data of level 3, 16 or 32 bits, limit in bytes. */
function descriptor(base: u32, limit: u32, attributes: u32): u64 {
  const high = (base & 0xff000000) | ((attributes & 0xf000) << 8) | (limit & 0xf0000) | ((attributes & 0xff) << 8);
  return ((<u64>(high | ((base >> 16) & 0xff))) << 32) | ((<u64>(base & 0xffff)) << 16) | (limit & 0xffff);
}

function start(hex: string, flags: u32): void {
  reset();
  setPermissions(CODE >> 12, 2, READ | EXECUTE);
  setPermissions((STACK >> 12) - 2, 2, READ | WRITE);
  for (let i = 0; i < hex.length; i += 2) store<u8>(CODE + i / 2, <u8>parseInt(hex.substr(i, 2), 16));
  invalidateRange(CODE, hex.length);
  store<u64>(LDT, descriptor(CODE, 0xffff, 0x00fb));
  store<u64>(LDT + 8, descriptor(STACK - 0x2000, 0x1fff, 0x00f3));
  store<u64>(LDT + 16, descriptor(CODE, 0x0fff, 0x40fb));
  store<u32>(LDT_ENTRIES, 3);
  store<u32>(EIP, CODE);
  store<u32>(ESP, STACK);
  setEflags(flags);
}

/** Runs to the next exception: its vector. */
function vector(): u32 {
  return run(1000) == EXIT_EXCEPTION ? load<u32>(EXCEPTION_VECTOR) : 0xff;
}

describe("TF", () => {
  it("raises #DB after each instruction, and after what clears it", () => {
    // inc eax; jmp +0; pushf; and dword [esp],~100; popf; inc eax; hlt
    start("40eb009c812424fffeffff9d40f4", TF);
    const ends = [1, 3, 4, 11, 12];
    for (let i = 0; i < ends.length; i++) {
      expect(vector()).toBe(DB);
      expect(load<u32>(EIP)).toBe(CODE + ends[i]);
      expect(load<u64>(RETIRED)).toBe(i + 1);
    }
    expect(getEflags() & TF).toBe(0);
    expect(vector()).toBe(GP, "HLT");
    expect(load<u32>(EAX)).toBe(2);
  });

  it("comes into force after the instruction behind POPF", () => {
    // pushf; or dword [esp],100; popf; inc eax; inc eax
    start("9c810c24000100009d4040", 0);
    expect(vector()).toBe(DB);
    expect(load<u32>(EIP)).toBe(CODE + 10);
  });

  it("waits for the instruction behind a load of SS", () => {
    // mov ss,ebx; inc eax; inc eax
    start("8ed34040", TF);
    store<u32>(EBX, 0x7b);
    expect(vector()).toBe(DB);
    expect(load<u32>(EIP)).toBe(CODE + 3);
  });

  it("stops between the iterations of a repeated instruction", () => {
    start("f3aaf4", TF);
    store<u32>(EDI, STACK - 16);
    store<u32>(ECX, 2);
    expect(vector()).toBe(DB);
    expect(load<u32>(EIP)).toBe(CODE);
    expect(load<u32>(ECX)).toBe(1);
    expect(vector()).toBe(DB);
    expect(load<u32>(EIP)).toBe(CODE + 2);
    expect(load<u64>(RETIRED)).toBe(1);
  });
});

describe("AC", () => {
  it("raises #AC where an operand is not aligned, before a page fault", () => {
    // mov eax,[ebx]
    start("8b03", AC);
    store<u32>(EBX, 0x3002);
    expect(vector()).toBe(AC_VECTOR);
    expect(load<u32>(EXCEPTION_ERROR)).toBe(0);
    store<u32>(EBX, 0x3000);
    expect(vector()).toBe(14);
  });
});

describe("segments of the local table", () => {
  it("run 16-bit code that returns to 32-bit code", () => {
    // call far 7:0010; hlt; at 10: mov ax,1234; push ax; pop bx; inc ecx (66); retf (66)
    start("9a100000000700f40000000000000000b83412505b664166cb", 0);
    expect(vector()).toBe(GP, "HLT");
    expect(load<u32>(EIP)).toBe(CODE + 7);
    expect(load<u32>(EAX)).toBe(0x1234);
    expect(load<u32>(EBX)).toBe(0x1234);
    expect(load<u32>(ECX)).toBe(1);
    expect(load<u32>(ESP)).toBe(STACK);
  });

  it("fetch through their base, within their limit", () => {
    // jmp far 17:0ffe, where there is inc eax; inc eax
    start("eafe0f00001700", 0);
    setPermissions(CODE >> 12, 2, READ | WRITE | EXECUTE);
    store<u16>(CODE + 0xffe, 0x4040);
    expect(vector()).toBe(GP);
    expect(load<u32>(EIP)).toBe(0x1000);
    expect(load<u32>(EAX)).toBe(2);
  });

  it("refuse a transfer beyond their limit where it stands", () => {
    start("ea001000001700", 0);
    expect(vector()).toBe(GP);
    expect(load<u32>(EIP)).toBe(CODE);
  });

  it("hold 16-bit stacks, which wrap", () => {
    // push eax; hlt
    start("50f4", 0);
    expect(returnToSegment(2, STACK_16)).toBe(true);
    store<u32>(ESP, 0xabcd2000);
    store<u32>(EAX, 77);
    expect(vector()).toBe(GP, "HLT");
    expect(load<u32>(ESP)).toBe(0xabcd1ffc);
    expect(load<u32>(STACK - 4)).toBe(77);
    store<u32>(EIP, CODE);
    store<u32>(ESP, 0xabcd0000);
    expect(vector()).toBe(12);
    expect(load<u32>(ESP)).toBe(0xabcd0000);
  });
});
