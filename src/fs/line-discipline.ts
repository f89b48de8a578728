/** N_TTY, the line discipline of terminals (termios(3); linux/drivers/tty/n_tty.c): editing, echo, signal keys. */
import { SIGINT, SIGQUIT, SIGTSTP } from "../abi/signal.ts";
import {
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHONL,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IUTF8,
  IXON,
  NOFLSH,
  ONLCR,
  OPOST,
  VEOF,
  VEOL,
  VEOL2,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VMIN,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from "../abi/termbits.ts";
import type { TerminalSettings } from "./terminal.ts";

const NEWLINE = 10;
const RETURN = 13;
const TAB = 9;
const SPACE = 32;
const DELETE = 127;
/** Bytes kept of what nobody reads; more is dropped (N_TTY_BUF_SIZE). */
const LIMIT = 4096;

export class LineDiscipline {
  private settings: TerminalSettings;
  private readonly echo: (bytes: Uint8Array) => void;
  private readonly signal: (signal: number) => void;
  /** Canonical: the line being typed. */
  private line: number[] = [];
  /** What can be read: in canonical mode a line each, otherwise bytes as they came. An empty line is end-of-file. */
  private ready: number[][] = [];
  private escaped = false;

  constructor(settings: TerminalSettings, echo: (bytes: Uint8Array) => void, signal: (signal: number) => void) {
    this.settings = settings;
    this.echo = echo;
    this.signal = signal;
  }

  configure(settings: TerminalSettings): void {
    const wasCanonical = this.has(ICANON);
    this.settings = settings;
    // What was being typed becomes readable when lines no longer matter.
    if (wasCanonical && !this.has(ICANON) && this.line.length > 0) {
      this.ready.push(this.line);
      this.line = [];
    }
  }

  get available(): number {
    return this.ready.reduce((sum, line) => sum + line.length, 0);
  }

  /** Would `read` give something? Without lines, VMIN bytes must be there. */
  get isReadable(): boolean {
    if (this.has(ICANON)) return this.ready.length > 0;
    return this.ready.length > 0 && this.available >= (this.settings.characters[VMIN] ?? 1);
  }

  /** At most one line; null if there is nothing to read yet. 0 is end-of-file. */
  read(target: Uint8Array): number | null {
    const least = this.has(ICANON) ? 0 : Math.min(this.settings.characters[VMIN] ?? 1, target.length);
    if (this.ready.length === 0 || this.available < least) return null;
    if (this.has(ICANON)) return this.take(target, 0);
    let count = 0;
    while (count < target.length && this.ready.length > 0) count += this.take(target, count);
    return count;
  }

  discard(): void {
    this.line = [];
    this.ready = [];
  }

  input(bytes: Uint8Array): void {
    for (const byte of bytes) this.key(byte);
  }

  /** OPOST and ONLCR: newlines go out as CR LF. */
  translateOutput(bytes: Uint8Array): Uint8Array {
    const wanted = OPOST | ONLCR;
    if ((this.settings.outputFlags & wanted) !== wanted || !bytes.includes(NEWLINE)) return bytes;
    const out: number[] = [];
    for (const byte of bytes) {
      if (byte === NEWLINE) out.push(RETURN);
      out.push(byte);
    }
    return Uint8Array.from(out);
  }

  private has(flag: number): boolean {
    return (this.settings.localFlags & flag) !== 0;
  }

  /** Is `byte` the control character `index`? 0 turns a character off (_POSIX_VDISABLE). */
  private is(byte: number, index: number): boolean {
    return byte !== 0 && this.settings.characters[index] === byte;
  }

  private take(target: Uint8Array, offset: number): number {
    const line = this.ready[0]!;
    const part = line.splice(0, target.length - offset);
    target.set(part, offset);
    if (line.length === 0) this.ready.shift();
    return part.length;
  }

  private key(raw: number): void {
    const { inputFlags } = this.settings;
    let byte = (inputFlags & ISTRIP) !== 0 ? raw & 0x7f : raw;
    if (this.escaped) {
      this.escaped = false;
      this.accept(byte);
      return;
    }
    if (byte === RETURN && (inputFlags & IGNCR) !== 0) return;
    if (byte === RETURN && (inputFlags & ICRNL) !== 0) byte = NEWLINE;
    else if (byte === NEWLINE && (inputFlags & INLCR) !== 0) byte = RETURN;
    if ((inputFlags & IXON) !== 0 && (this.is(byte, VSTART) || this.is(byte, VSTOP))) return;
    if (this.has(ISIG) && this.signalKey(byte)) return;
    if (this.has(ICANON) && this.editingKey(byte)) return;
    this.accept(byte);
  }

  private signalKey(byte: number): boolean {
    const signal = this.is(byte, VINTR)
      ? SIGINT
      : this.is(byte, VQUIT)
        ? SIGQUIT
        : this.is(byte, VSUSP)
          ? SIGTSTP
          : null;
    if (signal === null) return false;
    if (!this.has(NOFLSH)) this.discard();
    if (this.has(ECHO)) this.show(byte);
    this.signal(signal);
    return true;
  }

  private editingKey(byte: number): boolean {
    if (this.is(byte, VERASE)) this.erase();
    else if (this.is(byte, VKILL)) this.kill();
    else if (this.is(byte, VEOF)) this.finish();
    else if (this.has(IEXTEN) && this.is(byte, VWERASE)) this.eraseWord();
    else if (this.has(IEXTEN) && this.is(byte, VREPRINT)) this.reprint();
    else if (this.has(IEXTEN) && this.is(byte, VLNEXT)) this.escaped = true;
    else return false;
    return true;
  }

  /** An ordinary character. */
  private accept(byte: number): void {
    if (!this.has(ICANON)) {
      if (this.available >= LIMIT) return;
      if (this.has(ECHO)) this.show(byte);
      this.ready.push([byte]);
      return;
    }
    const ends = byte === NEWLINE || this.is(byte, VEOL) || (this.has(IEXTEN) && this.is(byte, VEOL2));
    if (!ends && this.line.length >= LIMIT - 1) return;
    if (this.has(ECHO)) this.show(byte);
    else if (byte === NEWLINE && this.has(ECHONL)) this.echo(Uint8Array.of(byte));
    this.line.push(byte);
    if (ends) this.finish();
  }

  private finish(): void {
    this.ready.push(this.line);
    this.line = [];
  }

  private erase(): void {
    let byte = this.line.pop();
    if (byte === undefined) return;
    if ((this.settings.inputFlags & IUTF8) !== 0)
      while (byte !== undefined && isContinuation(byte)) byte = this.line.pop();
    if (!this.has(ECHO)) return;
    if (!this.has(ECHOE)) this.show(this.settings.characters[VERASE] ?? DELETE);
    else this.rubOut(byte === undefined ? 1 : this.width(byte));
  }

  private eraseWord(): void {
    while (this.line.at(-1) === SPACE || this.line.at(-1) === TAB) this.erase();
    while (this.line.length > 0 && this.line.at(-1) !== SPACE && this.line.at(-1) !== TAB) this.erase();
  }

  private kill(): void {
    if (this.has(ECHO) && this.has(ECHOE)) while (this.line.length > 0) this.erase();
    this.line = [];
    if (this.has(ECHO) && this.has(ECHOK) && !this.has(ECHOE)) this.echo(Uint8Array.of(NEWLINE));
  }

  private reprint(): void {
    if (!this.has(ECHO)) return;
    this.show(this.settings.characters[VREPRINT] ?? 0);
    this.echo(Uint8Array.of(NEWLINE));
    for (const byte of this.line) this.show(byte);
  }

  /** Echoes a character; control characters as ^X if ECHOCTL says so. */
  private show(byte: number): void {
    if (this.width(byte) === 1) this.echo(Uint8Array.of(byte));
    else this.echo(Uint8Array.of(0x5e, byte ^ 0x40));
  }

  private width(byte: number): number {
    const isControl = (byte < SPACE && byte !== NEWLINE && byte !== TAB) || byte === DELETE;
    return isControl && this.has(ECHOCTL) ? 2 : 1;
  }

  private rubOut(columns: number): void {
    for (let i = 0; i < columns; i++) this.echo(Uint8Array.of(8, SPACE, 8));
  }
}

/** A byte of UTF-8 that is not the first of its character. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
