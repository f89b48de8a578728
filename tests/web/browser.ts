/** Opens the built page in a headless Chromium, and watches for what must not happen on it. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { existsSync, readFileSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { root } from "../../scripts/build.ts";
import { serve, type Served } from "../../scripts/serve.ts";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why the tests of the page can't run here; false if they can. */
const skip = existsSync(EXECUTABLE) ? false : `no Chromium at ${EXECUTABLE} (set CHROMIUM)`;

/** A test that needs the browser. */
export function itInBrowser(name: string, body: () => Promise<void>): void {
  it(name, { skip }, body);
}

export interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The page's own server, to be closed. */
  readonly served: Served;
}

export interface View {
  readonly width?: number;
  readonly height?: number;
  /** Let the comparison run; otherwise it is stopped, so that it takes no time from what is tested. */
  readonly compare?: boolean;
}

let browser: Promise<Browser> | undefined;

/**
 * Opens the page. When it is left, an error in its console, a request to anywhere else or a failed request fails the
 * test.
 */
export async function open({ width = 1280, height = 900, compare = false }: View = {}): Promise<Opened> {
  browser ??= chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  const served = await serve(`${root}dist/web`, 0);
  const context = await (await browser).newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const mistakes: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") mistakes.push(message.text());
  });
  page.on("pageerror", (error) => mistakes.push(error.message));
  context.on("request", (request) => {
    if (!request.url().startsWith(served.address)) mistakes.push(`a request to ${request.url()}`);
  });
  await page.goto(served.address);
  if (!compare) await page.getByRole("button", { name: "Stop" }).first().click();
  return {
    page,
    context,
    served,
    async [Symbol.asyncDispose]() {
      await context.close();
      served.server.close();
      assert.deepEqual(mistakes, []);
    },
  };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

/** A guest program that is checked in: tests/guest/built/NAME.elf. */
export function guestProgram(name: string): Buffer {
  return readFileSync(`${root}tests/guest/built/${name}.elf`);
}

/** Drops a file on the page, as the mouse would. */
export async function drop(page: Page, name: string, contents: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], file));
      return data;
    },
    [name, contents.toString("base64")] as const,
  );
  await page.dispatchEvent("#drop", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
}

/** Waits until the run's outcome says `pattern`, and gives all of it. */
export async function outcome(page: Page, pattern: RegExp): Promise<string> {
  const place = page.locator("#outcome");
  await place.filter({ hasText: pattern }).waitFor();
  return place.innerText();
}

/** Waits until the terminal's screen shows `pattern`: its lines, without blanks at their ends. */
export async function screen(page: Page, pattern: RegExp): Promise<string> {
  for (let tries = 50; ; tries--) {
    const lines = await page.locator("#terminal .xterm-rows > div").allInnerTexts();
    const text = lines.map((line) => line.replaceAll("\u00a0", " ").trimEnd());
    const shown = text.join("\n").trimEnd();
    if (pattern.test(shown)) return shown;
    if (tries === 0) assert.match(shown, pattern);
    await page.waitForTimeout(100);
  }
}
