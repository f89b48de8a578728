/** The native harness works here, and this machine's processor does what the recorded one did. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "./compare.ts";
import { casesOf, FORMS } from "./generate.ts";
import { nativeUnavailable, runNative } from "./native.ts";
import { readRecording, RECORDED_SEED } from "./recording.ts";

/** Families in which every processor does the same, but for the flags that the manual leaves undefined. */
const FAMILIES = ["arithmetic", "flags and decimal"];

for (const family of FAMILIES) {
  test(`this machine's processor agrees with the recording: ${family}`, (t) => {
    const reason = nativeUnavailable();
    if (reason !== null) {
      t.skip(reason);
      return;
    }
    const recording = readRecording(family);
    assert.ok(recording);
    const cases = FORMS.filter((form) => form.family === family).flatMap((form) => casesOf(form, RECORDED_SEED));
    const outcomes = runNative(cases);
    cases.forEach((input, i) => {
      const outcome = outcomes[i];
      assert.ok(outcome);
      assert.deepEqual(compare(input, recording.next(input), outcome), [], Buffer.from(input.code).toString("hex"));
    });
  });
}
