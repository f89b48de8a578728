import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OutputQueue } from "../../web/output-queue.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

describe("OutputQueue", () => {
  it("sends what was written without a pause as one message", async () => {
    const sent: string[] = [];
    const queue = new OutputQueue((message) => sent.push(text(message)));
    queue.push(bytes("one "));
    queue.push(bytes("two"));
    assert.deepEqual(sent, []);
    await Promise.resolve();
    assert.deepEqual(sent, ["one two"]);
  });

  it("does not wait to send when there is much", () => {
    const sent: number[] = [];
    const queue = new OutputQueue((message) => sent.push(message.length));
    queue.push(new Uint8Array(100_000));
    assert.deepEqual(sent, [100_000]);
  });

  it("lets the guest wait until the page has kept up", async () => {
    const queue = new OutputQueue(() => undefined);
    queue.push(new Uint8Array(600_000));
    let isDrained = false;
    const drained = queue.drained().then(() => (isDrained = true));
    await Promise.resolve();
    assert.equal(isDrained, false);
    queue.shown(600_000);
    await drained;
  });

  it("gives a trace's line a line of its own", () => {
    const sent: string[] = [];
    const queue = new OutputQueue((message) => sent.push(text(message)));
    queue.pushLine("exit(0) = ?");
    queue.flush();
    assert.equal(sent.join(""), "\x1b[2mexit(0) = ?\x1b[22m\r\n");
  });
});
