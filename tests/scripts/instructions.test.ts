import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { InstructionRows, type InstructionRow } from "../../scripts/instruction-rows.ts";
import { instructionsDocument } from "../../scripts/instructions.ts";

describe("the core's instructions", () => {
  let rows: InstructionRows;
  before(async () => {
    rows = await InstructionRows.create();
  });

  /** Rows as the document has them, found by the bytes of an instruction. */
  const cases: readonly (readonly [string, readonly number[], Partial<InstructionRow>])[] = [
    ["one in a register or memory", [0x01, 0x18], { mnemonic: "add", opcode: "01", operands: "r/m16/32,r16/32" }],
    ["one of a group", [0x66, 0xc1, 0xe0, 4], { mnemonic: "shl", opcode: "C1 /4 /6", operands: "r/m16/32,imm8" }],
    ["one whose opcode names a register", [0x55], { mnemonic: "push", opcode: "50+r", operands: "r16/32" }],
    ["one with a condition", [0x0f, 0x45, 0xc1], { mnemonic: "cmovcc", opcode: "0F 40–4F", needs: ["CMOV"] }],
    ["one of the x87's", [0xd9, 0xfe], { mnemonic: "fsin", opcode: "D9 FE", operands: "", needs: ["FPU"] }],
    ["one with a mandatory prefix", [0x2e, 0xf2, 0x0f, 0x58, 0xc1], { opcode: "F2 0F 58", needs: ["SSE2"] }],
    ["one that is another without its feature", [0xf3, 0x0f, 0xbd, 0xc1], { mnemonic: "lzcnt", needs: ["ABM"] }],
    ["one whose prefix means nothing", [0xf3, 0x01, 0x18], { mnemonic: "add", opcode: "01" }],
  ];
  for (const [what, bytes, expected] of cases) {
    it(`has ${what}`, () => {
      const found = rows.rows[rows.find(Uint8Array.from(bytes))?.row ?? -1];
      assert.ok(found);
      assert.deepEqual({ ...found, ...expected }, found);
    });
  }

  it("tells memory from registers", () => {
    assert.equal(rows.find(Uint8Array.of(0x01, 0x18))?.memory, true);
    assert.equal(rows.find(Uint8Array.of(0x01, 0xd8))?.memory, false);
  });

  it("has none for what is undefined, and for what only later processors have", () => {
    for (const bytes of [[0x0f, 0x04], [0xff, 0xff], [0xc5, 0xf4, 0x58, 0xc2], [0x0f, 0x01, 0xd0], [0x66], []]) {
      assert.equal(rows.find(Uint8Array.from(bytes)), null, String(bytes));
    }
  });

  it("are what docs/instructions.md says", () => {
    const file = readFileSync(new URL("../../docs/instructions.md", import.meta.url), "utf8");
    assert.equal(file, instructionsDocument(rows), "run scripts/instructions.ts");
  });
});
