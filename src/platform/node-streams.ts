/** The standard streams of a Node process. */
import * as fs from "node:fs";
import { isatty, ReadStream } from "node:tty";
import { EAGAIN } from "../abi/errno.ts";
import { attempt, NodeFile } from "./node-file.ts";
import type { HostTerminal, InputStream, OutputStream, StreamKind } from "./platform.ts";

const STDIN = 0;
/** Milliseconds between tries when a reader of our output is slow. */
const RETRY = 1;

function kindOf(descriptor: number): StreamKind {
  const stat = attempt(() => fs.fstatSync(descriptor));
  if (typeof stat === "number") return "device";
  if (stat.isFile()) return "file";
  if (stat.isFIFO() || stat.isSocket()) return "pipe";
  return isatty(descriptor) ? "terminal" : "device";
}

/** Standard input: a file is read at once, everything else as it comes. */
export function nodeInput(): InputStream {
  const kind = kindOf(STDIN);
  return kind === "file" || kind === "device" ? new FileInput(kind) : new LiveInput(kind);
}

/** A file, or a device such as /dev/null, that is never waited for. */
class FileInput implements InputStream {
  readonly kind: StreamKind;
  readonly file: NodeFile | null;
  readonly offset: number;
  readonly isReady = true;
  readonly available = 0;

  constructor(kind: StreamKind) {
    this.kind = kind;
    this.file = kind === "file" ? new NodeFile(STDIN) : null;
    this.offset = kind === "file" ? hostOffset(STDIN) : 0;
  }

  read(max: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(max, 65536));
    const count = attempt(() => fs.readSync(STDIN, bytes, 0, bytes.length, null));
    return bytes.subarray(0, Math.max(0, count));
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }
}

/** Where the shell that started us has read up to, on Linux; elsewhere nobody tells. */
function hostOffset(descriptor: number): number {
  const information = attempt(() => fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"));
  return typeof information === "number" ? 0 : Number(/^pos:\s*(\d+)/m.exec(information)?.[1] ?? 0);
}

/**
 * A pipe, a socket or a terminal, through Node's stream: nothing is read, and the process is not kept alive, before
 * the guest asks.
 */
class LiveInput implements InputStream {
  readonly kind: StreamKind;
  readonly file = null;
  readonly offset = 0;
  private started = false;
  private ended = false;
  private pending: Uint8Array | null = null;
  private waiters: (() => void)[] = [];

  constructor(kind: StreamKind) {
    this.kind = kind;
  }

  read(max: number): Uint8Array | null {
    if (!this.isReady) return null;
    const bytes = this.pending;
    if (bytes === null) return new Uint8Array(0);
    this.pending = bytes.length > max ? bytes.subarray(max) : null;
    return bytes.subarray(0, max);
  }

  get isReady(): boolean {
    this.start();
    this.pending ??= this.next();
    return this.pending !== null || this.ended;
  }

  get available(): number {
    return this.isReady ? (this.pending?.length ?? 0) : 0;
  }

  ready(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  release(): void {
    if (this.started) process.stdin.unref();
  }

  private next(): Uint8Array | null {
    return process.stdin.read() as Uint8Array | null;
  }

  private start(): void {
    if (this.started) return;
    this.started = true;
    process.stdin.ref();
    process.stdin.on("readable", () => this.wake());
    process.stdin.on("end", () => this.finish());
    process.stdin.on("close", () => this.finish());
    process.stdin.on("error", () => this.finish());
  }

  private finish(): void {
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** Standard output or error, written at once: what the guest has written is out when its call returns. */
export function nodeOutput(descriptor: number): OutputStream {
  const kind = kindOf(descriptor);
  return {
    kind,
    file: kind === "file" ? new NodeFile(descriptor) : null,
    write: (bytes) => writeAll(descriptor, bytes),
  };
}

const clock = new Int32Array(new SharedArrayBuffer(4));

/** 0 or -errno. A pipe that somebody else has made non-blocking is tried until it takes everything. */
function writeAll(descriptor: number, bytes: Uint8Array): number {
  for (let done = 0; done < bytes.length;) {
    const count = attempt(() => fs.writeSync(descriptor, bytes, done, bytes.length - done));
    if (count === -EAGAIN) Atomics.wait(clock, 0, 0, RETRY);
    else if (count < 0) return count;
    else done += count;
  }
  return 0;
}

/** The terminal that the streams are connected to: its size is an output's, its keys are standard input's. */
export function nodeTerminal(): HostTerminal | null {
  // Only a terminal's stream is touched: Node would make the others non-blocking, for all who share them.
  const output = isatty(1) ? process.stdout : isatty(2) ? process.stderr : undefined;
  if (!isatty(STDIN) && output === undefined) return null;
  return {
    editsLines: true,
    get columns() {
      return output?.columns ?? 80;
    },
    get rows() {
      return output?.rows ?? 24;
    },
    setRaw(raw) {
      if (process.stdin instanceof ReadStream && process.stdin.isRaw !== raw) process.stdin.setRawMode(raw);
    },
  };
}
