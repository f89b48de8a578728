/** The vDSO's and the classic page's own code, run by the processor core under a kernel of a few lines. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, beforeEach, describe, it } from "node:test";
import { mapVdso, mapVsyscall, NO_GATES, publishClock, VSYSCALL_ADDRESS } from "../../src/gates/index.ts";
import type { ClockValues, Gates, GateTask, SpecialMapping, VdsoMode } from "../../src/gates/index.ts";
import { SYMBOLS } from "../../src/gates/vdso-image.ts";
import { Exit, Gate, Machine } from "../../src/machine/machine.ts";

const STACK = 0x2_1000;
const RETURN = 0x3_0000;
const RESULT = 0x2_0000;
const SECOND = 1_000_000_000n;
/** CPU 3 of node 1 in the limit of descriptor 27. */
const CPU = 3;
const NODE = 1;

const values: ClockValues = {
  mode: "tsc",
  cycles: 1_000_000n,
  mult: 1 << 24,
  shift: 24,
  realtime: 0x1_0000_0005n * SECOND + 300n,
  monotonic: 100n * SECOND,
  boottime: 200n * SECOND,
  monotonicRaw: 300n * SECOND,
  tai: 400n * SECOND,
  realtimeCoarse: 500n * SECOND + 5n,
  monotonicCoarse: 600n * SECOND + 6n,
  resolution: 1,
  minutesWest: -60,
  dstTime: 1,
};

/** A process that has nothing but a stack, a buffer and the gates. */
class Guest implements GateTask {
  readonly machine: Machine;
  readonly memory = this;
  readonly entries: (readonly [Gate, number])[];
  gates: Gates = { ...NO_GATES };

  constructor(machine: Machine, entries: (readonly [Gate, number])[]) {
    this.machine = machine;
    this.entries = entries;
    machine.setPermissions(RESULT >>> 12, 1, 3);
    machine.setPermissions((STACK >>> 12) - 1, 1, 3);
    machine.setPermissions(RETURN >>> 12, 1, 5);
    machine.setDescriptor(27, CPU | (NODE << 12), 0x0000f500);
    machine.allowSoftwareInterrupt(0x80);
  }

  static async create(): Promise<Guest> {
    const module = await WebAssembly.compile(readFileSync(new URL("../../dist/core.wasm", import.meta.url)));
    const entries: (readonly [Gate, number])[] = [];
    const machine = await Machine.create(module, (kind) => {
      entries.push([kind, machine.registers.eax]);
      machine.registers.eax = 77;
      return false;
    });
    machine.setCpu(0, "max", 1);
    return new Guest(machine, entries);
  }

  map(vdso: VdsoMode): void {
    const entry = mapVdso(this, { vdso, vsyscall: "classic", gate: "int80" });
    mapVsyscall(this, "classic");
    if (typeof entry === "object") this.gates = { vdso: entry.vdso, vvar: entry.vvar, vsyscall: "classic" };
    publishClock(this, values);
  }

  /** Calls a C function with the counter at `tsc` nanoseconds, and gives EAX. */
  call(address: number, tsc: number, ...parameters: number[]): number {
    const { registers, view } = this.machine;
    this.entries.length = 0;
    registers.esp = STACK - 64;
    registers.eip = address;
    [RETURN, ...parameters].forEach((word, i) => {
      view.setUint32(registers.esp + 4 * i, word, true);
    });
    this.machine.setTsc(tsc, 0);
    // HLT: a fault at the return address ends the run.
    this.machine.bytes[RETURN] = 0xf4;
    assert.equal(this.machine.run(100_000), Exit.EXCEPTION);
    const { vector, address: fault } = this.machine.exception();
    assert.deepEqual([vector, registers.eip], [13, RETURN], `exception ${vector} at ${fault.toString(16)}`);
    assert.equal(registers.esp, STACK - 60);
    return registers.eax;
  }

  vdso(name: keyof typeof SYMBOLS, tsc: number, ...parameters: number[]): number {
    return this.call(this.gates.vdso + SYMBOLS[name], tsc, ...parameters);
  }

  words(count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.machine.view.getInt32(RESULT + 4 * i, true));
  }

  findUnmappedArea(): number {
    return 0x4000_0000;
  }

  mapSpecial({ address, length, permissions }: SpecialMapping): void {
    this.machine.setPermissions(address >>> 12, length >>> 12, permissions);
  }

  readU32(): null {
    return null;
  }

  systemCall(): number {
    return 0;
  }
}

for (const mode of ["on", "fixed"] as const) {
  describe(`vDSO code in the core, vdso=${mode}`, () => {
    let guest: Guest;
    before(async () => {
      guest = await Guest.create();
    });
    beforeEach(() => {
      guest.map(mode);
    });

    it("tells the time of every clock without entering the kernel", () => {
      for (const [clock, seconds, nanoseconds] of [
        [0, 5, 1300],
        [1, 100, 1000],
        [4, 300, 1000],
        [5, 500, 5],
        [6, 600, 6],
        [7, 200, 1000],
        [11, 400, 1000],
      ] as const) {
        assert.equal(guest.vdso("__vdso_clock_gettime", 1_001_000, clock, RESULT), 0);
        assert.deepEqual(guest.words(2), [seconds, nanoseconds], `clock ${clock}`);
        assert.equal(guest.vdso("__vdso_clock_gettime64", 1_001_000, clock, RESULT), 0);
        assert.deepEqual(guest.words(4), [seconds, Number(clock === 0), nanoseconds, 0], `clock ${clock}, 64 bits`);
        assert.deepEqual(guest.entries, []);
      }
    });

    it("carries nanoseconds into seconds, three times if need be", () => {
      assert.equal(guest.vdso("__vdso_clock_gettime", 3_100_000_000, 1, RESULT), 0);
      assert.deepEqual(guest.words(2), [103, 99_000_000]);
    });

    for (const [what, name, number, tsc, parameters] of [
      ["a clock it does not know", "__vdso_clock_gettime64", 403, 0, [2, RESULT]],
      ["a negative clock", "__vdso_clock_gettime", 265, 1_000_000, [0xffff_fffb, RESULT]],
      ["a counter behind the page's", "__vdso_clock_gettime", 265, 999_999, [1, RESULT]],
      ["a counter far ahead", "__vdso_clock_gettime64", 403, 5_000_000_000, [1, RESULT]],
      ["a counter farther ahead", "__vdso_clock_gettime64", 403, 2 ** 40, [1, RESULT]],
      ["the resolution of a clock it does not know", "__vdso_clock_getres", 266, 0, [3, RESULT]],
    ] as const) {
      it(`enters the kernel for ${what}`, () => {
        assert.equal(guest.vdso(name, tsc, ...parameters), 77);
        assert.deepEqual(guest.entries, [[Gate.INT80, number]]);
      });
    }

    it("enters the kernel for the high-resolution clocks in mode none, and not for the others", () => {
      publishClock(guest, { ...values, mode: "none" });
      for (const [name, number, parameters] of [
        ["__vdso_clock_gettime", 265, [0, RESULT]],
        ["__vdso_clock_gettime64", 403, [4, RESULT]],
        ["__vdso_gettimeofday", 78, [RESULT, 0]],
      ] as const) {
        assert.equal(guest.vdso(name, 0, ...parameters), 77);
        assert.deepEqual(guest.entries, [[Gate.INT80, number]]);
      }
      guest.vdso("__vdso_clock_gettime", 0, 5, RESULT);
      assert.deepEqual([guest.words(2), guest.entries], [[500, 5], []]);
      assert.equal(guest.vdso("__vdso_time", 0, 0), 5);
      assert.deepEqual(guest.entries, []);
    });

    it("gives gettimeofday microseconds and the time zone", () => {
      assert.equal(guest.vdso("__vdso_gettimeofday", 3_000_000, RESULT, RESULT + 8), 0);
      assert.deepEqual(guest.words(4), [5, 2000, -60, 1]);
      assert.equal(guest.vdso("__vdso_gettimeofday", 3_000_000, 0, 0), 0);
    });

    it("gives time() and stores it if asked", () => {
      assert.equal(guest.vdso("__vdso_time", 0, RESULT), 5);
      assert.deepEqual(guest.words(1), [5]);
    });

    it("gives resolutions", () => {
      assert.equal(guest.vdso("__vdso_clock_getres", 0, 1, RESULT), 0);
      assert.deepEqual(guest.words(2), [0, 1]);
      assert.equal(guest.vdso("__vdso_clock_getres", 0, 6, RESULT), 0);
      assert.deepEqual(guest.words(2), [0, 4_000_000]);
    });

    it("reads the CPU and its node from a descriptor's limit", () => {
      assert.equal(guest.vdso("__vdso_getcpu", 0, RESULT, RESULT + 4, 0), 0);
      assert.deepEqual(guest.words(2), [CPU, NODE]);
      assert.equal(guest.vdso("__vdso_getcpu", 0, 0, 0, 0), 0);
    });

    it("waits while the sequence number is odd", () => {
      const { view, registers } = guest.machine;
      view.setUint32(guest.gates.vvar, view.getUint32(guest.gates.vvar, true) + 1, true);
      registers.esp = STACK - 64;
      [RETURN, 1, RESULT].forEach((word, i) => {
        view.setUint32(registers.esp + 4 * i, word, true);
      });
      registers.eip = guest.gates.vdso + SYMBOLS.__vdso_clock_gettime;
      assert.equal(guest.machine.run(1000), Exit.BUDGET);
      publishClock(guest, values);
      assert.equal(guest.machine.run(1000), Exit.EXCEPTION);
      assert.equal(registers.eip, RETURN);
    });
  });
}

describe("classic vsyscall page in the core", () => {
  let guest: Guest;
  before(async () => {
    guest = await Guest.create();
    guest.map("on");
  });

  it("reads the clock without entering the kernel", () => {
    assert.equal(guest.call(VSYSCALL_ADDRESS, 3_000_000, RESULT, RESULT + 8), 0);
    assert.deepEqual(guest.words(4), [5, 2000, -60, 1]);
    assert.equal(guest.call(VSYSCALL_ADDRESS + 0x400, 0, RESULT), 5);
    assert.equal(guest.call(VSYSCALL_ADDRESS + 0x800, 0, RESULT, RESULT + 4, 0), 0);
    assert.deepEqual(guest.words(2), [CPU, NODE]);
    assert.deepEqual(guest.entries, []);
  });

  it("says -ENOSYS in the fourth slot", () => {
    assert.equal(guest.call(VSYSCALL_ADDRESS + 0xc00, 0) | 0, -38);
  });

  it("enters the kernel in clock mode none", () => {
    publishClock(guest, { ...values, mode: "none" });
    assert.equal(guest.call(VSYSCALL_ADDRESS, 0, RESULT, 0), 77);
    assert.deepEqual(guest.entries, [[Gate.INT80, 78]]);
  });
});
