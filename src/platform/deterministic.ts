/** A platform on which nothing varies: for tests, and for runs that are to be repeated exactly. */
import { Xoshiro128 } from "./xoshiro.ts";
import type { InputStream, OutputStream, Platform } from "./platform.ts";

export interface DeterministicOptions {
  /** Of the random numbers. */
  readonly seed?: number;
  /** What the guest reads from standard input. */
  readonly input?: Uint8Array;
  /** Where its output goes; absent: nowhere. */
  readonly stdout?: (bytes: Uint8Array) => void;
  readonly stderr?: (bytes: Uint8Array) => void;
  /** Nanoseconds since 1970 at the start. */
  readonly start?: bigint;
  /** Folders of the host, if the guest is to have any. */
  readonly openFolder?: NonNullable<Platform["openFolder"]>;
  readonly uid?: number;
  readonly gid?: number;
}

/** 2020-01-01 00:00 UTC. */
const DEFAULT_START = 1_577_836_800_000_000_000n;
/** The monotonic clock at the start: a machine that has been up for a while. */
const UPTIME = 100_000_000_000n;

/** Time is what the guest has retired, an instruction a nanosecond, and what it has slept. */
export function deterministicPlatform(options: DeterministicOptions = {}): Platform {
  const generator = new Xoshiro128(options.seed ?? 1);
  const start = options.start ?? DEFAULT_START;
  let retired = 0n;
  let slept = 0n;
  return {
    now: () => start + retired + slept,
    monotonic: () => UPTIME + retired + slept,
    advance(count) {
      if (count > retired) retired = count;
    },
    random: (bytes) => generator.fill(bytes),
    yield: () => Promise.resolve(),
    sleep(nanoseconds) {
      if (nanoseconds > 0n) slept += nanoseconds;
      return Promise.resolve();
    },
    stdin: bytesInput(options.input ?? new Uint8Array(0)),
    stdout: callbackOutput(options.stdout),
    stderr: callbackOutput(options.stderr),
    terminal: null,
    uid: options.uid ?? 0,
    gid: options.gid ?? 0,
    ...(options.openFolder === undefined ? {} : { openFolder: options.openFolder }),
  };
}

/** A pipe in which everything is already, and nobody will write more. */
export function bytesInput(bytes: Uint8Array): InputStream {
  let rest = bytes;
  return {
    kind: "pipe",
    file: null,
    offset: 0,
    isReady: true,
    get available() {
      return rest.length;
    },
    read(max) {
      const part = rest.subarray(0, max);
      rest = rest.subarray(max);
      return part;
    },
    ready: () => Promise.resolve(),
  };
}

/** A pipe whose reader is a function. The bytes it gets are its own. */
export function callbackOutput(write: ((bytes: Uint8Array) => void) | undefined): OutputStream {
  return {
    kind: "pipe",
    file: null,
    write(bytes) {
      write?.(bytes.slice());
      return 0;
    },
  };
}
