/** C programs of two libraries, glibc and musl, read their clocks through the vDSO: no system call for the time. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, describe, it } from "node:test";
import { runInside, runNatively, scratch } from "./guest.ts";

const SOURCE = fileURLToPath(new URL("clocks.c", import.meta.url));
const MUSL = fileURLToPath(new URL("../fetched/musl-dev/usr", import.meta.url));
/** Calls that ask the kernel for the time, in strace's names. */
const CLOCK_CALL = /^(time|gettimeofday|clock_gettime|clock_gettime64)\(/;
const LINES = [
  "went back 0 times, advanced yes",
  "gettimeofday agrees: yes",
  "time agrees: yes",
  "coarse agrees: yes",
  "year after 2020",
  "",
].join("\n");

interface Library {
  readonly name: string;
  /** Arguments of gcc that build a static program against it. */
  readonly flags: readonly string[];
  readonly missing: () => string | null;
}

const muslLibrary = `${MUSL}/lib/i386-linux-musl`;
const libraries: readonly Library[] = [
  { name: "glibc", flags: ["-static"], missing: () => null },
  {
    name: "musl",
    flags: [
      ...["-static", "-nostdinc", "-nostdlib", "-fno-stack-protector", "-isystem", `${MUSL}/include/i386-linux-musl`],
      ...[`${muslLibrary}/crt1.o`, `${muslLibrary}/crti.o`, `${muslLibrary}/libc.a`, "-lgcc", `${muslLibrary}/crtn.o`],
    ],
    missing: () => (existsSync(muslLibrary) ? null : "musl-dev:i386 has not been fetched (scripts/fetch-guests.sh)"),
  },
];

describe("clocks through the vDSO", () => {
  const folder = scratch();
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { name, flags, missing } of libraries) {
    it(`${name}: as natively, and no system call for the time`, async (t) => {
      const program = join(folder, name);
      const reason = missing();
      if (reason) return t.skip(reason);
      const built = spawnSync("gcc", ["-m32", "-O2", "-o", program, SOURCE, ...flags]);
      if (built.error) return t.skip("there is no gcc to build the program with");
      if (built.status !== 0) return t.skip("gcc has no 32-bit target (package gcc-multilib)");
      assert.equal(runNatively({ program }).stdout.toString(), LINES);

      for (const gate of ["int80", "sysenter", "syscall"] as const) {
        const trace: string[] = [];
        const inside = await runInside({ program, options: { gate, strace: (line) => trace.push(line) } });
        assert.deepEqual([inside.status, inside.stderr, inside.stdout.toString()], [0, "", LINES]);
        assert.ok(
          trace.some((line) => line.startsWith("write")),
          "the trace shows what was called",
        );
        assert.deepEqual(
          trace.filter((line) => CLOCK_CALL.test(line)),
          [],
        );
      }
    });

    it(`${name}: asks the kernel when the clock source is none, or there is no vDSO`, async (t) => {
      const program = join(folder, name);
      if (!existsSync(program)) return t.skip("the program was not built: see above");
      for (const options of [{ clock: "none" }, { vdso: "off" }] as const) {
        const trace: string[] = [];
        const inside = await runInside({ program, options: { ...options, strace: (line) => trace.push(line) } });
        assert.equal(inside.stdout.toString(), LINES);
        assert.ok(trace.filter((line) => CLOCK_CALL.test(line)).length > 1000);
      }
    });
  }
});
