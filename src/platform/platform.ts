/**
 * Everything that varies from run to run, and everything of the host that the kernel may touch: clocks, randomness,
 * the standard streams, folders. With these fixed, two runs are equal.
 */
import type { HostFile, HostFolder } from "./host.ts";

export interface Platform {
  /** Wall clock: nanoseconds since 1970. */
  now(): bigint;
  /** Nanoseconds since some fixed moment; never goes back. */
  monotonic(): bigint;
  /** Fills `bytes` with random ones. */
  random(bytes: Uint8Array): void;
  /** Lets the host's event loop turn. */
  yield(): Promise<void>;
  /** Settles after `nanoseconds`, or at once when `signal` aborts. */
  sleep(nanoseconds: bigint, signal?: AbortSignal): Promise<void>;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The terminal the streams are connected to, if any is. */
  readonly terminal: HostTerminal | null;
  /** The user and group that the guest runs as. */
  readonly uid: number;
  readonly gid: number;
  /** The user's further groups. */
  readonly groups?: readonly number[];
  /** Opens a host folder for a mount: -errno if it is no folder. Absent: there is no host file system. */
  openFolder?(path: string): HostFolder | number;
  /** The deterministic platform's clocks: told by the kernel how many instructions have been retired. */
  advance?(retired: bigint): void;
}

/** What a standard stream is on the host; decides what fstat shows. */
export type StreamKind = "terminal" | "pipe" | "file" | "device";

export interface InputStream {
  readonly kind: StreamKind;
  /** Of kind "file": the file itself, which can be read at any position. */
  readonly file: HostFile | null;
  /** Of kind "file": where in it the host's own reading had come to. */
  readonly offset: number;
  /** Up to `max` bytes; empty = end of file; null = nothing there yet: await `ready`. */
  read(max: number): Uint8Array | null;
  /** Would `read` give something (or the end of file) now? */
  readonly isReady: boolean;
  /** Bytes that are there already. */
  readonly available: number;
  /** Settles when `isReady`. */
  ready(): Promise<void>;
  /** Nobody will read any more: this no longer keeps the host's program from ending. */
  release?(): void;
}

export interface OutputStream {
  readonly kind: StreamKind;
  /** Of kind "file": the file itself, for fstat. */
  readonly file: HostFile | null;
  /** Writes all of it: 0, or -errno (-EPIPE when nobody reads any more). */
  write(bytes: Uint8Array): number;
}

export interface HostTerminal {
  readonly columns: number;
  readonly rows: number;
  /**
   * Does the host edit lines, echo, and turn Ctrl-C into a signal itself? Then it is left to do so until the guest
   * asks for something else. If not (a page's terminal), every key comes as it is, and the kernel's own line
   * discipline does all that.
   */
  readonly editsLines: boolean;
  /** Raw: every key comes at once, nothing is echoed, nothing makes a signal. */
  setRaw(raw: boolean): void;
}
