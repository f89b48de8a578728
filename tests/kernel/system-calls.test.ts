/** The table of system calls: sound, and the same as its document. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { systemCallsDocument } from "../../scripts/system-calls.ts";
import { SYSTEM_CALL_NAMES } from "../../src/abi/unistd.ts";
import { ARGUMENTS } from "../../src/kernel/strace/arguments.ts";
import { SYSTEM_CALLS } from "../../src/kernel/syscalls/table.ts";

describe("the table of system calls", () => {
  it("is in the order of the numbers, each once", () => {
    const numbers = SYSTEM_CALLS.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
  });

  it("has Linux's names", () => {
    for (const { number, name } of SYSTEM_CALLS) assert.equal(name, SYSTEM_CALL_NAMES[number]);
  });

  it("describes at most the six registers that there are", () => {
    for (const row of SYSTEM_CALLS) {
      const width = row.arguments.reduce((sum, kind) => sum + ARGUMENTS[kind].width, 0);
      assert.ok(width <= 6, row.name);
    }
  });

  it("describes every argument that a handler takes", () => {
    for (const row of SYSTEM_CALLS) {
      const width = row.arguments.reduce((sum, kind) => sum + ARGUMENTS[kind].width, 0);
      assert.ok(
        width >= row.handler.length - 1,
        `${row.name}: ${row.handler.length - 1} arguments, ${width} described`,
      );
    }
  });

  it("says of partial support what is missing", () => {
    for (const { name, support, note } of SYSTEM_CALLS) assert.equal(note !== undefined, support === "partial", name);
  });

  it("is what docs/system-calls.md says", () => {
    const file = readFileSync(new URL("../../docs/system-calls.md", import.meta.url), "utf8");
    assert.equal(file, systemCallsDocument());
  });
});
