import { EINVAL, ENOTDIR, ENOTTY, EOPNOTSUPP, ESPIPE } from "../abi/errno.ts";
import { O_ACCMODE, O_NONBLOCK, O_PATH, O_RDONLY, O_RDWR, O_WRONLY } from "../abi/fcntl.ts";
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll.ts";
import type { Dentry } from "./dentry.ts";
import type { DirectoryEntry, Inode } from "./inode.ts";
import type { Terminal } from "./terminal.ts";

/**
 * An open file description (open(2)): what descriptors made by dup and fork share. Reads and writes never wait:
 * they answer -EAGAIN where Linux would block, and the caller awaits `wait` and tries again. So nothing is consumed
 * by a call that a signal interrupts.
 */
export abstract class OpenFile {
  readonly dentry: Dentry;
  /** Access mode and status flags: O_*, without those that matter only to open itself. */
  flags: number;
  /** Where the next read or write begins; of a directory, the index of the next entry. */
  position = 0;
  /** The terminal behind this, for ioctl. */
  readonly terminal: Terminal | null = null;
  /** How many descriptors refer to this. */
  private references = 0;

  constructor(dentry: Dentry, flags: number) {
    this.dentry = dentry;
    this.flags = flags;
  }

  get inode(): Inode {
    return this.dentry.inode;
  }

  get isReadable(): boolean {
    return (this.flags & O_PATH) === 0 && this.accessMode !== O_WRONLY && this.accessMode <= O_RDWR;
  }

  get isWritable(): boolean {
    return (this.flags & O_PATH) === 0 && this.accessMode !== O_RDONLY && this.accessMode <= O_RDWR;
  }

  /** O_RDONLY, O_WRONLY, O_RDWR, or 3: neither (open(2), NOTES). */
  private get accessMode(): number {
    return this.flags & O_ACCMODE;
  }

  get isNonBlocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  /** False while open(2) itself has to wait, for the other end of a fifo; `wait` tells when to look again. */
  get isOpened(): boolean {
    return true;
  }

  /** Reads at `position` and moves it: a count, 0 at the end, -EAGAIN when there is nothing yet. */
  read(_target: Uint8Array): number {
    return -EINVAL;
  }

  /** Writes at `position` (or the end, O_APPEND) and moves it: a count, perhaps less than asked; -EAGAIN; -EPIPE. */
  write(_source: Uint8Array): number {
    return -EINVAL;
  }

  /** pread: `position` stays. */
  readAt(_target: Uint8Array, _position: number): number {
    return -ESPIPE;
  }

  writeAt(_source: Uint8Array, _position: number): number {
    return -ESPIPE;
  }

  /** lseek: the new position. `offset` may be any integer a guest can say, rounded to a double. */
  seek(_offset: number, _whence: number): number {
    return -ESPIPE;
  }

  /** POLL* bits that hold now. */
  poll(): number {
    return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
  }

  /** Settles when one of `events` (POLL*) may have come to hold; a caller looks again. */
  wait(_events: number): Promise<void> {
    return Promise.resolve();
  }

  /** FIONREAD: how many bytes a read would find at once. */
  available(): number {
    return -ENOTTY;
  }

  /** Of a directory: its entries, "." and ".." included, as they were when the reading began. */
  entries(): readonly DirectoryEntry[] | number {
    return -ENOTDIR;
  }

  truncate(_size: number): number {
    return -EINVAL;
  }

  /** fallocate with mode 0 or FALLOC_FL_KEEP_SIZE. */
  allocate(_position: number, _length: number, _keepSize: boolean): number {
    return -ESPIPE;
  }

  /** fallocate with FALLOC_FL_PUNCH_HOLE. */
  punchHole(_position: number, _length: number): number {
    return -EOPNOTSUPP;
  }

  sync(): number {
    return -EINVAL;
  }

  /** A descriptor was added. */
  retain(): this {
    this.references++;
    return this;
  }

  /** A descriptor was closed; the last one closes the file. */
  release(): void {
    if (--this.references === 0) this.close();
  }

  /** The last descriptor is gone. */
  protected close(): void {}
}
