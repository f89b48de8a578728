/** The platform in a browser, on a page or in a Worker: streams are functions, and there are no folders. */
import type { CoreModule } from "../machine/core.ts";
import { callbackOutput } from "./deterministic.ts";
import type { HostTerminal, InputStream, OutputStream, Platform } from "./platform.ts";

export interface BrowserOptions {
  /** Gets what the guest writes. */
  readonly stdout: (bytes: Uint8Array) => void;
  /** The same for errors; absent: as `stdout`. */
  readonly stderr?: (bytes: Uint8Array) => void;
  /** Where keys come from; absent: standard input is empty. */
  readonly stdin?: KeyQueue;
  /** The size of the terminal that the streams are shown on; absent: they are pipes. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

const RANDOM_LIMIT = 65536;
const LONGEST_PAUSE = 0x7fffffff;

export function browserPlatform(options: BrowserOptions): Platform {
  const terminal = options.terminal === undefined ? null : pageTerminal(options.terminal);
  const kind = terminal === null ? "pipe" : "terminal";
  const output = (write: (bytes: Uint8Array) => void): OutputStream => ({ ...callbackOutput(write), kind });
  const stdin = options.stdin ?? new KeyQueue();
  if (options.stdin === undefined) stdin.end();
  stdin.kind = options.stdin === undefined ? "pipe" : kind;
  return {
    now: () => nanoseconds(performance.timeOrigin) + nanoseconds(performance.now()),
    monotonic: () => nanoseconds(performance.now()),
    random: fillRandomly,
    yield: nextTurn,
    sleep,
    stdin,
    stdout: output(options.stdout),
    stderr: output(options.stderr ?? options.stdout),
    terminal,
    uid: 0,
    gid: 0,
  };
}

/** What has been typed and not been read. */
export class KeyQueue implements InputStream {
  kind: "pipe" | "terminal" = "pipe";
  readonly file = null;
  readonly offset = 0;
  private chunks: Uint8Array[] = [];
  private ended = false;
  private waiters: (() => void)[] = [];

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.chunks.push(bytes);
    this.wake();
  }

  /** No more keys will come. */
  end(): void {
    this.ended = true;
    this.wake();
  }

  get isReady(): boolean {
    return this.chunks.length > 0 || this.ended;
  }

  get available(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  read(max: number): Uint8Array | null {
    const chunk = this.chunks[0];
    if (chunk === undefined) return this.ended ? new Uint8Array(0) : null;
    if (chunk.length > max) this.chunks[0] = chunk.subarray(max);
    else this.chunks.shift();
    return chunk.subarray(0, max);
  }

  ready(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** Fetches and compiles the processor core. Servers that do not know the type of .wasm files are put up with. */
export async function loadCore(url: string | URL): Promise<CoreModule> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${String(url)}: ${response.status} ${response.statusText}`);
  if (response.headers.get("content-type")?.startsWith("application/wasm")) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

function pageTerminal(size: { readonly columns: number; readonly rows: number }): HostTerminal {
  return {
    editsLines: false,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    setRaw() {},
  };
}

/** Milliseconds with a fraction, to nanoseconds. */
function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1e6));
}

function fillRandomly(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += RANDOM_LIMIT) {
    const part = new Uint8Array(Math.min(RANDOM_LIMIT, bytes.length - i));
    crypto.getRandomValues(part);
    bytes.set(part, i);
  }
}

/** A message to oneself: timers are held back after a few nestings, messages are not. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function sleep(duration: bigint, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + Number(duration) / 1e6;
  for (;;) {
    const left = end - performance.now();
    if (left <= 0 || signal?.aborted) return;
    await pause(Math.min(Math.ceil(left), LONGEST_PAUSE), signal);
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
