import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mapVsyscall, publishClock, VSYSCALL_ADDRESS } from "../../src/gates/index.ts";
import type { ClockValues } from "../../src/gates/index.ts";
import { FakeTask } from "./fake-task.ts";

const VVAR = 0xb7ff_0000;
const SECOND = 1_000_000_000n;
const values: ClockValues = {
  mode: "tsc",
  cycles: 0x1_2345_6789n,
  mult: 1 << 24,
  shift: 24,
  realtime: 1_800_000_000n * SECOND + 999_999_999n,
  monotonic: 100n * SECOND + 1n,
  boottime: 200n * SECOND + 2n,
  monotonicRaw: 300n * SECOND + 3n,
  tai: 400n * SECOND + 4n,
  realtimeCoarse: 500n * SECOND + 5n,
  monotonicCoarse: 600n * SECOND + 6n,
  resolution: 1,
  minutesWest: -60,
  dstTime: 1,
};

function published(...times: ClockValues[]): FakeTask {
  const task = new FakeTask();
  task.bytes.fill(0, VVAR, VVAR + 4096);
  mapVsyscall(task, "classic");
  task.bytes.fill(0, VSYSCALL_ADDRESS + 0x600, VSYSCALL_ADDRESS + 0x700);
  task.gates = { vdso: VVAR + 4096, vvar: VVAR, vsyscall: "classic" };
  for (const time of times) publishClock(task, time);
  return task;
}

/** Seconds and (shifted) nanoseconds of a clock id. */
const base = ({ view }: FakeTask, clock: number, id: number): bigint[] =>
  [0, 8].map((offset) => view.getBigUint64(clock + 40 + 16 * id + offset, true));

describe("data page", () => {
  it("has struct vdso_clock of Linux 6.18", () => {
    const { view } = published(values);
    assert.equal(view.getInt32(VVAR + 4, true), 1);
    assert.equal(view.getBigUint64(VVAR + 8, true), values.cycles);
    assert.equal(view.getBigUint64(VVAR + 24, true), 0xffff_ffff_ffff_ffffn);
    assert.deepEqual([view.getUint32(VVAR + 32, true), view.getUint32(VVAR + 36, true)], [1 << 24, 24]);
    assert.deepEqual(
      [0x910, 0x914, 0x918].map((at) => view.getInt32(VVAR + at, true)),
      [-60, 1, 1],
    );
  });

  it("shifts the nanoseconds of high-resolution clocks and not of coarse ones", () => {
    const task = published(values);
    const shifted = (ns: bigint): bigint => ns << 24n;
    assert.deepEqual(base(task, VVAR, 0), [1_800_000_000n, shifted(999_999_999n)]);
    assert.deepEqual(base(task, VVAR, 1), [100n, shifted(1n)]);
    assert.deepEqual(base(task, VVAR, 7), [200n, shifted(2n)]);
    assert.deepEqual(base(task, VVAR, 11), [400n, shifted(4n)]);
    assert.deepEqual(base(task, VVAR, 5), [500n, 5n]);
    assert.deepEqual(base(task, VVAR, 6), [600n, 6n]);
    assert.deepEqual(base(task, VVAR + 232, 4), [300n, shifted(3n)]);
  });

  it("advances its sequence count to the next even number, even from an odd one", () => {
    const task = published(values, values);
    assert.equal(task.view.getUint32(VVAR, true), 4);
    task.view.setUint32(VVAR, 7, true);
    publishClock(task, values);
    assert.equal(task.view.getUint32(VVAR, true), 8);
    task.view.setUint32(VVAR, 0xffff_fffe, true);
    publishClock(task, values);
    assert.equal(task.view.getUint32(VVAR, true), 0);
  });

  it("bounds the cycles so that their nanoseconds and a second fit 32 bits", () => {
    for (const [mult, shift] of [
      [1 << 24, 24],
      [6_462_474, 24],
      [0xffff_ffff, 31],
      [1, 0],
    ] as const) {
      const { view } = published({ ...values, mult, shift });
      const cycles = view.getBigUint64(VVAR + 16, true);
      assert.ok(cycles < 1n << 32n);
      assert.ok((cycles * BigInt(mult) + ((SECOND - 1n) << BigInt(shift))) >> BigInt(shift) < 1n << 32n);
    }
  });

  it("says clock mode none", () => {
    assert.equal(published({ ...values, mode: "none" }).view.getInt32(VVAR + 4, true), 0);
  });
});

describe("data in the classic vsyscall page", () => {
  it("has the wall clock and the time zone behind the code of time()", () => {
    const task = published(values);
    const data = VSYSCALL_ADDRESS + 0x600;
    assert.equal(task.view.getUint32(data, true), 2);
    assert.deepEqual(base(task, data, 0), [1_800_000_000n, 999_999_999n << 24n]);
    assert.deepEqual(
      [232, 236].map((at) => task.view.getInt32(data + at, true)),
      [-60, 1],
    );
  });

  it("is not written in any other mode", () => {
    const task = published();
    task.gates = { vdso: 0, vvar: 0, vsyscall: "native" };
    publishClock(task, values);
    assert.equal(task.view.getUint32(VSYSCALL_ADDRESS + 0x600, true), 0);
  });
});
