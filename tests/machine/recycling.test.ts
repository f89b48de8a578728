/** A machine that has been used is, for the next program, as good as new. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Machine, READ, WRITE } from "../../src/machine/machine.ts";
import { loadCore } from "../../src/platform/node.ts";

const VISIBLE = 0xffffe000;

describe("a retired machine", () => {
  it("comes back with nothing mapped, all registers 0, and no byte left above user space", async () => {
    const module = await loadCore();
    const first = await Machine.create(module, () => true);
    first.setPermissions(VISIBLE >>> 12, 1, READ | WRITE);
    first.view.setUint32(VISIBLE, 0x12345678, true);
    first.setDescriptor(6, 0x1234, 0x5678);
    first.setLocalDescriptor(9, 0x1234, 0x5678);
    first.localSelector = 0x88;
    first.registers.eax = 7;
    first.retire();

    const second = await Machine.create(module, () => true);
    assert.equal(second, first, "the spare one is used");
    assert.equal(second.permissions(VISIBLE), 0);
    assert.equal(second.word(VISIBLE), 0);
    assert.deepEqual(second.descriptor(6), [0, 0]);
    assert.equal(second.localEntries, 0);
    assert.equal(second.word(second.core.LDTR.value), 0);
    second.setLocalDescriptor(20, 1, 2);
    assert.deepEqual([...second.localTable(8 * 20)], Array<number>(8 * 20).fill(0));
    assert.equal(second.registers.eax, 0);
    assert.equal(second.retired, 0n);
  });
});
