/** No argument of a system call may make the kernel throw, hang, or take memory without bound. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Process } from "../../src/index.ts";
import { ROWS } from "../../src/kernel/dispatch.ts";
import { bytesInput, callbackOutput, deterministicPlatform } from "../../src/platform/deterministic.ts";
import { Xoshiro128 } from "../../src/platform/xoshiro.ts";
import { loadCore } from "../../src/platform/node.ts";
import { exiting } from "./elf-file.ts";

/** Calls that end the process or, with luck, its memory. */
const LEFT_OUT = new Set(["exit", "exit_group"]);
/** Of random calls to each row. */
const ROUNDS = 60;
/** A call that takes longer than this hangs. Generous, because the machine may be busy. */
const SLOWEST = 3000;

/** A process with a page of readable and writable memory at each of two addresses, and a few files open. */
async function victim(): Promise<Process> {
  const platform = {
    ...deterministicPlatform(),
    stdin: bytesInput(new Uint8Array(100)),
    stdout: callbackOutput(undefined),
  };
  const files = { "/bin/victim": exiting(0), "/tmp/file": new Uint8Array(10000) };
  const options = { module: await loadCore(), platform, program: "/bin/victim", files, memoryLimit: 64 << 20 };
  const process = await Process.start({ ...options, quiet: true, deterministic: true, strace: () => {} });
  const { task } = process;
  task.memory.mapAnonymous(0x1000_0000, 0x4000, 3);
  task.memory.mapAnonymous(0x1000_5000, 0x1000, 1);
  const text = "/tmp/file\0/tmp/other\0/proc/self/maps\0";
  task.copyOut(
    0x1000_0000,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
  return process;
}

/** Numbers that break things. */
const NASTY = [
  ...[0, 1, 2, 3, 4, 5, 8, 16, 63, 64, 255, 1024, 1025, 4095, 4096, 4097, 65535, 65536],
  ...[0x1000_0000, 0x1000_0001, 0x1000_000a, 0x1000_0fff, 0x1000_3ffc, 0x1000_3fff, 0x1000_4000, 0x1000_5000],
  ...[0x0804_8000, 0x7fff_ffff, 0x8000_0000, 0xbfff_f000, 0xbfff_ffff, 0xc000_0000, 0xfffe_0000, 0xffff_e000],
  ...[0xffff_f000, 0xffff_ff9c, 0xffff_fffe, 0xffff_ffff],
];

describe("hostile arguments", () => {
  let process: Process;
  before(async () => {
    process = await victim();
  });
  after(() => process.stop());

  for (const row of ROWS) {
    if (row === undefined || LEFT_OUT.has(row.name)) continue;
    it(`${row.name}(${row.number})`, async () => {
      const random = new Xoshiro128(row.number);
      const word = (): number => {
        const bytes = new Uint8Array(4);
        random.fill(bytes);
        return new DataView(bytes.buffer).getUint32(0);
      };
      const nasty = (): number => (word() % 10 === 0 ? word() : NASTY[word() % NASTY.length]!);
      for (let round = 0; round < ROUNDS; round++) {
        if (process.isOver || process.task.end !== undefined) process = await victim();
        const { task } = process;
        const values = [nasty(), nasty(), nasty(), nasty(), nasty(), nasty()] as const;
        const started = Date.now();
        task.trace?.enter(row.number, ...values);
        const result = row.handler(task, ...values);
        if (typeof result === "number") {
          task.trace?.leave(result);
          assert.ok(Number.isInteger(result), `${row.name}(${values.join(", ")}) gave ${result}`);
        } else {
          // It waits: a kill ends the wait, and with it the process.
          task.isBeingKilled = true;
          task.signals.wake?.();
          const late = new Promise((resolve) => setTimeout(() => resolve("late"), SLOWEST));
          assert.notEqual(await Promise.race([result, late]), "late", `${row.name}(${values.join(", ")}) hangs`);
          process = await victim();
        }
        const took = Date.now() - started;
        assert.ok(took < SLOWEST, `${row.name}(${values.join(", ")}) took ${took} ms`);
        task.interrupted = undefined;
      }
    });
  }
});
