/** Shared mappings of one file agree with each other and with the calls on the file, on real Linux and here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compiled, inside, natively, noCompiler } from "./native.ts";

describe("shared mappings of a file, compared with real Linux", { skip: noCompiler() ?? false }, () => {
  it("data and code through several, strings from one to another, calls on the file and its size", async () => {
    const program = compiled("alias");
    const { stdout, status } = await inside(program);
    assert.deepEqual({ stdout, status }, natively(program));
  });
});
