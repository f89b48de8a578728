/** The guest's clock follows the host's, never goes back, and is its time-stamp counter. */
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Clock } from "../../src/kernel/clock.ts";
import { EXECUTE, Machine, READ } from "../../src/machine/machine.ts";
import { deterministicPlatform } from "../../src/platform/deterministic.ts";
import { loadCore } from "../../src/platform/node.ts";
import type { Platform } from "../../src/platform/platform.ts";

const SLICE = 100_000;
const CODE = 0x10000;
const machine = await Machine.create(await loadCore(), () => true);
machine.setPermissions(CODE >>> 12, 1, READ | EXECUTE);
// dec %ecx; jmp back
machine.bytes.set([0x49, 0xeb, 0xfd], CODE);

let host: bigint;
let wall: bigint;
let clock: Clock;

function hostPlatform(): Platform {
  return { ...deterministicPlatform(), monotonic: () => host, now: () => wall };
}

/** One slice, for which the host needs `nanoseconds`. */
function slice(nanoseconds: number): void {
  clock.startSlice(SLICE);
  machine.registers.eip = CODE;
  machine.run(SLICE);
  host += BigInt(nanoseconds);
  wall += BigInt(nanoseconds);
}

describe("the clock", () => {
  beforeEach(() => {
    host = 5_000_000_000n;
    wall = 1_700_000_000_123_456_789n;
    clock = new Clock(hostPlatform(), { isDeterministic: false, source: "tsc" });
    clock.attach(machine);
  });

  it("tells the host's time", () => {
    assert.equal(clock.monotonic(), host);
    assert.equal(clock.realtime(), wall);
    assert.deepEqual(clock.realTime(), { seconds: 1_700_000_000, nanoseconds: 123_456_789 });
    host += 999n;
    assert.deepEqual(clock.monotonicTime(), { seconds: 5, nanoseconds: 999 });
  });

  it("is the time-stamp counter", () => {
    slice(200_000);
    assert.equal(clock.monotonic(), BigInt(machine.tsc));
    assert.equal(clock.values().cycles, clock.values().monotonic);
  });

  it("goes on inside a slice, and meets the host's clock after it", () => {
    for (let i = 0; i < 50; i++) slice(300_000);
    clock.startSlice(SLICE);
    const before = machine.tsc;
    machine.run(SLICE);
    const passed = machine.tsc - before;
    assert.ok(passed > 200_000 && passed < 400_000, `${passed} ns passed where the host needs 300000`);
  });

  it("never goes back, however the host's pace changes", () => {
    let last = clock.monotonic();
    for (let i = 0; i < 200; i++) {
      slice([10_000, 5_000_000, 0, 300_000, 40_000][i % 5]!);
      const now = clock.monotonic();
      assert.ok(now >= last);
      last = now;
    }
    assert.ok(last >= host && last < host + 10_000_000n, `${last - host} ns ahead`);
  });

  it("does not take a long system call for the guest's pace", () => {
    for (let i = 0; i < 20; i++) slice(100_000_000);
    clock.startSlice(SLICE);
    const before = machine.tsc;
    machine.run(SLICE);
    assert.ok(machine.tsc - before < 2_000_000);
  });

  it("follows a wall clock that is set", () => {
    wall += 3_600_000_000_000n;
    host += 2_000_000_000n;
    wall += 2_000_000_000n;
    slice(0);
    assert.equal(clock.realtime() - clock.monotonic(), wall - host);
  });

  it("follows the instructions alone when it is to be deterministic", () => {
    const platform = deterministicPlatform();
    clock = new Clock(platform, { isDeterministic: true, source: "tsc" });
    clock.attach(machine);
    const [start, retired] = [clock.monotonic(), machine.retired];
    clock.startSlice(SLICE);
    machine.run(SLICE);
    assert.equal(clock.monotonic() - start, machine.retired - retired);
  });
});
