/** The platforms: what is the same in each run where it should be, and what Node's errors become. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { EISDIR, ENOENT, ENOTDIR, ENOTEMPTY } from "../../src/abi/errno.ts";
import { browserPlatform, KeyQueue } from "../../src/platform/browser.ts";
import { deterministicPlatform } from "../../src/platform/deterministic.ts";
import { NodeFolder } from "../../src/platform/node-folder.ts";
import { nodePlatform } from "../../src/platform/node.ts";
import { Xoshiro128 } from "../../src/platform/xoshiro.ts";

describe("deterministic platform", () => {
  it("gives the same random numbers for the same seed", () => {
    const draw = (seed: number) => {
      const bytes = new Uint8Array(1001);
      deterministicPlatform({ seed }).random(bytes);
      return Buffer.from(bytes).toString("hex");
    };
    assert.equal(draw(1), draw(1));
    assert.notEqual(draw(1), draw(2));
    assert.notEqual(draw(0), draw(0x10000));
  });

  it("moves its clocks with instructions and sleeps, never back", async () => {
    const platform = deterministicPlatform();
    const [now, monotonic] = [platform.now(), platform.monotonic()];
    platform.advance?.(1000n);
    platform.advance?.(500n);
    await platform.sleep(1_000_000_000n);
    await platform.sleep(-5n);
    assert.equal(platform.now() - now, 1_000_001_000n);
    assert.equal(platform.monotonic() - monotonic, 1_000_001_000n);
  });
});

it("xoshiro's bits are even", () => {
  const random = new Xoshiro128(7);
  const counts = new Array<number>(32).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const word = random.next();
    for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
  }
  for (const count of counts) assert.ok(Math.abs(count - 5000) < 300, String(counts));
});

describe("Node platform", () => {
  it("has a monotonic clock, a wall clock and randomness of any length", async () => {
    const platform = nodePlatform();
    const before = platform.monotonic();
    await platform.sleep(2_000_000n);
    await platform.yield();
    assert.ok(platform.monotonic() - before >= 2_000_000n);
    assert.ok(Math.abs(Number(platform.now() / 1_000_000n) - Date.now()) < 1000);
    const bytes = new Uint8Array(200_000);
    platform.random(bytes);
    assert.ok(new Set(bytes.subarray(150_000)).size === 256);
  });

  it("ends a sleep when it is told to", async () => {
    const abort = new AbortController();
    const sleeping = nodePlatform().sleep(3_600_000_000_000n, abort.signal);
    abort.abort();
    await sleeping;
  });

  it("turns Node's errors into Linux's numbers", () => {
    const outer = mkdtempSync(join(tmpdir(), "linux-gate-folder-"));
    try {
      writeFileSync(join(outer, "f"), "");
      assert.equal(NodeFolder.open(join(outer, "x")), -ENOENT);
      assert.equal(NodeFolder.open(join(outer, "f")), -ENOTDIR);
      const folder = NodeFolder.open(outer) as NodeFolder;
      assert.equal(folder.stat("x"), -ENOENT);
      assert.equal(folder.stat("f/x"), -ENOTDIR);
      assert.equal(folder.makeFolder("d", 0o755), 0);
      assert.equal(folder.makeFolder("d/e", 0o755), 0);
      assert.equal(folder.removeFolder("d"), -ENOTEMPTY);
      assert.equal(folder.open("d", { read: true, write: true, append: false }), -EISDIR);
      assert.equal(folder.verify("d/e"), 0);
      assert.equal(folder.makeLink("l", "d"), 0);
      assert.ok(folder.verify("l/e") < 0);
      assert.ok((folder.open("l", { read: true, write: false, append: false }) as number) < 0);
      assert.ok((folder.stat("a\0b") as number) < 0);
    } finally {
      rmSync(outer, { recursive: true });
    }
  });
});

describe("browser platform", () => {
  it("reads keys as they come, and ends", async () => {
    const keys = new KeyQueue();
    const platform = browserPlatform({ stdout: () => {}, stdin: keys, terminal: { columns: 80, rows: 24 } });
    assert.equal(platform.stdin.read(10), null);
    const ready = platform.stdin.ready();
    keys.push(Uint8Array.of(1, 2, 3));
    await ready;
    assert.deepEqual(platform.stdin.read(2), Uint8Array.of(1, 2));
    assert.equal(platform.stdin.available, 1);
    assert.deepEqual(platform.stdin.read(2), Uint8Array.of(3));
    keys.end();
    assert.deepEqual(platform.stdin.read(2), new Uint8Array(0));
    assert.equal(platform.terminal?.editsLines, false);
  });

  it("yields and sleeps", async () => {
    const platform = browserPlatform({ stdout: () => {} });
    const before = platform.monotonic();
    await platform.yield();
    await platform.sleep(2_000_000n);
    assert.ok(platform.monotonic() - before >= 1_900_000n);
    assert.deepEqual(platform.stdin.read(1), new Uint8Array(0));
  });
});
