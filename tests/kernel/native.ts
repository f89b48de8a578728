/** C programs that are true on real Linux first: compiled here, run there and in linux-gate, and compared. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, type RunOptions, type RunResult } from "../../src/index.ts";
import { bytesInput, callbackOutput } from "../../src/platform/deterministic.ts";
import { loadCore, nodePlatform } from "../../src/platform/node.ts";

const SOURCES = fileURLToPath(new URL("./native", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linux-gate-native-"));
const core = loadCore();

/** Why the programs of this folder can't be made and run natively, or null. */
export function noCompiler(): string | null {
  if (process.platform !== "linux") return "no Linux to compare with";
  const probe = spawnSync("gcc", ["-m32", "-static", "-x", "c", "-", "-o", join(folder, "probe")], {
    input: "int main(void) { return 0; }",
  });
  if (probe.error !== undefined) return "no gcc";
  if (probe.status !== 0) return "gcc cannot build 32-bit programs (gcc-multilib)";
  return spawnSync(join(folder, "probe")).status === 0 ? null : "this machine does not run 32-bit programs";
}

/** Flags for programs whose assembly names variables, and that change GS, behind which the canary lies. */
export const FIXED_ADDRESSES = ["-fno-pie", "-no-pie", "-fno-stack-protector"];

/** The path of native/NAME.c, compiled. */
export function compiled(name: string, ...flags: readonly string[]): string {
  const program = join(folder, `${name}${flags.join("")}`);
  if (!existsSync(program)) {
    const options = ["-m32", "-static", "-O1", "-w", "-o", program, ...flags, join(SOURCES, `${name}.c`)];
    execFileSync("gcc", options);
  }
  return program;
}

export interface Seen {
  readonly stdout: string;
  /** As a shell tells it. */
  readonly status: number;
}

export function natively(program: string, ...parameters: readonly string[]): Seen {
  const { stdout, status, signal } = spawnSync(program, parameters, { encoding: "latin1", timeout: 30_000 });
  return { stdout, status: status ?? 128 + (signal === null ? 0 : constants.signals[signal]) };
}

/** A run in linux-gate: what a shell sees, what was said on stderr, and the trace. */
export interface Inside extends Seen {
  readonly stderr: string;
  readonly trace: readonly string[];
  readonly result: RunResult;
}

export async function inside(
  program: string | Uint8Array,
  parameters: readonly string[] = [],
  options: Partial<RunOptions> = {},
): Promise<Inside> {
  let [stdout, stderr] = ["", ""];
  const trace: string[] = [];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const platform = {
    ...nodePlatform(),
    stdin: bytesInput(new Uint8Array(0)),
    stdout: callbackOutput((bytes) => (stdout += text(bytes))),
    stderr: callbackOutput((bytes) => (stderr += text(bytes))),
    terminal: null,
    uid: 0,
    gid: 0,
  };
  const path = typeof program === "string" ? program : "/bin/program";
  const bytes = typeof program === "string" ? readFileSync(program) : program;
  const result = await run({
    module: await core,
    platform,
    program: path,
    arguments: parameters,
    environment: {},
    files: { [path]: bytes, ...options.files },
    strace: (line) => trace.push(line),
    ...without(options),
  });
  return { stdout, stderr, trace, status: result.status, result };
}

function without(options: Partial<RunOptions>): Partial<RunOptions> {
  const rest: { files?: unknown } = { ...options };
  delete rest.files;
  return rest as Partial<RunOptions>;
}
