/** The comparison itself: whatever differs is found, and what the manual leaves undefined is not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Case, Outcome, X87State, XmmState } from "./case.ts";
import { AF, CF, codeAddress, initialSegments, isSixteenBit, TIMEOUT } from "./case.ts";
import { compare } from "./compare.ts";
import { CODE, LOCAL } from "./window.ts";

const X87: X87State = {
  control: 0x37f,
  status: 0x80,
  valid: 0xff,
  opcode: 1,
  instruction: 2,
  operand: 3,
  registers: new Uint8Array(80),
};
const XMM: XmmState = { mxcsr: 0x1f80, registers: new Uint8Array(128) };
const INPUT: Case = {
  eip: 0x2000_0400,
  code: Uint8Array.of(0x90),
  registers: new Uint32Array(8),
  eflags: 0x202,
  segments: [0x2b, 0x2b, 0x63, 0x6b],
  memory: [],
  x87: X87,
  xmm: XMM,
  allowance: { flags: AF },
};
const OUTCOME: Outcome & { retired: number } = {
  vector: 3,
  error: 0,
  address: 0,
  registers: new Uint32Array(8),
  eflags: 0x202,
  eip: 0x2000_0402,
  segments: [0x2b, 0x23, 0x2b, 0x2b, 0x63, 0x6b],
  x87: X87,
  xmm: XMM,
  memory: [],
  retired: 2,
};

const found = (got: Partial<typeof OUTCOME>, expected: Partial<Outcome> = {}): string[] =>
  compare(INPUT, { ...OUTCOME, ...expected }, { ...OUTCOME, ...got }).map(({ what }) => what);

describe("comparison of outcomes", () => {
  test("equal outcomes do not differ", () => assert.deepEqual(found({}), []));
  test("each part of the state counts", () => {
    assert.deepEqual(found({ vector: 6 }), ["end"]);
    assert.deepEqual(found({ eip: 0 }), ["end"]);
    assert.deepEqual(found({ registers: Uint32Array.of(0, 0, 0, 0, 0, 0, 0, 1) }), ["EDI"]);
    assert.deepEqual(found({ eflags: 0x202 | CF }), ["EFLAGS"]);
    assert.deepEqual(found({ segments: [0x2b, 0x23, 0x2b, 0x2b, 0x63, 0] }), ["GS"]);
    assert.deepEqual(found({ memory: [{ address: 1, bytes: Uint8Array.of(1) }] }), ["memory"]);
    assert.deepEqual(found({ retired: 1 }), ["retired instructions"]);
  });
  test("each part of the x87 counts", () => {
    const changed = (x87: Partial<X87State>): string[] => found({ x87: { ...X87, ...x87 } });
    assert.deepEqual(changed({ control: 0 }), ["x87 control word"]);
    assert.deepEqual(changed({ status: 0x81 }), ["x87 status word"]);
    assert.deepEqual(changed({ valid: 0 }), ["x87 valid registers"]);
    assert.deepEqual(changed({ registers: new Uint8Array(80).fill(1, 79) }), ["ST(7)"]);
    assert.deepEqual(changed({ opcode: 0 }), ["x87 last opcode"]);
    assert.deepEqual(changed({ instruction: 0 }), ["x87 last instruction"]);
    assert.deepEqual(changed({ operand: 0 }), ["x87 last operand"]);
  });
  test("each part of the XMM state counts", () => {
    const changed = (xmm: Partial<XmmState>): string[] => found({ xmm: { ...XMM, ...xmm } });
    assert.deepEqual(changed({ mxcsr: 0x1f81 }), ["MXCSR"]);
    assert.deepEqual(changed({ registers: new Uint8Array(128).fill(1, 127) }), ["XMM7"]);
  });
  test("what has not ended is nowhere in particular, but both must not have ended", () => {
    const endless = { vector: TIMEOUT, eip: INPUT.eip };
    assert.deepEqual(found({ ...endless, registers: new Uint32Array(8).fill(7) }, endless), []);
    assert.deepEqual(found({}, endless), ["end"]);
  });
  test("error code and address count for a page fault", () => {
    const fault = { vector: 14, error: 6, address: 0x1000, eip: INPUT.eip };
    assert.deepEqual(found({ ...fault, retired: 0 }, fault), []);
    assert.deepEqual(found({ ...fault, retired: 0, error: 4 }, fault), ["end"]);
    assert.deepEqual(found({ ...fault, retired: 0, address: 0x1001 }, fault), ["end"]);
  });
  test("a single step retires its instruction, an iteration of a repeated one need not", () => {
    const step = { vector: 1, eip: INPUT.eip + 1 };
    assert.deepEqual(found({ ...step, retired: 1 }, step), []);
    assert.deepEqual(found({ ...step, retired: 0 }, step), ["retired instructions"]);
    const iteration = { vector: 1, eip: INPUT.eip };
    assert.deepEqual(found({ ...iteration, retired: 0 }, iteration), []);
  });
  test("segments count from those that the case starts with", () => {
    const input = { ...INPUT, codeSegment: LOCAL.code32Limited.selector, stackSegment: LOCAL.stack16.selector };
    assert.deepEqual(initialSegments(input), [0x2b, 0x2f, 0x97, 0x2b, 0x63, 0x6b]);
    assert.equal(codeAddress({ ...input, eip: 0x400 }), CODE.address + 0x400);
    assert.equal(isSixteenBit(input), false);
    assert.equal(isSixteenBit({ ...input, codeSegment: LOCAL.code16.selector }), true);
  });
  test("an undefined flag does not count, unless asked for", () => {
    assert.deepEqual(found({ eflags: 0x202 | AF }), []);
    const strict = compare(INPUT, OUTCOME, { ...OUTCOME, eflags: 0x202 | AF }, true);
    assert.deepEqual(
      strict.map(({ what }) => what),
      ["EFLAGS"],
    );
  });
  test("a fault leaves every flag as it was", () => {
    const fault = { vector: 13, eip: INPUT.eip };
    assert.deepEqual(found({ ...fault, retired: 0, eflags: 0x202 | AF }, fault), ["EFLAGS"]);
  });
});
