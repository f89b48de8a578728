import {
  run,
  type CpuModel,
  type GateChoice,
  type Mount,
  type RunOptions,
  type VdsoMode,
  type VsyscallMode,
} from "../index.ts";
import { loadCore, nodePlatform } from "../platform/node.ts";
import { findProgram } from "./program.ts";

/** The options of `linux-gate run`, as commander gives them. */
export interface RunSettings {
  readonly mount?: readonly Mount[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly vdso: VdsoMode;
  readonly vsyscall: VsyscallMode;
  readonly gate: GateChoice;
  readonly cpu: CpuModel;
  readonly clock: "tsc" | "none";
  readonly aslr: boolean;
  readonly seed?: number;
  readonly deterministic?: boolean;
  readonly memory?: number;
  readonly strace?: boolean;
  readonly quiet?: boolean;
}

/** Exit status of a shell that found a file but can't run it. */
const NOT_EXECUTABLE = 126;
/** 128 + SIGINT. */
const INTERRUPTED = 130;
/** How long a guest may take to end after Ctrl-C, in ms. */
const PATIENCE = 100;

/** Runs `program`; the result is the command's exit status. */
export async function runCommand(
  program: string,
  programArguments: readonly string[],
  settings: RunSettings,
): Promise<number> {
  const core = loadCore();
  const { path, file, problem } = await findProgram(program, settings.mount ?? []);
  if (problem !== undefined) {
    console.error(`linux-gate: ${program}: ${problem}`);
    return NOT_EXECUTABLE;
  }

  const interrupt = new AbortController();
  process.on("SIGINT", () => {
    interrupt.abort();
    setTimeout(() => process.exit(INTERRUPTED), PATIENCE);
  });

  const options: RunOptions = {
    module: await core,
    platform: nodePlatform(),
    program: path,
    argument0: program,
    arguments: programArguments,
    workingDirectory: settings.cwd,
    vdso: settings.vdso,
    vsyscall: settings.vsyscall,
    gate: settings.gate,
    cpu: settings.cpu,
    clock: settings.clock,
    aslr: settings.aslr,
    deterministic: settings.deterministic ?? false,
    quiet: settings.quiet ?? false,
    signal: interrupt.signal,
    ...(file && { files: { [path]: file } }),
    ...(settings.env && { environment: settings.env }),
    ...(settings.mount && { mounts: settings.mount }),
    ...(settings.seed !== undefined && { seed: settings.seed }),
    ...(settings.memory !== undefined && { memoryLimit: settings.memory }),
    ...(settings.strace && { strace: (line: string) => console.error(line) }),
  };
  return (await run(options)).status;
}
