import { EBADF, EMFILE } from "../abi/errno.ts";
import { NR_OPEN } from "../abi/limits.ts";
import type { OpenFile } from "./openfile.ts";

interface Descriptor {
  readonly file: OpenFile;
  closeOnExec: boolean;
}

/** The descriptors of a process: small numbers for open files. Threads share one, fork copies it. */
export class FileDescriptorTable {
  private readonly slots: (Descriptor | undefined)[] = [];
  private readonly limit: () => number;
  /** No descriptor below this is free. */
  private lowestFree = 0;

  /** `limit` gives RLIMIT_NOFILE's current value: one above the highest descriptor that may be made. */
  constructor(limit: () => number) {
    this.limit = limit;
  }

  /** The file behind `fd`, or undefined: EBADF. */
  get(fd: number): OpenFile | undefined {
    return this.slots[fd]?.file;
  }

  /** One above the highest number a descriptor may have now. */
  get highest(): number {
    return Math.min(this.limit(), NR_OPEN);
  }

  /** The lowest free descriptor that is at least `minimum`, or -EMFILE. */
  lowestFreeFrom(minimum: number): number {
    let fd = Math.max(minimum, this.lowestFree);
    while (this.slots[fd] !== undefined) fd++;
    return fd >= this.highest ? -EMFILE : fd;
  }

  /** Gives `file` the lowest free descriptor that is at least `minimum`: the descriptor, or -EMFILE. */
  add(file: OpenFile, closeOnExec = false, minimum = 0): number {
    file.retain();
    const fd = this.lowestFreeFrom(minimum);
    if (fd < 0) {
      file.release();
      return fd;
    }
    if (minimum <= this.lowestFree) this.lowestFree = fd + 1;
    this.slots[fd] = { file, closeOnExec };
    return fd;
  }

  /** dup2, dup3: `fd` now means `file`; what it meant before is closed. -EBADF if `fd` is above the limit. */
  put(fd: number, file: OpenFile, closeOnExec = false): number {
    if (fd >= this.highest) return -EBADF;
    file.retain();
    this.slots[fd]?.file.release();
    this.slots[fd] = { file, closeOnExec };
    return fd;
  }

  close(fd: number): number {
    const slot = this.slots[fd];
    if (slot === undefined) return -EBADF;
    this.slots[fd] = undefined;
    if (fd < this.lowestFree) this.lowestFree = fd;
    slot.file.release();
    return 0;
  }

  /** FD_CLOEXEC of an open `fd`. */
  isCloseOnExec(fd: number): boolean {
    return this.slots[fd]?.closeOnExec === true;
  }

  setCloseOnExec(fd: number, closeOnExec: boolean): void {
    const slot = this.slots[fd];
    if (slot !== undefined) slot.closeOnExec = closeOnExec;
  }

  /** The open descriptors in rising order. */
  numbers(): number[] {
    return [...this.slots.keys()].filter((fd) => this.slots[fd] !== undefined);
  }

  /** One above the highest open descriptor. */
  get end(): number {
    return this.slots.length;
  }

  /** fork: another table with the same files. */
  copy(limit: () => number = this.limit): FileDescriptorTable {
    const copy = new FileDescriptorTable(limit);
    for (const fd of this.numbers()) {
      const slot = this.slots[fd]!;
      copy.slots[fd] = { file: slot.file.retain(), closeOnExec: slot.closeOnExec };
    }
    copy.lowestFree = this.lowestFree;
    return copy;
  }

  /** execve. */
  closeOnExec(): void {
    for (const fd of this.numbers()) if (this.isCloseOnExec(fd)) this.close(fd);
  }

  /** exit. */
  closeAll(): void {
    for (const fd of this.numbers()) this.close(fd);
  }
}
