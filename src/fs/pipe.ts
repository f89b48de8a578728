/** Pipes and fifos (pipe(7)): a ring of bytes between those who have one end open and those who have the other. */
import { EAGAIN, EBUSY, ENOMEM, ENXIO, EPIPE } from "../abi/errno.ts";
import { O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "../abi/fcntl.ts";
import { PIPE_BUF } from "../abi/limits.ts";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll.ts";
import type { Dentry } from "./dentry.ts";
import { OpenFile } from "./openfile.ts";
import { WaitQueue } from "./waitqueue.ts";

const DEFAULT_CAPACITY = 65536;
const SMALLEST_RING = 4096;

/** What all pipes of a guest may hold together, in bytes: the limit is the host's, not Linux's. */
export class PipeMemory {
  private free: number;

  constructor(bytes: number) {
    this.free = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.free) return false;
    this.free -= bytes;
    return true;
  }
}

export class Pipe {
  readonly queue = new WaitQueue();
  readers = 0;
  writers = 0;
  /** How often each end has ever been opened: a fifo's open waits for the other's to change. */
  readerOpens = 0;
  writerOpens = 0;
  /** As large as what has been in the pipe at once, up to `size`. */
  private ring = new Uint8Array(0);
  private start = 0;
  private length = 0;
  private size = DEFAULT_CAPACITY;
  private readonly memory: PipeMemory;

  constructor(memory: PipeMemory) {
    this.memory = memory;
  }

  get available(): number {
    return this.length;
  }

  get capacity(): number {
    return this.size;
  }

  get room(): number {
    return this.size - this.length;
  }

  /** F_SETPIPE_SZ: -EBUSY if what is in the pipe would not fit. */
  resize(capacity: number): number {
    if (capacity < this.length) return -EBUSY;
    if (this.ring.length > capacity) this.replaceRing(capacity);
    this.size = capacity;
    return capacity;
  }

  /** Takes out as much as there is, up to the length of `target`. */
  read(target: Uint8Array): number {
    const count = Math.min(target.length, this.length);
    if (count === 0) return 0;
    const first = Math.min(count, this.ring.length - this.start);
    target.set(this.ring.subarray(this.start, this.start + first));
    target.set(this.ring.subarray(0, count - first), first);
    this.start = (this.start + count) % this.ring.length;
    this.length -= count;
    return count;
  }

  /** Puts in as much as there is room for: the count, or -ENOMEM. */
  write(source: Uint8Array): number {
    const count = Math.min(source.length, this.room);
    let capacity = Math.max(this.ring.length, SMALLEST_RING);
    while (capacity < this.length + count) capacity *= 2;
    if (capacity > this.ring.length && !this.replaceRing(capacity)) return -ENOMEM;
    const end = (this.start + this.length) % capacity;
    const first = Math.min(count, capacity - end);
    this.ring.set(source.subarray(0, first), end);
    this.ring.set(source.subarray(first, count));
    this.length += count;
    return count;
  }

  /** Both ends are closed: nothing that is left will be read. */
  release(): void {
    this.length = 0;
    this.replaceRing(0);
  }

  /** Gives the pipe a ring of another size, with what is in it; false if there is no memory for it. */
  private replaceRing(capacity: number): boolean {
    if (!this.memory.take(capacity - this.ring.length)) return false;
    const ring = new Uint8Array(capacity);
    const kept = this.length;
    this.read(ring.subarray(0, kept));
    this.ring = ring;
    this.start = 0;
    this.length = kept;
    return true;
  }

  /** open(2) of a fifo (fifo(7)). */
  openFifo(dentry: Dentry, flags: number): OpenFile | number {
    const writesOnly = (flags & O_ACCMODE) === O_WRONLY;
    if (writesOnly && (flags & O_NONBLOCK) !== 0 && this.readers === 0) return -ENXIO;
    return new PipeEnd(dentry, flags, this, true);
  }
}

/** One end of a pipe, or both (a fifo opened O_RDWR). */
export class PipeEnd extends OpenFile {
  readonly pipe: Pipe;
  private readonly seenReaderOpens: number;
  private readonly seenWriterOpens: number;

  constructor(dentry: Dentry, flags: number, pipe: Pipe, isFifo: boolean) {
    super(dentry, flags);
    this.pipe = pipe;
    this.seenReaderOpens = isFifo ? pipe.readerOpens : -1;
    this.seenWriterOpens = isFifo ? pipe.writerOpens : -1;
    if (this.isReadable) {
      pipe.readers++;
      pipe.readerOpens++;
    }
    if (this.isWritable) {
      pipe.writers++;
      pipe.writerOpens++;
    }
    pipe.queue.wake();
  }

  override get isOpened(): boolean {
    if (this.isNonBlocking || (this.flags & O_ACCMODE) === O_RDWR) return true;
    if ((this.flags & O_ACCMODE) === O_RDONLY) return this.pipe.writers > 0 || this.hasHadWriter;
    return this.pipe.readers > 0 || this.pipe.readerOpens !== this.seenReaderOpens;
  }

  private get hasHadWriter(): boolean {
    return this.pipe.writerOpens !== this.seenWriterOpens;
  }

  override read(target: Uint8Array): number {
    if (target.length === 0) return 0;
    const count = this.pipe.read(target);
    if (count > 0) this.pipe.queue.wake();
    return count === 0 && this.pipe.writers > 0 ? -EAGAIN : count;
  }

  /** Up to PIPE_BUF bytes go in together or not at all. */
  override write(source: Uint8Array): number {
    if (source.length === 0) return 0;
    if (this.pipe.readers === 0) return -EPIPE;
    const room = this.pipe.room;
    if (room === 0 || (source.length <= PIPE_BUF && room < source.length)) return -EAGAIN;
    const count = this.pipe.write(source);
    if (count > 0) this.pipe.queue.wake();
    return count;
  }

  override poll(): number {
    let events = 0;
    if (this.isReadable) {
      if (this.pipe.available > 0) events |= POLLIN | POLLRDNORM;
      if (this.pipe.writers === 0 && this.hasHadWriter) events |= POLLHUP;
    }
    if (this.isWritable) {
      if (this.pipe.room >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
      if (this.pipe.readers === 0) events |= POLLERR;
    }
    return events;
  }

  override wait(): Promise<void> {
    return this.pipe.queue.wait();
  }

  override available(): number {
    return this.pipe.available;
  }

  protected override close(): void {
    if (this.isReadable) this.pipe.readers--;
    if (this.isWritable) this.pipe.writers--;
    if (this.pipe.readers === 0 && this.pipe.writers === 0) this.pipe.release();
    this.pipe.queue.wake();
  }
}
