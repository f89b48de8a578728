/** An open file of the host, and how Node's failures become Linux's numbers. */
import * as fs from "node:fs";
import * as errno from "../abi/errno.ts";
import type { HostFile, HostStat } from "./host.ts";

/** -errno for what a function of Node threw; an error that is not the system's goes on as our bug. */
export function errnoOf(error: unknown): number {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== "string") throw error;
  const number = (errno as Readonly<Record<string, unknown>>)[code];
  if (typeof number === "number") return -number;
  if (code.startsWith("ERR_")) return -errno.EINVAL;
  return -errno.EIO;
}

/** The value of `action`, or -errno if it throws. */
export function attempt<T>(action: () => T): T | number {
  try {
    return action();
  } catch (error) {
    return errnoOf(error);
  }
}

export function toHostStat(stat: fs.BigIntStats): HostStat {
  return {
    device: stat.dev,
    inode: stat.ino,
    mode: Number(stat.mode),
    links: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    representedDevice: stat.rdev,
    size: Number(stat.size),
    blockSize: Number(stat.blksize),
    blocks: Number(stat.blocks),
    accessed: stat.atimeNs,
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
    born: stat.birthtimeNs,
  };
}

/**
 * Nanoseconds as the time that Node takes. Node cuts to microseconds; the little that is added keeps the rounding of
 * the double from cutting one too many. Times before 1970 it only takes as dates, in milliseconds.
 */
export function toTime(nanoseconds: bigint): number | Date {
  if (nanoseconds < 0n) return new Date(Number(nanoseconds / 1_000_000n));
  return Number(nanoseconds / 1000n) / 1e6 + 3e-7;
}

export class NodeFile implements HostFile {
  private readonly descriptor: number;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  stat(): HostStat | number {
    return attempt(() => toHostStat(fs.fstatSync(this.descriptor, { bigint: true })));
  }

  read(target: Uint8Array, position: number): number {
    return attempt(() => fs.readSync(this.descriptor, target, 0, target.length, position));
  }

  write(source: Uint8Array, position: number | null): number {
    return attempt(() => fs.writeSync(this.descriptor, source, 0, source.length, position));
  }

  truncate(size: number): number {
    return attempt(() => (fs.ftruncateSync(this.descriptor, size), 0));
  }

  changeMode(permissions: number): number {
    return attempt(() => (fs.fchmodSync(this.descriptor, permissions), 0));
  }

  changeOwner(uid: number, gid: number): number {
    return attempt(() => (fs.fchownSync(this.descriptor, uid, gid), 0));
  }

  changeTimes(accessed: bigint, modified: bigint): number {
    return attempt(() => (fs.futimesSync(this.descriptor, toTime(accessed), toTime(modified)), 0));
  }

  sync(): number {
    return attempt(() => (fs.fsyncSync(this.descriptor), 0));
  }

  close(): void {
    attempt(() => fs.closeSync(this.descriptor));
  }
}
