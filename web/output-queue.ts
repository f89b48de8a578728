/**
 * The guest's output on its way to the page: what one slice of the guest writes goes as one message, and a guest that
 * writes faster than the page can show has to wait.
 */

/** Bytes kept back at most. */
const MESSAGE_SIZE = 65_536;
/** Bytes sent and not shown at which the guest waits. */
const HIGH_WATER = 524_288;

/** A line of the trace: dim, and in the middle of whatever the guest is writing. */
const TRACE_START = "\x1b[2m";
const TRACE_END = "\x1b[22m\r\n";

export class OutputQueue {
  private readonly send: (bytes: Uint8Array) => void;
  private chunks: Uint8Array[] = [];
  private length = 0;
  private isScheduled = false;
  private unshown = 0;
  private waiters: (() => void)[] = [];

  constructor(send: (bytes: Uint8Array) => void) {
    this.send = send;
  }

  push(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.length += bytes.length;
    if (this.length >= MESSAGE_SIZE) {
      this.flush();
    } else if (!this.isScheduled) {
      this.isScheduled = true;
      queueMicrotask(() => {
        this.isScheduled = false;
        this.flush();
      });
    }
  }

  pushLine(line: string): void {
    this.push(new TextEncoder().encode(`${TRACE_START}${line}${TRACE_END}`));
  }

  /** Sends what is there. */
  flush(): void {
    if (this.length === 0) return;
    const message = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      message.set(chunk, at);
      at += chunk.length;
    }
    this.chunks = [];
    this.length = 0;
    this.unshown += message.length;
    this.send(message);
  }

  /** The page has shown `count` bytes. */
  shown(count: number): void {
    this.unshown -= count;
    if (this.unshown >= HIGH_WATER) return;
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  /** Settles when the page has kept up. */
  drained(): Promise<void> {
    this.flush();
    if (this.unshown < HIGH_WATER) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }
}
