/** More code than there is room for when decoded: all blocks are forgotten, and the guest does not notice. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BareCore, EXECUTE, EXIT_BUDGET, EXIT_EXCEPTION, READ, WRITE } from "./core.ts";

const DRIVER = 0x0100_0000;
const STACK = 0x0100_2000;
const CODE = 0x1000_0000;
/** A RET ends each piece; before it stands INC EAX, so that a call of any byte counts the rest. */
const PIECE = 64;
const INC_EAX = 0x40;
const RET = 0xc3;
const PAGES = 160;
const SIZE = PAGES * 4096;
const HLT_FAULT = 13;

describe("the room for decoded blocks", () => {
  it("is used again when it is full, while a program runs", async (t) => {
    const machine = await BareCore.create();
    const { core, bytes } = machine;
    core.setPermissions(DRIVER >>> 12, 1, READ | EXECUTE);
    core.setPermissions((STACK >>> 12) - 1, 1, READ | WRITE);
    core.setPermissions(CODE >>> 12, PAGES, READ | EXECUTE);
    bytes.fill(INC_EAX, CODE, CODE + SIZE);
    for (let end = CODE + PIECE - 1; end < CODE + SIZE; end += PIECE) bytes[end] = RET;
    // l: call edi; inc edi; dec ecx; jnz l; hlt
    machine.put(DRIVER, [0xff, 0xd7, 0x47, 0x49, 0x75, 0xfa, 0xf4]);
    machine.setWord(core.ESP, STACK);
    machine.setWord(core.EDI, CODE);
    machine.setWord(core.ECX, SIZE);
    machine.setWord(core.EIP, DRIVER);

    const room = (core.ARENA_END.value >>> 0) - (core.ARENA.value >>> 0);
    let [forgotten, most, before, exit] = [0, 0, 0, EXIT_BUDGET];
    while (exit === EXIT_BUDGET) {
      exit = core.run(100_000);
      const now = core.decodedBytes() >>> 0;
      if (now < before) forgotten++;
      most = Math.max(most, before, now);
      before = now;
    }
    t.diagnostic(`${most} of ${room} bytes used, forgotten ${forgotten} times`);
    assert.deepEqual([exit, machine.word(core.EXCEPTION_VECTOR)], [EXIT_EXCEPTION, HLT_FAULT]);
    // 63 + 62 + ... + 0 for each piece, and five instructions around each call.
    const counted = (SIZE / PIECE) * ((PIECE * (PIECE - 1)) / 2);
    assert.equal(machine.word(core.EAX), counted);
    assert.equal(machine.retired(), BigInt(counted + 5 * SIZE));
    assert.ok(forgotten >= 1 && most <= room);
  });
});
