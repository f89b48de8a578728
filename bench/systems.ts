/** The three that run a benchmark: this machine's processor, qemu-i386 and linux-gate. */
import { execFile, execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { run, type Platform, type RunResult } from "../src/index.ts";
import { loadCore, nodePlatform } from "../src/platform/node.ts";

/** One `@@R` line of a program. */
export interface Repetition {
  readonly name: string;
  readonly nanoseconds: number;
  readonly units: number;
  readonly check: string;
}

export interface Outcome {
  readonly repetitions: readonly Repetition[];
  /** Why there are none, in a few words. */
  readonly failure?: string;
  /** From linux-gate: counts of the whole run. */
  readonly result?: RunResult;
}

export interface System {
  readonly name: string;
  run(path: string, args: readonly string[]): Promise<Outcome>;
}

/** Runs programs as they are, or by `emulator`. Times are the program's own. */
export function commandSystem(name: string, emulator?: string): System {
  return {
    name,
    async run(path, args) {
      const [command, ...rest] = [...(emulator ? [emulator] : []), path, ...args];
      try {
        const { stdout } = await promisify(execFile)(command ?? "", rest, { maxBuffer: 2 ** 24 });
        return { repetitions: parseLines(stdout) };
      } catch (error) {
        const { signal, code } = error as { signal?: string; code?: number | string };
        return { repetitions: [], failure: signal ?? `exit ${code ?? "?"}` };
      }
    },
  };
}

/**
 * linux-gate, in this process, so that V8 has compiled the core's functions as well as it can. Times are the host's,
 * taken when a line arrives: the guest's own clock is one of the things on trial.
 */
export async function linuxGateSystem(): Promise<System> {
  const module = await loadCore();
  return {
    name: "linux-gate",
    async run(path, args) {
      let text = "";
      let last = process.hrtime.bigint();
      const repetitions: Repetition[] = [];
      const decoder = new TextDecoder();
      const platform = capture((bytes) => {
        const now = process.hrtime.bigint();
        const nanoseconds = Number(now - last);
        last = now;
        text += decoder.decode(bytes, { stream: true });
        const end = text.lastIndexOf("\n") + 1;
        for (const line of parseLines(text.slice(0, end))) repetitions.push({ ...line, nanoseconds });
        text = text.slice(end);
      });
      const result = await run({
        module,
        platform,
        program: "/program",
        argument0: path,
        arguments: [...args],
        files: { "/program": await readFile(path) },
        quiet: true,
      });
      if (result.status === 0) return { repetitions, result };
      const reason = result.signal === undefined ? `exit ${result.status}` : `signal ${result.signal}`;
      return { repetitions: [], failure: reason, result };
    },
  };
}

/** Node's platform, standard output a pipe to `write`. */
function capture(write: (bytes: Uint8Array) => void): Platform {
  const stdout: Platform["stdout"] = {
    kind: "pipe",
    file: null,
    write(bytes) {
      write(bytes);
      return 0;
    },
  };
  return { ...nodePlatform(), stdout };
}

/** Is there such a command here? */
export function hasCommand(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function parseLines(text: string): Repetition[] {
  const lines = text.matchAll(/^@@R (\S+) rep=\d+ ns=(\d+) units=(\d+) ps_per_unit=\d+ check=(\S+)/gm);
  return [...lines].map(([, name = "", nanoseconds, units, check = ""]) => ({
    name,
    nanoseconds: Number(nanoseconds),
    units: Number(units),
    check,
  }));
}
