/** System calls on files: linux-gate answers what Linux answered, and Linux still does. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingProcessor } from "../vdso-image/toolchain.ts";
import { cases } from "./cases.ts";
import { readRecording, recordedLinux, thisLinux } from "./recording.ts";
import { runInside, runMounted, runNatively } from "./script.ts";

const recording = readRecording();
const notRoot = process.getuid?.() === 0 ? null : "only root can run the cases of root";

describe("system calls on files, in linux-gate", () => {
  for (const test of cases) {
    it(test.name, async () => assert.deepEqual(await runInside(test), recording.get(test.name)));
  }
});

/** What a host that is reached through Node cannot do, by case. */
const LIMITS_OF_NODE: ReadonlyMap<string, string> = new Map([
  ["/proc/self/fd", "an unlinked file cannot be opened again"],
  ["holes: SEEK_DATA, SEEK_HOLE and blocks", "Node has no lseek: all is data"],
  ["append", "O_APPEND given to the host cannot be taken back"],
  ["fallocate", "Node has no fallocate"],
  ["getcwd: a path that is too long", "the host is asked by whole paths"],
  ["renameat2", "Node has no renameat2: nothing is exchanged"],
  ["mknod", "Node has no mknod"],
  ["fifo", "Node has no mknod"],
  ["stat64, stat and statx say the same", "Node sets times in microseconds"],
  ["times", "Node sets times in microseconds"],
  ["times as a user", "Node sets times in microseconds"],
]);

describe("system calls on files, in a mounted folder", { skip: missingProcessor() ?? notRoot ?? false }, () => {
  for (const test of cases) {
    if (LIMITS_OF_NODE.has(test.name)) continue;
    it(test.name, async () => assert.deepEqual(await runMounted(test), recording.get(test.name)));
  }
});

describe("system calls on files, on Linux", { skip: missingProcessor() ?? notRoot ?? false }, () => {
  for (const test of cases) {
    it(test.name, (t) => {
      const answers = runNatively(test);
      if (thisLinux === recordedLinux()) assert.deepEqual(answers, recording.get(test.name));
      else t.diagnostic(`recorded on ${recordedLinux()}: not comparing the answers of ${thisLinux}`);
    });
  }
});
