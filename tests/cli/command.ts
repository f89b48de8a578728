/** Runs the built command, dist/cli.js, as a user would. */
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: Buffer;
  /** Text, as it is for people. */
  readonly stderr: string;
}

export function start(args: readonly string[], options: { readonly cwd?: string } = {}): ChildProcess {
  return spawn(process.execPath, [cli, ...args], { ...options, stdio: ["pipe", "pipe", "pipe"] });
}

/** Runs `linux-gate args...` to its end, with `input` as its standard input. */
export async function linuxGate(args: readonly string[], input: Uint8Array | string = ""): Promise<Finished> {
  const child = start(args);
  child.stdin?.on("error", () => {}).end(input);
  return finished(child);
}

/** What a started command has written when it ends. */
export async function finished(child: ChildProcess): Promise<Finished> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.on("data", (bytes: Buffer) => stderr.push(bytes));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}
