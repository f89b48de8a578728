/** The worker: the library at work, away from the page's own thread. */
import { compare } from "../src/gates/compare.ts";
import { run, type CoreModule } from "../src/index.ts";
import { browserPlatform, KeyQueue } from "../src/platform/browser.ts";
import type { Report, Request, RunJob, TerminalSize } from "./messages.ts";
import { OutputQueue } from "./output-queue.ts";

/** The part of DedicatedWorkerGlobalScope that is used. */
interface Scope {
  postMessage(message: Report): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}

/**
 * Calls in a timed round. Without cross-origin isolation a worker's clock goes in steps of 0.1 ms or more, so that a
 * round must last many of them.
 */
const COMPARED_CALLS = 50_000;
/** Where a program's file is put; also its working directory. */
const HOME = "/home";

const scope = globalThis as unknown as Scope;
const interrupt = new AbortController();
const keys = new KeyQueue();
const output = new OutputQueue((bytes) => scope.postMessage({ kind: "output", bytes }));
/** The terminal's size now; the platform looks at it when the guest asks. */
const size: { columns: number; rows: number } = { columns: 80, rows: 24 };

scope.onmessage = ({ data: request }) => {
  switch (request.kind) {
    case "start":
      perform(request).catch((error: unknown) => scope.postMessage({ kind: "failed", message: explain(error) }));
      break;
    case "input":
      keys.push(request.bytes);
      break;
    case "resize":
      resize(request.size);
      break;
    case "shown":
      output.shown(request.count);
      break;
    case "stop":
      interrupt.abort();
      break;
  }
};

async function perform({ module, job }: Request & { kind: "start" }): Promise<void> {
  if (job.kind === "run") await performRun(module, job);
  else await performCompare(module);
}

async function performCompare(module: CoreModule): Promise<void> {
  const platform = browserPlatform({ stdout: () => undefined });
  for await (const row of compare({ run, module, platform, calls: COMPARED_CALLS })) {
    scope.postMessage({ kind: "row", row });
  }
  scope.postMessage({ kind: "done" });
}

async function performRun(module: CoreModule, job: RunJob): Promise<void> {
  if (job.terminal) resize(job.terminal);
  const platform = browserPlatform({
    stdout: (bytes) => output.push(bytes),
    stderr: (bytes) => output.push(job.terminal ? withCarriageReturns(bytes) : bytes),
    ...(job.terminal && { stdin: keys, terminal: size }),
  });
  const program = `${HOME}/${job.name}`;
  const result = await run({
    module,
    platform: { ...platform, yield: () => output.drained().then(() => platform.yield()) },
    program,
    argument0: job.name,
    arguments: job.arguments,
    files: { [program]: job.contents },
    workingDirectory: HOME,
    environment: { PATH: `${HOME}:/bin`, HOME, TERM: "xterm-256color" },
    signal: interrupt.signal,
    ...(job.trace && { strace: (line: string) => output.pushLine(line) }),
    ...job.parameters,
  });
  output.flush();
  scope.postMessage({ kind: "done", end: { ...result, memoryMap: result.memoryMap() } });
}

/**
 * What the kernel itself says comes by stderr and goes past the terminal's line discipline, which would begin each
 * line on the left. What the guest says does not come this way: its terminal is stdout.
 */
function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/\r?\n/g, "\r\n"));
}

function resize({ columns, rows }: TerminalSize): void {
  size.columns = columns;
  size.rows = rows;
}

/** A sentence for the page. A process needs 4 GiB of address space, which not every browser has. */
function explain(error: unknown): string {
  if (error instanceof RangeError && /memory/i.test(error.message)) {
    return "This browser does not give a process the 4 GiB of address space that it needs (reserved, not used).";
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
