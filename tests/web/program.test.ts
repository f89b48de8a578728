import assert from "node:assert/strict";
import { after, describe } from "node:test";
import { closeBrowser, drop, guestProgram, open, outcome, screen, itInBrowser } from "./browser.ts";

describe("a program on the page", () => {
  after(closeBrowser);

  itInBrowser("that is dropped prints and ends with status 0", async () => {
    await using opened = await open();
    const { page } = opened;
    await drop(page, "hello.elf", guestProgram("hello"));
    assert.match(await outcome(page, /Exit status/), /^Exit status 0\n/);
    await screen(page, /^Hello, world!$/);
  });

  itInBrowser("that is picked gets its arguments, and its exit status is told", async () => {
    await using opened = await open();
    const { page } = opened;
    await page
      .locator("#file")
      .setInputFiles({ name: "hello", mimeType: "application/octet-stream", buffer: guestProgram("hello") });
    await page.getByLabel("Arguments").fill("one 'two words'");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    assert.match(await outcome(page, /Exit status/), /^Exit status 2\n/);
    await screen(page, /^Hello, world!\none\ntwo words$/);
  });

  itInBrowser("reads what is typed into the terminal", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole("button", { name: "ask" }).click();
    await page.locator("#terminal").filter({ hasText: "What is your name?" }).waitFor();
    await page.keyboard.type("Adx");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("a");
    await page.keyboard.press("Enter");
    assert.match(await outcome(page, /Exit status/), /^Exit status 0\n/);
    await screen(page, /^What is your name\? Ada\nHello, Ada!$/);
  });

  itInBrowser("that dies of a fault is reported with signal, registers and status 139", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole("button", { name: "fault" }).click();
    assert.match(await outcome(page, /exit status/), /^Killed by SIGSEGV, exit status 139\n/);
    await screen(page, /SIGSEGV[^]*\n +eip 0x[0-9a-f]{8}[^]*\n +eax 0x/);
  });

  itInBrowser("can be traced", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByLabel("Trace system calls").check();
    await page.getByRole("button", { name: "hello" }).click();
    await outcome(page, /Exit status 0/);
    await screen(page, /write\(1, "Hello, world!/);
  });

  itInBrowser("that spins can be stopped, and another be run", async () => {
    await using opened = await open();
    const { page } = opened;
    await drop(page, "spin.elf", guestProgram("spin"));
    await page.locator("#terminal").filter({ hasText: "spinning" }).waitFor();
    const pressed = performance.now();
    await page.locator("#stop").click();
    await outcome(page, /Stopped|exit status 130/i);
    assert.ok(performance.now() - pressed < 3000, "it took too long");
    assert.equal(await page.locator("#stop").isDisabled(), true);
    await page.getByRole("button", { name: "hello" }).click();
    await outcome(page, /Exit status 0/);
  });

  const elf = guestProgram("hello");
  const for64bit = Buffer.from(elf);
  for64bit[4] = 2;
  const bad: readonly (readonly [string, Buffer])[] = [
    ["a text file", Buffer.from("just text\n")],
    ["an empty file", Buffer.alloc(0)],
    ["a file cut short", elf.subarray(0, 60)],
    ["a 64-bit program", for64bit],
  ];
  for (const [what, contents] of bad) {
    itInBrowser(`that is ${what} gives one clear message`, async () => {
      await using opened = await open();
      const { page } = opened;
      await drop(page, "bad", contents);
      const text = await outcome(page, /Exit status 126/);
      assert.match(text, /^[^\n]*bad[^\n]*\n+Exit status 126\.$/);
    });
  }
});
