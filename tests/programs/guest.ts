/** Runs programs natively and in linux-gate, and gives back what a shell would see of each. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, type RunOptions } from "../../src/index.ts";
import { bytesInput, callbackOutput } from "../../src/platform/deterministic.ts";
import { loadCore, nodePlatform } from "../../src/platform/node.ts";

export const BUSYBOX = fileURLToPath(new URL("../fetched/busybox-static/bin/busybox", import.meta.url));

export interface Outcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GuestRun {
  readonly program: string;
  readonly arguments?: readonly string[];
  readonly input?: Uint8Array;
  /** Folder of the host, mounted at its own path; also the working directory. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly options?: Partial<RunOptions>;
}

const ENVIRONMENT = { PATH: "/usr/bin:/bin", TZ: "UTC", LC_ALL: "C" };

/** A new empty folder under the host's temporary one. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "linux-gate-test-"));
}

/** Why 32-bit programs can't run here natively, or null. */
export function noNative(): string | null {
  if (process.platform !== "linux") return "no Linux to compare with";
  if (!existsSync(BUSYBOX)) return "busybox-static:i386 has not been fetched (scripts/fetch-guests.sh)";
  const probe = spawnSync(BUSYBOX, ["true"]);
  return probe.status === 0 ? null : "this machine does not run 32-bit programs";
}

export function runNatively(what: GuestRun): Outcome {
  const { status, signal, stdout, stderr } = spawnSync(what.program, [...(what.arguments ?? [])], {
    input: what.input ?? new Uint8Array(0),
    cwd: what.folder,
    env: what.environment ?? ENVIRONMENT,
    maxBuffer: 1 << 28,
  });
  if (signal) throw new Error(`${what.program} was killed by ${signal}`);
  return { status: status ?? -1, stdout, stderr: stderr.toString("latin1") };
}

const core = loadCore();

export interface GuestOutcome extends Outcome {
  readonly trace: readonly string[];
  readonly instructions: bigint;
}

export async function runInside(what: GuestRun): Promise<GuestOutcome> {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const trace: string[] = [];
  const platform = {
    ...nodePlatform(),
    stdin: bytesInput(what.input ?? new Uint8Array(0)),
    stdout: callbackOutput((bytes) => stdout.push(bytes)),
    stderr: callbackOutput((bytes) => stderr.push(bytes)),
    terminal: null,
  };
  const { folder } = what;
  const result = await run({
    module: await core,
    platform,
    program: what.program,
    files: { [what.program]: readFileSync(what.program) },
    environment: what.environment ?? ENVIRONMENT,
    ...(what.arguments && { arguments: what.arguments }),
    ...(folder !== undefined && {
      workingDirectory: folder,
      mounts: [
        { host: folder, guest: folder, readOnly: false },
        { host: "/etc", guest: "/etc", readOnly: true },
      ],
    }),
    ...what.options,
  });
  return {
    status: result.status,
    stdout: Buffer.concat(stdout),
    stderr: Buffer.concat(stderr).toString("latin1"),
    trace,
    instructions: result.instructions,
  };
}
