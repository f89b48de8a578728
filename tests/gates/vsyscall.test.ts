/**
 * The four-slot page, TRANSPOSED FROM x86-64. What each access comes to is what Linux 6.18 was measured to do on
 * x86-64 (xonly), with 32-bit addresses and the arguments on the stack.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gateMappings, mapVsyscall, onPageFault, VSYSCALL_ADDRESS } from "../../src/gates/index.ts";
import type { VsyscallMode } from "../../src/gates/index.ts";
import { FakeTask } from "./fake-task.ts";

const STACK = 0xbfff_f000;
const CALLER = 0x0804_8123;
/** Error codes as the processor gives them: a page that is absent, or there and not executable. */
const READ = 4;
const WRITE = 6;
const FETCH = 0x14;

const SI_KERNEL = { signal: 11, code: 128, address: 0 };
const mapError = (address: number, errorCode: number): object => ({
  signal: 11,
  code: 1,
  address,
  errorCode,
  cr2: address,
});

/** A task that has just called `address` with these arguments. */
function called(mode: VsyscallMode, address: number, ...values: number[]): FakeTask {
  const task = new FakeTask();
  mapVsyscall(task, mode);
  task.gates = { vdso: 0, vvar: 0, vsyscall: mode };
  [CALLER, ...values].forEach((value, i) => task.view.setUint32(STACK + 4 * i, value, true));
  Object.assign(task.registers, { eip: address, esp: STACK, eax: 0x5555 });
  return task;
}

describe("vsyscall page", () => {
  for (const [mode, permissions, line] of [
    ["none", 0, undefined],
    ["xonly", 0, "--xp"],
    ["emulate", 1, "r-xp"],
    ["native", 5, "r-xp"],
    ["classic", 5, "r-xp"],
  ] as const) {
    it(`in mode ${mode} has permissions ${permissions} and shows ${line ?? "no line"} in maps`, () => {
      const task = called(mode, 0);
      assert.deepEqual([...task.permissions], [[VSYSCALL_ADDRESS >>> 12, permissions]]);
      const expected = { start: 0xff60_0000, end: 0xff60_1000, permissions: line, name: "[vsyscall]" };
      assert.deepEqual(gateMappings(task.gates), line === undefined ? [] : [expected]);
    });
  }

  it("holds a system call and a return in each slot in the modes native and emulate, INT3 elsewhere", () => {
    for (const mode of ["native", "emulate"] as const) {
      const { bytes } = called(mode, 0);
      const page = Buffer.from(bytes.subarray(VSYSCALL_ADDRESS, VSYSCALL_ADDRESS + 4096));
      assert.equal(page.toString("hex", 0, 19), "538b5c24088b4c240cb84e000000cd805bc3cc");
      assert.equal(page.toString("hex", 0x400, 0x40f), "538b5c2408b80d000000cd805bc3cc");
      assert.equal(page.toString("hex", 0x800, 0x815), "538b5c24088b4c240c31d2b83e010000cd805bc3cc");
      const filling = [page.subarray(18, 0x400), page.subarray(0x40e, 0x800), page.subarray(0x814)];
      assert.ok(filling.every((gap) => gap.every((byte) => byte === 0xcc)));
    }
  });

  it("leaves other addresses alone", () => {
    const task = called("xonly", VSYSCALL_ADDRESS);
    assert.equal(onPageFault(task, VSYSCALL_ADDRESS - 1, FETCH), undefined);
    assert.equal(onPageFault(task, VSYSCALL_ADDRESS + 0x1000, FETCH), undefined);
  });
});

for (const mode of ["xonly", "emulate"] as const) {
  describe(`a call of the vsyscall page, vsyscall=${mode}`, () => {
    for (const [name, slot, values, performed] of [
      ["gettimeofday", 0, [0x2_0000, 0x3_0000], [78, 0x2_0000, 0x3_0000, 0]],
      ["gettimeofday(NULL, NULL)", 0, [0, 0], [78, 0, 0, 0]],
      ["time", 0x400, [0x2_0000], [13, 0x2_0000, 0, 0]],
      ["getcpu", 0x800, [0x2_0000, 0x3_0000, 0x4_0000], [318, 0x2_0000, 0x3_0000, 0]],
    ] as const) {
      it(`performs ${name} and returns to the caller, arguments left for it to remove`, () => {
        const task = called(mode, VSYSCALL_ADDRESS + slot, ...values);
        task.result = 42;
        assert.equal(onPageFault(task, VSYSCALL_ADDRESS + slot, FETCH), "handled");
        assert.deepEqual(task.calls, [performed]);
        assert.deepEqual(task.registers, { eax: 42, eip: CALLER, esp: STACK + 4 });
      });
    }

    it("passes an error other than EFAULT on", () => {
      const task = called(mode, VSYSCALL_ADDRESS, 0, 0);
      task.result = -22;
      assert.equal(onPageFault(task, VSYSCALL_ADDRESS, FETCH), "handled");
      assert.equal(task.registers.eax, -22);
    });

    for (const offset of [1, 9, 0x3ff, 0x401, 0xc00, 0xfff]) {
      it(`at +0x${offset.toString(16)} is SIGSEGV, SI_KERNEL, EIP left there`, () => {
        const address = VSYSCALL_ADDRESS + offset;
        const task = called(mode, address, 0, 0);
        assert.deepEqual(onPageFault(task, address, FETCH), SI_KERNEL);
        assert.deepEqual([task.registers.eip, task.registers.eax, task.calls], [address, 0x5555, []]);
      });
    }

    it("with a bad pointer is SIGSEGV, SI_KERNEL, and EAX is -ENOSYS", () => {
      const task = called(mode, VSYSCALL_ADDRESS, 8, 0);
      task.result = -14;
      assert.deepEqual(onPageFault(task, VSYSCALL_ADDRESS, FETCH), SI_KERNEL);
      assert.deepEqual(task.registers, { eax: -38, eip: VSYSCALL_ADDRESS, esp: STACK });
    });

    for (const pointer of [0xc000_0000, 0xffff_fff8, 0xbfff_fffc]) {
      it(`with a pointer into kernel space (${pointer.toString(16)}) is SIGSEGV at that pointer`, () => {
        const task = called(mode, VSYSCALL_ADDRESS, 0x2_0000, pointer);
        assert.deepEqual(onPageFault(task, VSYSCALL_ADDRESS, FETCH), mapError(pointer, 6));
        assert.deepEqual(task.calls, []);
      });
    }

    it("with a bad stack is SIGSEGV, SI_KERNEL", () => {
      const task = called(mode, VSYSCALL_ADDRESS);
      task.registers.esp = 0x14;
      assert.deepEqual(onPageFault(task, VSYSCALL_ADDRESS, FETCH), SI_KERNEL);
    });

    it("needs no more of the stack than its arguments", () => {
      const task = called(mode, VSYSCALL_ADDRESS + 0x400);
      task.registers.esp = 0xc000_0000 - 8;
      task.view.setUint32(task.registers.esp, CALLER, true);
      task.view.setUint32(task.registers.esp + 4, 0, true);
      assert.equal(onPageFault(task, VSYSCALL_ADDRESS + 0x400, FETCH), "handled");
    });
  });
}

describe("an access to the vsyscall page that is not allowed", () => {
  for (const [mode, access, given, shown] of [
    ["none", "call", FETCH, 0x15],
    ["none", "read", READ, 5],
    ["none", "write", WRITE, 7],
    ["xonly", "read", READ, 5],
    ["xonly", "write", WRITE, 7],
    ["emulate", "write", WRITE | 1, 7],
    ["native", "write", WRITE | 1, 7],
    ["classic", "write", WRITE | 1, 7],
  ] as const) {
    it(`vsyscall=${mode}: a ${access} is SIGSEGV, SEGV_MAPERR, error code 0x${shown.toString(16)}`, () => {
      const address = VSYSCALL_ADDRESS + 0x10 * Number(access !== "call");
      const task = called(mode, address, 0, 0);
      assert.deepEqual(onPageFault(task, address, given), mapError(address, shown));
    });
  }
});
