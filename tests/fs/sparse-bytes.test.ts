/** File contents in memory, against a plain array. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { Budget } from "../../src/fs/tmpfs/budget.ts";
import { SparseBytes } from "../../src/fs/tmpfs/sparse-bytes.ts";
import { Xoshiro128 } from "../../src/platform/xoshiro.ts";

const MODEL_SIZE = 300_000;

it("random writes, truncations and holes give what a plain array gives", () => {
  const random = new Xoshiro128(1);
  const below = (bound: number) => random.next() % bound;
  const budget = new Budget(1 << 24, 10);
  const bytes = new SparseBytes(budget);
  const model = new Uint8Array(MODEL_SIZE);
  let size = 0;
  for (let step = 0; step < 2000; step++) {
    const at = below(200_000);
    const length = below(below(4) === 0 ? 90_000 : 300);
    switch (below(5)) {
      case 0:
        bytes.truncate(at);
        model.fill(0, Math.min(at, size));
        size = at;
        break;
      case 1:
        bytes.discard(at, at + length);
        model.fill(0, at, at + length);
        break;
      case 2:
        bytes.allocate(at, at + length);
        break;
      default: {
        const source = new Uint8Array(length);
        random.fill(source);
        assert.equal(bytes.write(source, at), length);
        model.set(source, at);
        if (length > 0) size = Math.max(size, at + length);
      }
    }
    assert.equal(bytes.size, size);
    const target = new Uint8Array(below(100_000)).fill(0xee);
    const from = below(200_000);
    const count = bytes.read(target, from);
    assert.equal(count, Math.min(target.length, Math.max(0, size - from)));
    assert.deepEqual(target.subarray(0, count), model.subarray(from, from + count));
  }
  bytes.release();
  assert.equal(budget.bytesFree, 1 << 24);
});

it("data and holes follow one another and cover the file", () => {
  const bytes = new SparseBytes(new Budget(1 << 24, 10));
  for (const page of [0, 1, 5, 16, 17, 1000, 100_000]) bytes.write(Uint8Array.of(1), page * 4096 + 7);
  bytes.truncate(100_002 * 4096);
  const found: number[] = [];
  for (let at = bytes.nextData(0); at < bytes.size; at = bytes.nextData(bytes.nextHole(at))) {
    found.push(at / 4096, bytes.nextHole(at) / 4096);
  }
  assert.deepEqual(found, [0, 2, 5, 6, 16, 18, 1000, 1001, 100_000, 100_001]);
});

it("what does not fit the budget is not written, and costs nothing", () => {
  const budget = new Budget(100_000, 10);
  const bytes = new SparseBytes(budget);
  assert.equal(bytes.write(new Uint8Array(200_000), 0), 65536);
  assert.ok(bytes.write(new Uint8Array(70_000), 65536) < 0 || bytes.size < 135_536);
  assert.ok(budget.bytesFree >= 0);
  assert.equal(bytes.allocate(0, 2 ** 43), -28);
  bytes.truncate(2 ** 43);
  bytes.truncate(0);
  assert.equal(budget.bytesFree, 100_000);
});
