import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMaps, placesBefore, vdsoOf } from "../../web/address-space.ts";

const MAPS = `08048000-08049000 r-xp 00000000 00:0e 13         /home/a b
08049000-0804a000 rw-p 00001000 00:0e 13         /home/a b
01e2a000-01e4b000 rw-p 00000000 00:00 0          [heap]
b7e1c000-b7f1c000 rw-p 00000000 00:00 0 
b7f1c000-b7f1d000 r--p 00000000 00:00 0          [vvar]
b7f1d000-b7f1e000 r-xp 00000000 00:00 0          [vdso]
bfe4f000-bfe70000 rw-p 00000000 00:00 0          [stack]
ff600000-ff601000 --xp 00000000 00:00 0          [vsyscall]
`;

describe("parseMaps", () => {
  it("tells what each line is", () => {
    assert.deepEqual(
      parseMaps(MAPS).map(({ key }) => key),
      ["program 0", "program 1", "heap 0", "mapping 0", "vvar 0", "vdso 0", "stack 0", "vsyscall 0"],
    );
  });

  it("reads addresses, permissions and names with blanks in them", () => {
    const [program] = parseMaps(MAPS);
    assert.deepEqual(program, {
      kind: "program",
      start: 0x0804_8000,
      end: 0x0804_9000,
      permissions: "r-xp",
      name: "/home/a b",
      key: "program 0",
    });
  });

  it("takes a vDSO above user space for the fixed page", () => {
    const fixed = parseMaps("ffffe000-fffff000 r-xp 00000000 00:00 0          [vdso]\n");
    assert.equal(fixed[0]?.kind, "fixed");
    assert.equal(vdsoOf(fixed)?.start, 0xffff_e000);
  });

  it("passes over what is no line of maps", () => assert.deepEqual(parseMaps("nothing\n\n"), []));
});

describe("placesBefore", () => {
  it("finds where the same region was", () => {
    const before = placesBefore(parseMaps(MAPS.replace("b7f1d000-b7f1e000", "b7aaa000-b7aab000")));
    const vdso = vdsoOf(parseMaps(MAPS))!;
    assert.equal(before(vdso), 0xb7aa_a000);
    assert.equal(before({ ...vdso, key: "vdso 7" }), null);
  });
});
