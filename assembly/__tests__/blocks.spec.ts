/** Small programs, byte by byte: decoding into blocks, faults, self-modification, counting. */
import { reset } from "../cpu/reset";
import {
  EAX,
  EBX,
  ECX,
  EDI,
  EDX,
  EIP,
  ESI,
  ESP,
  EXCEPTION_ADDRESS,
  EXCEPTION_VECTOR,
  GDT,
  RETIRED,
} from "../cpu/state";
import { EXIT_BUDGET, EXIT_EXCEPTION, run } from "../interpreter/loop";
import { decodedBytes, decodedInstructions, forgetAll, invalidateRange } from "../memory/code";
import { EXECUTE, READ, setPermissions, WRITE } from "../memory/permissions";

const CODE: u32 = 0x10000000;
const STACK: u32 = 0x10010000;

/** Puts bytes, given as hexadecimal digits, at `address`. */
function put(address: u32, hex: string): void {
  for (let i = 0; i < hex.length; i += 2) store<u8>(address + i / 2, <u8>parseInt(hex.substr(i, 2), 16));
  invalidateRange(address, hex.length);
}

function start(hex: string, bits: u32 = READ | EXECUTE): void {
  reset();
  setPermissions(CODE >> 12, 2, bits);
  setPermissions((STACK >> 12) - 2, 2, READ | WRITE);
  put(CODE, hex);
  store<u32>(EIP, CODE);
  store<u32>(ESP, STACK);
}

describe("run", () => {
  it("counts what has been retired, and not what has faulted", () => {
    // mov eax,1; mov ebx,2; add eax,ebx; mov ecx,[0]; hlt
    start("b801000000bb0200000001d88b0d00000000f4");
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(14);
    expect(load<u32>(EXCEPTION_ADDRESS)).toBe(0);
    expect(load<u32>(EIP)).toBe(CODE + 12);
    expect(load<u64>(RETIRED)).toBe(3);
    expect(load<u32>(EAX)).toBe(3);
  });

  it("stops when the budget is spent", () => {
    // jmp .
    start("ebfe");
    expect(run(1000)).toBe(EXIT_BUDGET);
    expect(load<u64>(RETIRED)).toBe(1000);
    expect(load<u32>(EIP)).toBe(CODE);
  });

  it("leaves a long repeated instruction between two iterations", () => {
    // rep stosd with more than one budget's work, one page at a time written over and over is not possible: edi grows
    start("f3ab");
    setPermissions(0x20000, 0x400, READ | WRITE);
    store<u32>(EDI, 0x20000000);
    store<u32>(ECX, 0x100000);
    let exits = 0;
    while (run(1) == EXIT_BUDGET && load<u32>(EIP) == CODE && exits < 10000) exits++;
    expect(exits).toBeGreaterThan(2);
    expect(load<u32>(ECX)).toBe(0);
    expect(load<u32>(EDI)).toBe(0x20400000);
    setPermissions(0x20000, 0x400, 0);
  });

  it("sees code change in the very block that runs", () => {
    // mov byte [next+1],5; next: mov al,1; hlt
    start("c6050800001005b001f4", READ | WRITE | EXECUTE);
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EAX)).toBe(5);
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(13, "HLT");
    expect(load<u64>(RETIRED)).toBe(2);
  });

  it("sees code change in a block that others lead to", () => {
    // l: call f; add ebx,eax; inc byte [f+1]; cmp byte [f+1],4; jne l; hlt; f: mov eax,1; ret
    start("e81200000001c3fe0518000010803d180000100475eaf4b801000000c3", READ | WRITE | EXECUTE);
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(13);
    expect(load<u32>(EBX)).toBe(1 + 2 + 3);
  });

  it("raises #UD at the undefined instruction, after what precedes it", () => {
    start("400f0b");
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(6);
    expect(load<u32>(EIP)).toBe(CODE + 1);
    expect(load<u64>(RETIRED)).toBe(1);
  });

  it("raises #GP for more than 15 bytes", () => {
    start("6666666666666666666666666666666690");
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(13);
  });

  it("raises #PF for a fetch from a page that is not executable, at the first byte that is missing", () => {
    start("");
    put(CODE + 0x1ffe, "b801");
    store<u32>(EIP, CODE + 0x1ffe);
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EXCEPTION_VECTOR)).toBe(14);
    expect(load<u32>(EXCEPTION_ADDRESS)).toBe(CODE + 0x2000);
    expect(load<u32>(EIP)).toBe(CODE + 0x1ffe);
  });

  it("decodes anew after a page has been made executable with other contents", () => {
    start("b801000000f4");
    run(1000);
    setPermissions(CODE >> 12, 2, READ | WRITE);
    store<u8>(CODE + 1, 7);
    setPermissions(CODE >> 12, 2, READ | EXECUTE);
    store<u32>(EIP, CODE);
    run(1000);
    expect(load<u32>(EAX)).toBe(7);
  });

  it("decodes anew after a change of segments, however well the block is known", () => {
    // Entry 6 of the descriptor table: data from 0x1000 on.
    // A: mov eax,[ebx]; add esi,eax; jmp edx, three times; before the third, DS gets that base.
    start("8b0301c6ffe2", READ | WRITE | EXECUTE);
    store<u64>(GDT + 6 * 8, 0x00cff3001000ffff);
    // B: mov edx,C; jmp edi. C: mov ds,ecx; mov edx,D; jmp edi. D: hlt
    put(CODE + 0x40, "ba80000010ffe7");
    put(CODE + 0x80, "8ed9bac0000010ffe7");
    put(CODE + 0xc0, "f4");
    store<u32>(STACK - 0x2000, 1);
    store<u32>(STACK - 0x1000, 100);
    store<u32>(EBX, STACK - 0x2000);
    store<u32>(ECX, 6 * 8 + 3);
    store<u32>(EDX, CODE + 0x40);
    store<u32>(EDI, CODE);
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EIP)).toBe(CODE + 0xc0);
    expect(load<u32>(ESI)).toBe(1 + 1 + 100);
  });

  it("decodes only what runs", () => {
    // jmp over; 2 times inc eax; over: hlt
    start("eb024040f4");
    forgetAll();
    expect(decodedBytes()).toBe(0);
    run(1000);
    expect(decodedInstructions()).toBe(2);
    const bytes = decodedBytes();
    store<u32>(EIP, CODE);
    run(1000);
    expect(decodedBytes()).toBe(bytes, "what is known is not decoded again");
  });

  it("counts instructions that do nothing", () => {
    // shld ecx,edi,32; shl eax,0; ud2
    start("0fa4f920c1e0000f0b");
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u64>(RETIRED)).toBe(2);
  });

  it("sees an instruction change that does nothing, in the very block that runs", () => {
    // mov eax,1; mov byte [next+3],4; next: shld eax,ebx,32; hlt
    start("b801000000c6050f000010040fa4d820f4", READ | WRITE | EXECUTE);
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    expect(load<u32>(EAX)).toBe(16);
  });

  it("sees code change that another thread has made between two slices of this one", () => {
    // l: inc eax; jmp l
    start("40ebfd", READ | WRITE | EXECUTE);
    // The other one. mov byte [l],4B (dec ebx); hlt
    put(CODE + 0x100, "c605000000104bf4");
    expect(run(1000)).toBe(EXIT_BUDGET);
    expect(load<u32>(EAX)).toBe(500);
    store<u32>(EIP, CODE + 0x100);
    expect(run(1000)).toBe(EXIT_EXCEPTION);
    store<u32>(EIP, CODE);
    expect(run(1000)).toBe(EXIT_BUDGET);
    expect(load<u32>(EAX)).toBe(500);
    expect(<i32>load<u32>(EBX)).toBe(-500);
  });
});
