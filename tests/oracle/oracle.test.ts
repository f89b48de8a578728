/**
 * Replays what a real processor made of every instruction form, and says of each family how the emulated one differs.
 * `npm run oracle -- --live` asks the processor of this machine; `--help` lists the options.
 */
import assert from "node:assert/strict";
import { before, describe as suite, test } from "node:test";
import { describe, replay, smallest } from "./check.ts";
import { Emulated } from "./emulated.ts";
import { FAMILIES } from "./generate.ts";

suite("the processor agrees with recorded hardware", () => {
  let emulated: Emulated;
  before(async () => {
    emulated = await Emulated.create();
  });
  for (const family of FAMILIES) {
    test(family, () => {
      const { cases, failures } = replay(emulated, family);
      const example = smallest(failures);
      const forms = new Set(failures.map(({ form }) => form.name)).size;
      assert.ok(
        !example,
        example && `${failures.length} of ${cases} in ${forms} forms\n${describe(example, emulated)}`,
      );
    });
  }
});
