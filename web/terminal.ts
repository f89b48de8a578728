/** The terminal: xterm.js, loaded when it is first needed. */
import type { Terminal as Xterm, ITheme } from "@xterm/xterm";
import { element } from "./element.ts";
import type { TerminalSize } from "./messages.ts";

/** What is done with keys and sizes while a program runs. */
export interface TerminalUser {
  readonly typed: (bytes: Uint8Array) => void;
  readonly resized: (size: TerminalSize) => void;
}

const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const NARROW = window.matchMedia("(max-width: 40rem)");
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Starts loading the terminal's code, or goes on with it. */
function loadXterm(): Promise<[typeof import("@xterm/xterm"), typeof import("@xterm/addon-fit")]> {
  return Promise.all([import("@xterm/xterm"), import("@xterm/addon-fit")]);
}

/** Loads the code early, so that a run does not wait for it. A failure will be told by the run. */
export function preloadTerminal(): void {
  loadXterm().catch(() => undefined);
}

export class TerminalView {
  private readonly xterm: Xterm;
  private user: TerminalUser | undefined;

  private constructor(xterm: Xterm) {
    this.xterm = xterm;
    xterm.onData((text) => this.user?.typed(new TextEncoder().encode(text)));
    xterm.onBinary((text) => this.user?.typed(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    xterm.onResize(({ cols, rows }) => this.user?.resized({ columns: cols, rows }));
    xterm.attachCustomKeyEventHandler((event) => !this.isPageKey(event));
    DARK.addEventListener("change", () => (xterm.options.theme = theme()));
  }

  /** Opens a terminal that fills `parent`, and follows its size. */
  static async open(parent: HTMLElement): Promise<TerminalView> {
    const [{ Terminal }, { FitAddon }] = await loadXterm();
    const xterm = new Terminal({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: NARROW.matches ? 12 : 14,
      cursorBlink: !STILL.matches,
      disableStdin: true,
      scrollback: 5000,
      theme: theme(),
    });
    const fit = new FitAddon();
    xterm.loadAddon(fit);
    // The addon does not reckon with padding, which the parent has.
    const room = element("div", { class: "room" });
    parent.replaceChildren(room);
    xterm.open(room);
    fit.fit();
    new ResizeObserver(() => fit.fit()).observe(room);
    return new TerminalView(xterm);
  }

  get size(): TerminalSize {
    return { columns: this.xterm.cols, rows: this.xterm.rows };
  }

  /** Gives the keys to a program, on an empty screen; undefined takes them away. */
  connect(user: TerminalUser | undefined): void {
    this.user = user;
    this.xterm.options.disableStdin = user === undefined;
    if (!user) return;
    this.xterm.reset();
    this.xterm.focus();
  }

  /** Settles when it is on the screen. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.xterm.write(bytes, resolve));
  }

  /** Keys that stay with the page: Shift-Tab, and Tab too while no program listens. */
  private isPageKey({ key, shiftKey }: KeyboardEvent): boolean {
    return key === "Tab" && (shiftKey || this.user === undefined);
  }
}

/** The page's own colours, from its style sheet. */
function theme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: colour("--screen"),
    foreground: colour("--screen-ink"),
    cursor: colour("--screen-cursor"),
    cursorAccent: colour("--screen"),
    selectionBackground: colour("--screen-selection"),
  };
}
