/** Whoever waits for something to change, to be woken all at once. */
export class WaitQueue {
  private waiters: (() => void)[] = [];

  /** Settles at the next `wake`. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  wake(): void {
    const waiters = this.waiters;
    if (waiters.length === 0) return;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
