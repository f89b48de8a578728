/** A program that changes its own code in every way that a program has prints the same on real Linux and here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compiled, inside, natively, noCompiler } from "./native.ts";

describe("code that changes, compared with a real processor", { skip: noCompiler() ?? false }, () => {
  it("by itself, by every kind of store, by the kernel, by changes of the mappings", async () => {
    const program = compiled("selfmod");
    const { stdout, status } = await inside(program);
    assert.deepEqual({ stdout, status }, natively(program));
  });
});
