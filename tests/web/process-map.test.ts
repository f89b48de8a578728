import assert from "node:assert/strict";
import { after, describe } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser, open, itInBrowser } from "./browser.ts";

/** Waits for a start, which `act` brings about, and gives the regions' addresses by what they are. */
async function started(
  page: Page,
  act: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Record<string, string>> {
  const state = page.locator("#map-state");
  await page.evaluate(() => (document.querySelector("#map-state")!.textContent = ""));
  await act();
  await state.filter({ hasText: /^Started/ }).waitFor();
  const entries = await page
    .locator("#map tr.region[data-key]")
    .evaluateAll((rows) =>
      rows.map((row) => [row.getAttribute("data-key")!, row.querySelector("th")!.innerText] as const),
    );
  return Object.fromEntries(entries);
}

const again = (page: Page) => () => page.getByRole("button", { name: "Start again" }).click();
const choose = (page: Page, parameter: string, value: string) => () =>
  page.locator(`input[name="${parameter}"][value="${value}"]`).check({ force: true });

async function firstStart(page: Page): Promise<Record<string, string>> {
  await page.locator("#map tr.region[data-key]").first().waitFor();
  return started(page, again(page));
}

describe("the page's map", () => {
  after(closeBrowser);

  itInBrowser("shows program, heap, mappings, stack and the gates' pages at their addresses", async () => {
    await using opened = await open();
    const regions = await firstStart(opened.page);
    for (const key of ["program 0", "heap 0", "mapping 0", "stack 0", "vvar 0", "vdso 0", "vsyscall 0"]) {
      assert.match(regions[key] ?? "missing", /^0x[0-9a-f]{8}$/, key);
    }
    assert.equal(regions["vsyscall 0"], "0xff600000");
    const text = await opened.page.locator("#map").innerText();
    for (const label of ["the vDSO", "IA-32's own fixed page", "transposed from x86-64"]) {
      assert.ok(text.includes(label), label);
    }
  });

  itInBrowser("shows what moves when the process starts again", async () => {
    await using opened = await open();
    const { page } = opened;
    const before = await firstStart(page);
    const now = await started(page, again(page));
    for (const key of ["vdso 0", "stack 0", "heap 0"]) assert.notEqual(now[key], before[key], key);
    assert.equal(now["vsyscall 0"], before["vsyscall 0"]);
    const moved = page.locator('#map tr.moved[data-key="vdso 0"]');
    assert.match(await moved.innerText(), new RegExp(`moved from ${before["vdso 0"]}`));
    assert.equal(await page.locator("#whereabouts").innerText(), now["vdso 0"]);
  });

  itInBrowser("shows the same addresses with aslr=off", async () => {
    await using opened = await open();
    const { page } = opened;
    await firstStart(page);
    const before = await started(page, choose(page, "aslr", "off"));
    assert.deepEqual(await started(page, again(page)), before);
    assert.equal(await page.locator("#map tr.moved").count(), 0);
    assert.match(await page.locator("#map-state").innerText(), /nothing has moved/);
  });

  itInBrowser("has the vDSO at 0xffffe000 with vdso=fixed, and nowhere with vdso=off", async () => {
    await using opened = await open();
    const { page } = opened;
    await firstStart(page);
    const fixed = await started(page, choose(page, "vdso", "fixed"));
    assert.equal(fixed["fixed 0"], "0xffffe000");
    assert.equal(fixed["vdso 0"], undefined);
    const off = await started(page, choose(page, "vdso", "off"));
    assert.equal(off["fixed 0"], undefined);
    assert.equal(off["vdso 0"], undefined);
    assert.equal(await page.locator("#whereabouts").innerText(), "nowhere");
  });

  itInBrowser("has no vsyscall page with vsyscall=none", async () => {
    await using opened = await open();
    const { page } = opened;
    await firstStart(page);
    const none = await started(page, choose(page, "vsyscall", "none"));
    assert.equal(none["vsyscall 0"], undefined);
    assert.match(await page.locator("#map tr.absent.vsyscall").innerText(), /not there with\s+vsyscall=none/);
  });
});
