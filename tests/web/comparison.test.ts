import assert from "node:assert/strict";
import { after, describe } from "node:test";
import { COMPARED_PATHS } from "../../src/gates/compare-paths.ts";
import { closeBrowser, open, itInBrowser } from "./browser.ts";

/** The whole comparison takes seconds, on a busy machine many. */
const PATIENCE = 120_000;

describe("the page's comparison", () => {
  after(closeBrowser);

  itInBrowser("fills every row, in the keys of compare --json, without moving anything", async () => {
    await using opened = await open({ compare: true });
    const { page } = opened;
    await page.evaluate(() => {
      const total = { shift: 0 };
      Object.assign(window, { total });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) total.shift += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.getByText(`All ${COMPARED_PATHS.length} rows are measured.`).first().waitFor({ timeout: PATIENCE });

    assert.deepEqual(await page.locator("table.comparison thead th").allInnerTexts(), [
      "path",
      "mode",
      "address",
      "randomized",
      "instructions",
      "entries",
      "faults",
      "nanoseconds",
      "outcome",
    ]);
    const rows = await page
      .locator("table.comparison tbody tr:not(.group)")
      .evaluateAll((lines): readonly Readonly<Record<string, string>>[] =>
        lines.map((line) => {
          const cells = [...line.children].map((cell) => [cell.getAttribute("data-key")!, cell.textContent]);
          return Object.fromEntries(cells) as Record<string, string>;
        }),
      );
    assert.equal(rows.length, COMPARED_PATHS.length);
    for (const row of rows) assert.match(row.outcome ?? "", /^(ok|SIGSEGV)$/, JSON.stringify(row));
    const row = (way: string, mode: string) =>
      rows[COMPARED_PATHS.findIndex((path) => path.way === way && path.mode === mode)];
    assert.equal(row("vdso:clock_gettime", "vdso=on")?.entries, "0");
    assert.equal(row("vdso:clock_gettime", "vdso=on")?.randomized, "yes");
    assert.equal(row("vdso:clock_gettime", "vdso=fixed")?.randomized, "no");
    assert.equal(row("int80:getppid", "any")?.entries, "1");
    assert.equal(row("vsyscall:time", "vsyscall=none")?.outcome, "SIGSEGV");
    assert.equal(row("vsyscall:time", "vsyscall=xonly")?.faults, "1");

    const bars = page.locator("#compare-chart .group li");
    assert.equal(await bars.count(), COMPARED_PATHS.length);
    assert.match(await bars.first().innerText(), /int 0x80\s+[\d.]+ ns/);
    const shift = await page.evaluate(() => (window as unknown as { total: { shift: number } }).total.shift);
    assert.ok(shift < 0.02, `layout shift ${shift}`);
  });

  itInBrowser("labels the gates' rows as they must be", async () => {
    await using opened = await open();
    const groups = await opened.page.locator("table.comparison tr.group").allInnerTexts();
    assert.deepEqual(
      groups.map((text) => text.trim()),
      [
        "int 0x80",
        "__kernel_vsyscall",
        "the vDSO",
        "IA-32's own fixed page",
        "the vsyscall page transposed from x86-64",
      ],
    );
  });

  itInBrowser("stops, and starts from the beginning", async () => {
    await using opened = await open({ compare: true });
    const { page } = opened;
    const measured = page.locator("table.comparison tr[data-outcome]");
    await measured.nth(1).waitFor({ timeout: PATIENCE });
    await page.locator("#compare-stop").click();
    await page
      .getByText(/^Stopped after \d+ of/)
      .first()
      .waitFor();
    const count = await measured.count();
    await page.waitForTimeout(300);
    assert.equal(await measured.count(), count);
    await page.locator("#compare-start").click();
    assert.ok((await measured.count()) < count);
    await measured.nth(0).waitFor({ timeout: PATIENCE });
  });
});
