/**
 * Do the sources give what is checked in? With the toolchain that built it (vdso-image/toolchain.txt), byte for byte;
 * with another one, the same symbols, versions, notes (but for the build id), unwinding and code at the gates.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { generateModule, make, modulePath, type Built } from "../../vdso-image/build.ts";
import { Elf } from "../../vdso-image/elf.ts";
import { frameDescriptions } from "./eh-frame.ts";
import { missingToolchain, toolchainVersions } from "./toolchain.ts";

const read = (name: string): Buffer => readFileSync(new URL(`../../vdso-image/${name}`, import.meta.url));
const skip = missingToolchain() ?? false;
let made: Built | undefined;
const build = (): Built => (made ??= make());

describe("vDSO rebuild", () => {
  it("gives the checked-in image, debug file and module", { skip }, (t) => {
    if (toolchainVersions() === read("toolchain.txt").toString()) {
      assert.ok(read("vdso.so").equals(build().image), "vdso.so differs");
      assert.ok(read("vdso.so.dbg").equals(build().debug), "vdso.so.dbg differs");
      assert.equal(generateModule(build()), readFileSync(modulePath, "utf8"));
    } else {
      t.diagnostic("another toolchain than that of the checked-in image: comparing what it holds, not its bytes");
      assert.deepEqual(essence(build().image), essence(read("vdso.so")));
    }
  });

  it("uses no register or instruction beyond the integer ones", { skip }, () => {
    const image = fileURLToPath(new URL("../../vdso-image/vdso.so", import.meta.url));
    const listing = execFileSync("objdump", ["-d", "-Mintel", "--no-show-raw-insn", image]);
    assert.doesNotMatch(listing.toString(), /\b(xmm|mm|st)[0-9(]|\bf(ld|st|ild|add|mul)\b/);
  });
});

/** What must not depend on the compiler. */
function essence(image: Uint8Array): unknown {
  const elf = new Elf(image);
  const symbols = elf.dynamicSymbols.map(({ name, version, type, binding }) => `${name}@${version} ${type} ${binding}`);
  const gates = elf.dynamicSymbols.filter(({ name }) => name.startsWith("__kernel_"));
  const codes = gates.map(({ name, value, size }) => [name, [...image.subarray(value, value + size)]]);
  const frames = frameDescriptions(elf).filter(({ augmentation }) => augmentation === "zRS");
  return {
    symbols: symbols.sort(),
    codes: Object.fromEntries(codes) as unknown,
    notes: elf.notes.map(({ owner, type, description }) => [owner, type, owner === "GNU" ? 0 : [...description]]),
    sections: elf.sections.map(({ name }) => name),
    frames: frames.map(({ instructions }) => [...instructions]),
  };
}
