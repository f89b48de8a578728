/** The line discipline: what the keys of a terminal become (termios(3)); vi and a shell try it for real elsewhere. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { ECHO, ICANON, ISIG, IUTF8, VEOF, VMIN } from "../../src/abi/termbits.ts";
import { LineDiscipline } from "../../src/fs/line-discipline.ts";
import { initialSettings, type TerminalSettings } from "../../src/fs/terminal.ts";

function terminal(change: (settings: TerminalSettings) => Partial<TerminalSettings> = () => ({})) {
  const initial = initialSettings();
  const settings = { ...initial, ...change(initial) };
  let echo = "";
  const signals: number[] = [];
  const discipline = new LineDiscipline(
    settings,
    (bytes) => (echo += Buffer.from(bytes).toString("latin1")),
    (signal) => signals.push(signal),
  );
  return {
    discipline,
    signals,
    echoed: () => echo,
    type: (keys: string) => discipline.input(Buffer.from(keys, "latin1")),
    read(max = 100) {
      const target = new Uint8Array(max);
      const count = discipline.read(target);
      return count === null ? null : Buffer.from(target.subarray(0, count)).toString("latin1");
    },
  };
}

it("gives a line when it is finished, and no more than one", () => {
  const tty = terminal();
  tty.type("one");
  assert.equal(tty.read(), null);
  tty.type("\rtwo\rthr");
  assert.equal(tty.discipline.available, 8);
  assert.equal(tty.read(2), "on");
  assert.equal(tty.read(), "e\n");
  assert.equal(tty.read(), "two\n");
  assert.equal(tty.read(), null);
  assert.equal(tty.echoed(), "one\ntwo\nthr");
});

it("edits with erase, word erase and kill", () => {
  const tty = terminal();
  tty.type("ab\x7fc\x01\x7f d e\x17\x17x\r");
  assert.equal(tty.read(), "ac x\n");
  tty.type("abc\x15def\r");
  assert.equal(tty.read(), "def\n");
  tty.type("\x7f\x7fq\r");
  assert.equal(tty.read(), "q\n");
  // b; ^A, shown in two columns; e; blank and d; abc.
  assert.equal(tty.echoed().split("\b \b").length - 1, 1 + 2 + 1 + 2 + 3);
});

it("erases whole characters of UTF-8 when told so", () => {
  const tty = terminal((settings) => ({ inputFlags: settings.inputFlags | IUTF8 }));
  tty.type("a\xc3\xa4\x7fb\r");
  assert.equal(tty.read(), "ab\n");
});

it("takes ^D as the end of a line, or of the file", () => {
  const tty = terminal();
  tty.type("abc\x04");
  assert.equal(tty.read(), "abc");
  tty.type("\x04");
  assert.equal(tty.read(), "");
  assert.equal(tty.read(), null);
});

it("takes the next character as it is after ^V", () => {
  const tty = terminal();
  tty.type("a\x16\x04b\x16\x03\r");
  assert.equal(tty.read(), "a\x04b\x03\n");
  assert.deepEqual(tty.signals, []);
});

it("makes signals of ^C, ^\\ and ^Z, and forgets the line", () => {
  const tty = terminal();
  tty.type("abc\x03\x1c\x1adef\r");
  assert.deepEqual(tty.signals, [2, 3, 20]);
  assert.equal(tty.read(), "def\n");
  assert.equal(tty.echoed(), "abc^C^\\^Zdef\n");
  const raw = terminal((settings) => ({ localFlags: settings.localFlags & ~ISIG }));
  raw.type("\x03\r");
  assert.deepEqual(raw.signals, []);
  assert.equal(raw.read(), "\x03\n");
});

it("gives bytes as they come without ICANON, once there are VMIN of them", () => {
  const tty = terminal((settings) => {
    const characters = settings.characters.slice();
    characters[VMIN] = 3;
    return { localFlags: settings.localFlags & ~(ICANON | ECHO), characters };
  });
  tty.type("a\x7f");
  assert.equal(tty.read(), null);
  assert.equal(tty.discipline.isReadable, false);
  tty.type("\x04");
  assert.equal(tty.read(), "a\x7f\x04");
  assert.equal(tty.echoed(), "");
});

it("makes what was being typed readable when lines no longer matter", () => {
  const tty = terminal();
  tty.type("abc");
  const settings = initialSettings();
  tty.discipline.configure({ ...settings, localFlags: settings.localFlags & ~ICANON });
  assert.equal(tty.read(), "abc");
});

it("keeps to its limit when nobody reads", () => {
  const tty = terminal();
  tty.type("x".repeat(100_000));
  tty.type("\r");
  assert.equal(tty.read(10_000)?.length, 4096);
});

it("sends newlines as CR LF", () => {
  const tty = terminal();
  assert.equal(Buffer.from(tty.discipline.translateOutput(Buffer.from("a\nb\n"))).toString(), "a\r\nb\r\n");
  const raw = terminal(() => ({ outputFlags: 0 }));
  assert.equal(Buffer.from(raw.discipline.translateOutput(Buffer.from("a\n"))).toString(), "a\n");
});

it("knows no character whose number is 0", () => {
  const tty = terminal((settings) => {
    const characters = settings.characters.slice();
    characters[VEOF] = 0;
    return { characters };
  });
  tty.type("\0a\r");
  assert.equal(tty.read(), "\0a\n");
});
