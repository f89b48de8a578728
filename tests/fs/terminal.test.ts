/** The terminal between the host's keys and the guest's reads; the line discipline has tests of its own. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EAGAIN } from "../../src/abi/errno.ts";
import { POLLIN } from "../../src/abi/poll.ts";
import { ECHO, ICANON, VMIN, VTIME } from "../../src/abi/termbits.ts";
import { Terminal, type TerminalSettings } from "../../src/fs/terminal.ts";
import { KeyQueue } from "../../src/platform/browser.ts";
import { callbackOutput, deterministicPlatform } from "../../src/platform/deterministic.ts";

function open(editsLines: boolean) {
  const keys = new KeyQueue();
  keys.kind = "terminal";
  let shown = "";
  const raw: boolean[] = [];
  const host = { columns: 80, rows: 24, editsLines, setRaw: (on: boolean) => void raw.push(on) };
  const stdout = callbackOutput((bytes) => (shown += Buffer.from(bytes).toString("latin1")));
  const platform = { ...deterministicPlatform(), stdin: keys, stdout: { ...stdout, kind: "terminal" as const } };
  const terminal = new Terminal(host, { ...platform, terminal: host });
  const signals: number[] = [];
  terminal.onSignal = (signal) => signals.push(signal);
  return {
    terminal,
    raw,
    signals,
    shown: () => shown,
    type: (text: string) => keys.push(Buffer.from(text, "latin1")),
    end: () => keys.end(),
    read() {
      const target = new Uint8Array(100);
      const count = terminal.read(target);
      return count < 0 ? count : Buffer.from(target.subarray(0, count)).toString("latin1");
    },
  };
}

function without(settings: TerminalSettings, flags: number, characters: Readonly<Record<number, number>> = {}) {
  const changed = settings.characters.slice();
  for (const [index, value] of Object.entries(characters)) changed[Number(index)] = value;
  return { ...settings, localFlags: settings.localFlags & ~flags, characters: changed };
}

describe("a terminal whose host edits lines", () => {
  it("passes bytes through until the guest wants keys", () => {
    const tty = open(true);
    tty.type("any\x7fthing\x03");
    assert.equal(tty.read(), "any\x7fthing\x03");
    assert.deepEqual([tty.shown(), tty.signals], ["", []]);
    const before = tty.terminal.settings;
    tty.terminal.settings = without(before, ICANON | ECHO);
    assert.deepEqual(tty.raw, [true]);
    tty.type("x");
    assert.equal(tty.read(), "x");
    tty.type("\x03");
    assert.equal(tty.read(), -EAGAIN);
    assert.deepEqual(tty.signals, [2]);
    tty.terminal.settings = before;
    assert.deepEqual(tty.raw, [true, false]);
  });
});

describe("a terminal whose host edits nothing", () => {
  it("echoes, edits, and gives lines", async () => {
    const tty = open(false);
    assert.equal(tty.read(), -EAGAIN);
    const waiting = tty.terminal.wait();
    tty.type("ab\x7fc\r");
    await waiting;
    assert.equal(tty.terminal.poll() & POLLIN, POLLIN);
    assert.equal(tty.read(), "ac\n");
    assert.equal(tty.shown(), "ab\b \bc\r\n");
    tty.terminal.write(Buffer.from("out\n"));
    assert.match(tty.shown(), /out\r\n$/);
  });

  it("makes a signal of ^C while nobody reads", async () => {
    const tty = open(false);
    tty.type("\x03");
    await new Promise(setImmediate);
    assert.deepEqual(tty.signals, [2]);
  });

  it("ends when its keys do", () => {
    const tty = open(false);
    tty.end();
    assert.equal(tty.read(), "");
  });

  it("with VMIN = 0 gives what there is, after VTIME tenths of a second at most", async () => {
    const tty = open(false);
    tty.terminal.settings = without(tty.terminal.settings, ICANON, { [VMIN]: 0, [VTIME]: 0 });
    assert.equal(tty.read(), "");
    tty.terminal.settings = without(tty.terminal.settings, ICANON, { [VMIN]: 0, [VTIME]: 3 });
    assert.equal(tty.read(), -EAGAIN);
    await tty.terminal.wait();
    assert.equal(tty.read(), "");
    assert.equal(tty.read(), -EAGAIN);
    tty.type("k");
    assert.equal(tty.read(), "k");
  });
});
