import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { splitWords } from "../../web/words.ts";

describe("splitWords", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["", []],
    ["  ", []],
    ["one two", ["one", "two"]],
    ["  one\ttwo  ", ["one", "two"]],
    ["'one two' three", ["one two", "three"]],
    ['"one two"three', ["one twothree"]],
    ["''", [""]],
    [`a'b"c'd`, [`ab"cd`]],
    [String.raw`one\ two`, ["one two"]],
    [String.raw`"a\"b\\c\d"`, [String.raw`a"b\c\d`]],
    [String.raw`'a\b'`, [String.raw`a\b`]],
    ["\\", ["\\"]],
  ];
  for (const [line, words] of cases) {
    it(`splits ${JSON.stringify(line)} as a shell does`, () => assert.deepEqual(splitWords(line), words));
  }

  it("says that a quote has no partner", () => {
    assert.match(splitWords("'one") as string, /'/);
    assert.match(splitWords('one"') as string, /"/);
  });
});
