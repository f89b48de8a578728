import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "../../scripts/build.ts";
import { closeBrowser, guestProgram, drop, open, outcome, itInBrowser } from "./browser.ts";

describe("the page", () => {
  after(closeBrowser);

  itInBrowser("goes on without a network once it is loaded", async () => {
    await using opened = await open();
    const { page, context } = opened;
    await drop(page, "hello", guestProgram("hello"));
    await outcome(page, /Exit status 0/);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.getByRole("button", { name: "Measure again" }).click();
    await page.locator("table.comparison tr[data-outcome]").first().waitFor({ timeout: 60_000 });
    await page.locator("#compare-stop").click();
    await page.getByRole("button", { name: "Start again" }).click();
    await page.locator("#map-state").filter({ hasText: "Started again" }).waitFor();
    await page.getByRole("button", { name: "maps" }).click();
    await outcome(page, /Exit status 0/);
  });

  itInBrowser("can be loaded again when its server is gone", async () => {
    await using opened = await open();
    const { page, served } = opened;
    await page.evaluate(() => navigator.serviceWorker.ready);
    served.server.closeAllConnections();
    await new Promise((resolve) => served.server.close(resolve));
    await page.reload();
    await page.locator("#compare-stop").click();
    await page.locator("#map tr.region[data-key]").first().waitFor();
    await drop(page, "hello", guestProgram("hello"));
    await outcome(page, /Exit status 0/);
  });

  itInBrowser("can be worked by the keyboard: Tab reaches every control, and shows where it is", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator("#map tr.region[data-key]").first().waitFor();
    await page.locator("#file").setInputFiles({ name: "spin", mimeType: "", buffer: guestProgram("spin") });
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    // A group of radio buttons is one stop.
    const controls = await page.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>(
        "a[href], button:enabled, input:not([type=radio]), input:checked",
      );
      return new Set(
        [...all].filter((each) => !each.closest(".xterm")).map((each, index) => (each.dataset.tab = `${index}`)),
      ).size;
    });
    const reached = new Set<string>();
    for (let i = 0; i < 2 * controls && reached.size < controls; i++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const focused = document.activeElement as HTMLElement;
        const shown = focused.matches("input[type=radio]") ? focused.nextElementSibling! : focused;
        const outline = [shown, shown.closest(".drop") ?? shown].some(
          (each) => getComputedStyle(each).outlineStyle !== "none",
        );
        return { tab: focused.dataset.tab ?? "", outline, name: focused.outerHTML.slice(0, 80) };
      });
      // Between the last control and the first the focus is the browser's.
      if (at.tab === "") continue;
      assert.ok(at.outline, `no focus to be seen at ${at.name}`);
      reached.add(at.tab);
    }
    assert.equal(reached.size, controls);
  });

  itInBrowser("can be worked by the keyboard: Enter, Space and the arrows do what a click does", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator("#map tr.region[data-key]").first().waitFor();
    await page.locator("#map-start").focus();
    await page.keyboard.press("Enter");
    await page.locator("#map-state").filter({ hasText: "Started again" }).waitFor();
    await page.locator('input[name="vdso"]:checked').focus();
    await page.keyboard.press("ArrowRight");
    await page.locator('#map tr[data-key="fixed 0"]').waitFor();
    await page.getByRole("button", { name: "spin" }).focus();
    await page.keyboard.press("Space");
    await page.locator("#terminal").filter({ hasText: "spinning" }).waitFor();
    // The terminal has the keys now; Shift-Tab leaves it.
    await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "stop");
    await page.keyboard.press("Enter");
    await outcome(page, /Stopped|130/);
    // When the program has ended, Tab leaves it too.
    await page.getByRole("button", { name: "hello" }).click();
    await outcome(page, /Exit status 0/);
    assert.equal(await page.evaluate(() => document.activeElement?.closest("#terminal") !== null), true);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.closest("#terminal")), null);
  });

  for (const width of [360, 768]) {
    itInBrowser(`fits a screen ${width} pixels wide`, async () => {
      await using opened = await open({ width, height: 740, compare: true });
      const { page } = opened;
      await page.locator("#map tr.region[data-key]").first().waitFor();
      await page.locator("table.comparison tr[data-outcome]").nth(2).waitFor({ timeout: 60_000 });
      await page.locator("#compare-stop").click();
      await page.getByRole("button", { name: "fault" }).click();
      await outcome(page, /139/);
      const { content, window } = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        window: innerWidth,
      }));
      assert.ok(content <= window, `${content} > ${window}`);
    });
  }

  for (const colorScheme of ["light", "dark"] as const) {
    itInBrowser(`is easy to read in ${colorScheme} colours: contrast of 4.5 and more`, async () => {
      await using opened = await open();
      const { page } = opened;
      await page.emulateMedia({ colorScheme });
      const colours = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        const names = "paper sheet ink soft good bad int80 gate vdso fixed vsyscall".split(" ");
        return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
      });
      const { paper, sheet, ...texts } = colours;
      for (const [name, colour] of Object.entries(texts)) {
        for (const ground of [paper!, sheet!]) {
          const ratio = contrast(colour, ground);
          assert.ok(ratio >= 4.5, `${name} on ${ground}: ${ratio.toFixed(2)}`);
        }
      }
    });
  }

  itInBrowser("links only to what is there", async () => {
    await using opened = await open();
    const { page, served } = opened;
    const links = await page
      .locator("a[href]")
      .evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).href));
    for (const link of links) {
      const { hash } = new URL(link);
      if (hash) assert.equal(await page.locator(hash).count(), 1, hash);
      assert.equal((await page.request.get(link)).status(), 200, link);
      assert.ok(link.startsWith(served.address));
    }
  });

  it("is small: processor, kernel and page are under 300 kB when compressed", () => {
    const sizes = ["core.wasm", "worker.js", "main.js", "style.css", "index.html"].map(
      (file) => gzipSync(readFileSync(`${root}dist/web/${file}`)).length,
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total < 300_000, `${total} bytes`);
  });
});

/** WCAG's contrast of two colours, each #rrggbb. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
