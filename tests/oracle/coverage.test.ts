/** Every place of the opcode maps is met by a case, or named in LEFT_OUT with the reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEFT_OUT, Places } from "./coverage.ts";
import { isSixteenBit } from "./case.ts";
import { Emulated } from "./emulated.ts";
import { caseOf, FORMS } from "./generate.ts";
import { RECORDED_SEED } from "./recording.ts";

/** Families of forms that go through many rows: all their cases are looked at. Of the others some will do. */
const MANY_ROWS = ["simd encoding", "refused", "hints", "lock"];
const SOME = 64;

test("every row of the opcode maps is met in every operand form", async () => {
  const places = new Places(await Emulated.create());
  const missing = places.all();
  assert.ok(missing.size > 4000, `${missing.size} places`);
  for (const form of FORMS) {
    const step = MANY_ROWS.includes(form.family) ? 1 : Math.max(1, Math.floor(form.cases / SOME));
    for (let index = 0; index < form.cases; index += step) {
      const input = caseOf(form, RECORDED_SEED, index);
      if (isSixteenBit(input)) continue;
      for (const place of places.of(input.code)) missing.delete(place);
    }
  }
  const unexplained = [...missing].filter((place) => !LEFT_OUT.some(([pattern]) => pattern.test(place)));
  assert.deepEqual(unexplained, []);
  const useless = LEFT_OUT.filter(([pattern]) => ![...missing].some((place) => pattern.test(place)));
  assert.deepEqual(useless, []);
});
