/**
 * The terminal: settings, and the line discipline (termios(3)) for what the host's own terminal does not do.
 *
 * As long as the guest leaves the settings as a shell leaves them and the host edits lines itself, bytes pass through
 * untouched. When the guest changes them (raw keys, a password without echo), or the terminal is a page's, which
 * edits nothing, the host is set raw and every byte goes through `LineDiscipline`.
 */
import { EAGAIN, EIO } from "../abi/errno.ts";
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll.ts";
import {
  B38400,
  CREAD,
  CS8,
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ICANON,
  ICRNL,
  IEXTEN,
  ISIG,
  IXON,
  NCCS,
  ONLCR,
  OPOST,
  VEOF,
  VMIN,
  VTIME,
} from "../abi/termbits.ts";
import type { HostTerminal, InputStream, OutputStream, Platform } from "../platform/platform.ts";
import type { Dentry } from "./dentry.ts";
import { LineDiscipline } from "./line-discipline.ts";
import { OpenFile } from "./openfile.ts";
import { WaitQueue } from "./waitqueue.ts";

/** struct termios without its speeds. */
export interface TerminalSettings {
  readonly inputFlags: number;
  readonly outputFlags: number;
  readonly controlFlags: number;
  readonly localFlags: number;
  readonly line: number;
  /** NCCS bytes. */
  readonly characters: Uint8Array;
}

/** What Linux gives a new terminal (tty_std_termios; ^C ^\ ^? ^U ^D ... from asm-generic/termios.h INIT_C_CC). */
export function initialSettings(): TerminalSettings {
  const characters = new Uint8Array(NCCS);
  characters.set([3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22]);
  return {
    inputFlags: ICRNL | IXON,
    outputFlags: OPOST | ONLCR,
    controlFlags: B38400 | CS8 | CREAD,
    localFlags: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    line: 0,
    characters,
  };
}

const COOKED = ISIG | ICANON | ECHO;
const READ_SIZE = 4096;

export class Terminal {
  /** Called when a key is pressed that means a signal for the foreground process group. */
  onSignal: (signal: number) => void = () => {};
  foregroundGroup = 0;
  /** Set by TIOCSWINSZ; before that the host's size holds. */
  private size: { readonly columns: number; readonly rows: number } | null = null;
  private readonly host: HostTerminal;
  private readonly input: InputStream;
  private readonly output: OutputStream;
  private readonly platform: Platform;
  private readonly discipline: LineDiscipline;
  private readonly arrived = new WaitQueue();
  private current: TerminalSettings;
  private pumping = false;
  private ended = false;
  /** A read with VMIN = 0 has waited for as long as VTIME says. */
  private expired = false;

  constructor(host: HostTerminal, platform: Platform) {
    this.host = host;
    this.platform = platform;
    this.input = platform.stdin;
    this.output = platform.stdout.kind === "terminal" ? platform.stdout : platform.stderr;
    this.current = initialSettings();
    this.discipline = new LineDiscipline(
      this.current,
      (echo) => this.write(echo),
      (signal) => this.onSignal(signal),
    );
    if (!this.passesThrough) this.pump();
  }

  get settings(): TerminalSettings {
    return this.current;
  }

  /** TCSETS. What has been typed and not been read stays. */
  set settings(settings: TerminalSettings) {
    this.current = settings;
    this.discipline.configure(settings);
    if (this.host.editsLines) this.host.setRaw(!this.passesThrough);
    if (!this.passesThrough) this.pump();
    this.arrived.wake();
  }

  get columns(): number {
    return this.size?.columns ?? this.host.columns;
  }

  get rows(): number {
    return this.size?.rows ?? this.host.rows;
  }

  resize(columns: number, rows: number): void {
    this.size = { columns, rows };
  }

  /** The host gets its terminal back as it was: at the end of the guest. */
  restore(): void {
    if (this.host.editsLines) this.host.setRaw(false);
  }

  /** TCFLSH of the input. */
  discardInput(): void {
    this.discipline.discard();
  }

  get available(): number {
    this.collect();
    return this.discipline.available + (this.passesThrough ? this.input.available : 0);
  }

  /** As OpenFile.read. */
  read(target: Uint8Array): number {
    if (target.length === 0) return 0;
    this.collect();
    const count = this.discipline.read(target);
    if (count !== null) return count;
    if (this.passesThrough) {
      const bytes = this.input.read(target.length);
      if (bytes === null) return -EAGAIN;
      target.set(bytes);
      return bytes.length;
    }
    if (this.ended) return 0;
    if (!this.isCanonical && this.minimum === 0 && (this.timeout === 0 || this.expired)) {
      this.expired = false;
      return 0;
    }
    return -EAGAIN;
  }

  /** Always takes everything: 0 or -errno from the host. */
  write(source: Uint8Array): number {
    const translated = this.host.editsLines ? source : this.discipline.translateOutput(source);
    const result = this.output.write(translated);
    return result < 0 ? -EIO : source.length;
  }

  poll(): number {
    this.collect();
    const writable = POLLOUT | POLLWRNORM;
    const ready = this.discipline.isReadable || this.ended || (this.passesThrough && this.input.isReady);
    return ready ? POLLIN | POLLRDNORM | writable | (this.ended ? POLLHUP : 0) : writable;
  }

  async wait(): Promise<void> {
    if (this.passesThrough) return Promise.race([this.input.ready(), this.arrived.wait()]);
    this.pump();
    if (this.isCanonical || this.minimum > 0 || this.timeout === 0) return this.arrived.wait();
    let isLate = true;
    const key = this.arrived.wait().then(() => {
      isLate = false;
    });
    await Promise.race([key, this.platform.sleep(BigInt(this.timeout) * 100_000_000n)]);
    this.expired = isLate;
  }

  private get isCanonical(): boolean {
    return (this.current.localFlags & ICANON) !== 0;
  }

  private get minimum(): number {
    return this.current.characters[VMIN] ?? 1;
  }

  /** Tenths of a second. */
  private get timeout(): number {
    return this.current.characters[VTIME] ?? 0;
  }

  private get passesThrough(): boolean {
    const { localFlags, inputFlags, characters } = this.current;
    const usual = (localFlags & COOKED) === COOKED && (inputFlags & ICRNL) !== 0 && characters[VEOF] === 4;
    return this.host.editsLines && usual;
  }

  /** Takes what the host has at once through the discipline. */
  private collect(): void {
    if (this.passesThrough) return;
    while (!this.ended && this.input.isReady) {
      const bytes = this.input.read(READ_SIZE);
      if (bytes === null) return;
      if (bytes.length === 0) this.ended = true;
      this.discipline.input(bytes);
    }
  }

  /** Collects keys as they come, so that ^C is seen while the guest computes. */
  private pump(): void {
    if (this.pumping || this.ended) return;
    this.pumping = true;
    void this.input.ready().then(() => {
      this.pumping = false;
      this.collect();
      this.arrived.wake();
      if (!this.passesThrough) this.pump();
    });
  }
}

/** The terminal, opened: by /dev/tty, /dev/pts/0, or as a standard stream. */
export class TerminalFile extends OpenFile {
  override readonly terminal: Terminal;

  constructor(dentry: Dentry, flags: number, terminal: Terminal) {
    super(dentry, flags);
    this.terminal = terminal;
  }

  override read(target: Uint8Array): number {
    return this.terminal.read(target);
  }

  override write(source: Uint8Array): number {
    return this.terminal.write(source);
  }

  override poll(): number {
    return this.terminal.poll();
  }

  override wait(): Promise<void> {
    return this.terminal.wait();
  }

  override available(): number {
    return this.terminal.available;
  }
}
