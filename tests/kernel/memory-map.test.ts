/** The memory map: placement, merging, splitting, limits, and that what is given out again is zero. */
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { EACCES, EEXIST, EINVAL, ENOMEM } from "../../src/abi/errno.ts";
import { anonymous } from "../../src/kernel/memory/area.ts";
import { MemoryMap } from "../../src/kernel/memory/memory-map.ts";
import { Machine } from "../../src/machine/machine.ts";
import { loadCore } from "../../src/platform/node.ts";

const PAGE = 4096;
const MIB = 1 << 20;
const machine = await Machine.create(await loadCore(), () => true);

let map: MemoryMap;
let stackLimit: number;

/** Areas as "start-end protection", in pages above `base`. */
function shape(base = 0): string[] {
  return map.areas.map(({ start, end, protection }) => `${(start - base) / PAGE}-${(end - base) / PAGE} ${protection}`);
}

describe("the memory map", () => {
  beforeEach(() => {
    machine.setPermissions(16, 0xbfff0, 0);
    stackLimit = 8 * MIB;
    map = new MemoryMap(machine, {
      memory: 256 * MIB,
      stack: () => stackLimit,
      addressSpace: () => Infinity,
      data: () => Infinity,
    });
  });

  describe("placement", () => {
    it("fills the mmap area downward", () => {
      const first = map.findUnmappedArea(3 * PAGE);
      assert.equal(first, map.mmapBase - 3 * PAGE);
      map.mapAnonymous(first, 3 * PAGE, 3);
      assert.equal(map.findUnmappedArea(1), first - PAGE);
    });

    it("takes the highest gap that is large enough", () => {
      map.mapAnonymous(map.mmapBase - PAGE, PAGE, 3);
      map.mapAnonymous(map.mmapBase - 3 * PAGE, PAGE, 1);
      map.mapAnonymous(map.mmapBase - 9 * PAGE, PAGE, 1);
      assert.equal(map.findUnmappedArea(PAGE), map.mmapBase - 2 * PAGE);
      assert.equal(map.findUnmappedArea(2 * PAGE), map.mmapBase - 5 * PAGE);
      assert.equal(map.findUnmappedArea(6 * PAGE), map.mmapBase - 15 * PAGE);
    });

    it("follows a hint that is free, and passes over one that is not", () => {
      assert.equal(map.findUnmappedArea(PAGE, 0x2000_0123), 0x2000_0000);
      map.mapAnonymous(0x2000_0000, PAGE, 3);
      assert.equal(map.findUnmappedArea(PAGE, 0x2000_0000), map.mmapBase - PAGE);
      assert.equal(map.findUnmappedArea(PAGE, 0xbfff_f000), 0xbfff_f000);
      assert.equal(map.findUnmappedArea(2 * PAGE, 0xbfff_f000), map.mmapBase - 2 * PAGE);
      assert.equal(map.findUnmappedArea(PAGE, 1), 0x1_0000);
    });

    it("tries above the base when there is no room below it", () => {
      map.mapAnonymous(0x1_0000, map.mmapBase - 0x1_0000 - PAGE, 0);
      assert.equal(map.findUnmappedArea(PAGE), map.mmapBase - PAGE);
      assert.equal(map.findUnmappedArea(2 * PAGE), map.mmapBase - PAGE);
      assert.equal(map.findUnmappedArea(0xa000_0000), -ENOMEM);
    });
  });

  describe("merging and splitting", () => {
    const base = 0x2000_0000;

    it("joins neighbours that are alike", () => {
      map.mapAnonymous(base, PAGE, 3);
      map.mapAnonymous(base + 2 * PAGE, PAGE, 3);
      assert.deepEqual(shape(base), ["0-1 3", "2-3 3"]);
      map.mapAnonymous(base + PAGE, PAGE, 3);
      assert.deepEqual(shape(base), ["0-3 3"]);
      assert.equal(map.size, 3 * PAGE);
    });

    it("keeps apart what differs", () => {
      map.mapAnonymous(base, PAGE, 3);
      map.mapAnonymous(base + PAGE, PAGE, 1);
      map.map(anonymous(base + 2 * PAGE, base + 3 * PAGE, 1, { shared: true }));
      assert.deepEqual(shape(base), ["0-1 3", "1-2 1", "2-3 1"]);
    });

    it("splits at munmap and mprotect, and joins again", () => {
      map.mapAnonymous(base, 5 * PAGE, 3);
      assert.equal(map.protect(base + PAGE, base + 2 * PAGE, 1), 0);
      assert.deepEqual(shape(base), ["0-1 3", "1-2 1", "2-5 3"]);
      assert.equal(map.unmap(base + 3 * PAGE, base + 4 * PAGE), 0);
      assert.deepEqual(shape(base), ["0-1 3", "1-2 1", "2-3 3", "4-5 3"]);
      assert.equal(map.protect(base + PAGE, base + 2 * PAGE, 3), 0);
      assert.deepEqual(shape(base), ["0-3 3", "4-5 3"]);
    });

    it("replaces what is there, unless asked not to", () => {
      map.mapAnonymous(base, 4 * PAGE, 3);
      assert.equal(map.map(anonymous(base + PAGE, base + 2 * PAGE, 1), true), -EEXIST);
      assert.equal(map.map(anonymous(base + PAGE, base + 2 * PAGE, 1)), base + PAGE);
      assert.deepEqual(shape(base), ["0-1 3", "1-2 1", "2-4 3"]);
    });

    it("a special mapping is whole or not at all", () => {
      const place = { address: base, length: 2 * PAGE, permissions: 1, mayWrite: false, name: "[vvar]" };
      map.mapSpecial(place);
      assert.equal(map.unmap(base, base + PAGE), -EINVAL);
      assert.equal(map.protect(base, base + PAGE, 0), -EINVAL);
      assert.equal(map.protect(base, base + 2 * PAGE, 3), -EACCES);
      assert.equal(map.protect(base, base + 2 * PAGE, 0), 0);
      assert.equal(map.unmap(base, base + 2 * PAGE), 0);
    });
  });

  describe("pages", () => {
    const base = 0x3000_0000;

    it("are zero however often they have been used", () => {
      for (let i = 0; i < 3; i++) {
        map.mapAnonymous(base, 4 * PAGE, 3);
        assert.ok(machine.bytes.subarray(base, base + 4 * PAGE).every((byte) => byte === 0));
        machine.bytes.fill(0xaa, base, base + 4 * PAGE);
        map.unmap(base + PAGE, base + 4 * PAGE);
        assert.equal(machine.permissions(base + PAGE), 0);
        map.unmap(base, base + PAGE);
      }
    });

    it("have the permissions the processor can give", () => {
      map.mapAnonymous(base, 4 * PAGE, 0);
      [0, 1, 2, 4].forEach((protection, i) => map.protect(base + i * PAGE, base + (i + 1) * PAGE, protection));
      assert.deepEqual(
        [0, 1, 2, 3].map((i) => machine.permissions(base + i * PAGE)),
        [0, 1, 3, 5],
      );
    });

    it("count against the limit when they can be reached", () => {
      assert.equal(map.mapAnonymous(base, 1024 * MIB, 0), base);
      assert.equal(map.charged, 0);
      assert.equal(map.protect(base, base + 200 * MIB, 3), 0);
      assert.equal(map.protect(base + 200 * MIB, base + 300 * MIB, 3), -ENOMEM);
      assert.equal(map.mapAnonymous(base + 1024 * MIB, 100 * MIB, 3), -ENOMEM);
      assert.equal(map.charged, 200 * MIB);
      map.unmap(base, base + 1024 * MIB);
      assert.deepEqual([map.charged, map.size], [0, 0]);
    });
  });

  describe("the stack", () => {
    const top = 0xbfff_0000;
    beforeEach(() => map.map(anonymous(top - 2 * PAGE, top, 3, { growsDown: true })));

    it("grows to the page that was touched", () => {
      assert.ok(map.growStack(top - 5 * PAGE + 8));
      assert.deepEqual(shape(top), ["-5-0 3"]);
      assert.equal(machine.permissions(top - 5 * PAGE), 3);
    });

    it("does not grow past its limit", () => {
      assert.ok(!map.growStack(top - 8 * MIB - 1));
      assert.ok(map.growStack(top - 8 * MIB));
    });

    it("keeps its distance to what is below", () => {
      map.mapAnonymous(top - 4 * MIB, PAGE, 3);
      assert.ok(!map.growStack(top - 3 * MIB));
      assert.ok(map.growStack(top - 3 * MIB + PAGE));
    });

    it("does not grow upward, nor for an address without a stack above it", () => {
      assert.ok(!map.growStack(top));
      map.mapAnonymous(0x4000_0000, PAGE, 3);
      assert.ok(!map.growStack(0x3fff_f000));
    });
  });

  describe("the heap", () => {
    beforeEach(() => {
      map.heapStart = 0x1000_0000;
      map.heapEnd = 0x1000_0000;
    });

    it("moves its end, in bytes", () => {
      assert.equal(map.setHeapEnd(0x1000_1234), 0x1000_1234);
      assert.deepEqual(shape(0x1000_0000), ["0-2 3"]);
      assert.equal(map.setHeapEnd(0x1000_0001), 0x1000_0001);
      assert.deepEqual(shape(0x1000_0000), ["0-1 3"]);
      assert.equal(map.setHeapEnd(0xfff_ffff), 0x1000_0001);
    });

    it("stops a page before the next mapping", () => {
      map.mapAnonymous(0x1000_4000, PAGE, 3);
      assert.equal(map.setHeapEnd(0x1000_3001), 0x1000_0000);
      assert.equal(map.setHeapEnd(0x1000_3000), 0x1000_3000);
    });
  });
});
