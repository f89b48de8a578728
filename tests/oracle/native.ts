/** Builds and drives the native harness: cases in, what this machine's processor made of them out. */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Case, Outcome } from "./case.ts";
import { normalised } from "./recording.ts";
import { decodeResults, encodeBatch, encodeLayout } from "./protocol.ts";

const SOURCES = fileURLToPath(new URL("native/", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/oracle/", import.meta.url));
const HARNESS = `${BUILT}harness`;

/** The harness takes at most 8 MiB of cases at once. */
const CASES_IN_A_BATCH = 8192;

const OPTIONS =
  "-m32 -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector -fcf-protection=none -O2 -msse2 " +
  "-Wall -Wextra -Werror -Wl,-z,noexecstack";

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Why no case can be run on this machine; null if it can. Builds the harness where it is missing or old. */
export function nativeUnavailable(): string | null {
  if (process.arch !== "x64" && process.arch !== "ia32") return `this processor is ${process.arch}, not x86`;
  if (process.platform !== "linux") return `this system is ${process.platform}, not Linux`;
  const files = ["harness.c", "entry.S", "system.h"].map((name) => SOURCES + name);
  if (files.some((file) => modified(file) > modified(HARNESS))) {
    mkdirSync(BUILT, { recursive: true });
    const [harness = "", entry = ""] = files;
    const gcc = spawnSync("gcc", [...OPTIONS.split(" "), "-o", HARNESS, harness, entry], { encoding: "utf8" });
    if (gcc.status !== 0) return `gcc -m32 does not build the harness (package gcc-multilib): ${gcc.stderr}`;
  }
  const check = spawnSync(HARNESS, { input: encodeLayout() });
  if (check.status !== 0) return `the harness does not run: ${check.stderr?.toString().trim() || check.error?.message}`;
  return null;
}

/** Runs every case on this machine's processor. */
export function runNative(cases: readonly Case[]): Outcome[] {
  const input: Uint8Array[] = [encodeLayout()];
  for (let i = 0; i < cases.length; i += CASES_IN_A_BATCH)
    input.push(encodeBatch(cases.slice(i, i + CASES_IN_A_BATCH)));
  const { status, stdout, stderr, error, signal } = spawnSync(HARNESS, {
    input: Buffer.concat(input),
    maxBuffer: 0x7fff_ffff,
  });
  if (status !== 0) throw new Error(`oracle harness: ${error?.message ?? signal ?? stderr.toString()}`);
  const outcomes: Outcome[] = [];
  let at = 0;
  while (at < stdout.length) {
    const length = stdout.readUInt32LE(at);
    for (const outcome of decodeResults(stdout.subarray(at + 4, at + 4 + length))) outcomes.push(outcome);
    at += 4 + length;
  }
  if (outcomes.length !== cases.length) throw new Error(`${cases.length} cases gave ${outcomes.length} results`);
  return outcomes;
}

/** How often a case may give another result before that is an error. */
const MOST_ATTEMPTS = 8;

/**
 * As runNative, until each case has given the same result twice. If the kernel switches to another process within a
 * case, it loses the last x87 pointers, which the case may be about.
 */
export function runNativeSurely(cases: readonly Case[]): Outcome[] {
  const seen = cases.map(() => new Map<string, Outcome>());
  const settled: Outcome[] = [];
  let open = cases.map((_, i) => i);
  for (let attempt = 0; open.length > 0; attempt++) {
    if (attempt === MOST_ATTEMPTS) throw new Error(`${open.length} cases never give the same result twice`);
    const outcomes = runNative(open.map((i) => cases[i]).filter((one) => one !== undefined));
    const left: number[] = [];
    open.forEach((i, at) => {
      const outcome = outcomes[at];
      if (!outcome) return;
      const key = identity(outcome);
      if (seen[i]?.has(key)) {
        settled[i] = outcome;
      } else {
        seen[i]?.set(key, outcome);
        left.push(i);
      }
    });
    open = left;
  }
  return settled;
}

/** A text that two outcomes share if nothing that is compared tells them apart. */
function identity(outcome: Outcome): string {
  return JSON.stringify(normalised(outcome), (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
  );
}
