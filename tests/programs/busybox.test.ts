/** Debian's busybox-static (i386): applets of one process give, byte for byte, what they give natively. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { BUSYBOX, noNative, runInside, runNatively, scratch, type GuestRun } from "./guest.ts";

const missing = noNative();

/** 10 MB that no compressor likes: a linear congruential generator's upper bytes. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 12345;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

describe("busybox gives what it gives natively", { skip: missing ?? false }, () => {
  let folder = "";

  before(() => {
    folder = scratch();
    const write = (name: string, contents: string | Uint8Array): void => writeFileSync(join(folder, name), contents);
    write("numbers", Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join(""));
    write("noise", noise(10_000_000));
    write(
      "words",
      "the quick brown fox\njumps over\tthe lazy dog\nPack my box\nwith five dozen\nliquor jugs\nthe quick 42 3.14\n\n-7 1e3 0x1f\n",
    );
    write(
      "table",
      Array.from({ length: 2000 }, (_, i) => `${(i * 7919) % 2003} ${(i * 0.37).toFixed(3)} row${i}\n`).join(""),
    );
    write("pi.bc", "scale=60\n4*a(1)\nsqrt(2)\ne(1)\ns(1)^2+c(1)^2\n2^200\n");
    mkdirSync(join(folder, "tree/inner/deep"), { recursive: true });
    writeFileSync(join(folder, "tree/inner/deep/leaf"), "leaf\n");
    writeFileSync(join(folder, "tree/script"), "#!/bin/sh\n", { mode: 0o755 });
    symlinkSync("inner/deep", join(folder, "tree/link"));
    for (const name of ["tree/inner/deep/leaf", "tree/inner/deep", "tree/inner", "tree/script", "tree"]) {
      utimesSync(join(folder, name), 1_600_000_000, 1_600_000_000);
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const applet = (applets: readonly string[], more: Partial<GuestRun> = {}): GuestRun => ({
    program: BUSYBOX,
    arguments: applets,
    folder,
    ...more,
  });

  async function same(what: GuestRun): Promise<Buffer> {
    const native = runNatively(what);
    const inside = await runInside(what);
    assert.equal(inside.stderr, native.stderr);
    assert.equal(inside.status, native.status);
    assert.ok(inside.stdout.equals(native.stdout), `${inside.stdout.length} bytes differ from ${native.stdout.length}`);
    return inside.stdout;
  }

  const cases: readonly (readonly [string, readonly string[], string?])[] = [
    ["echo", ["echo", "-e", "hello\\tworld\\0101"]],
    ["cat of two files", ["cat", "words", "numbers"]],
    ["cat of standard input", ["cat", "-", "words"], "from standard input\n"],
    ["cat of what is not there", ["cat", "nothing", "words"]],
    ["seq", ["seq", "1", "100000"]],
    ["tail", ["tail", "-n", "7", "numbers"]],
    ["tail of standard input", ["tail", "-c", "100"], "x".repeat(5000)],
    ["head", ["head", "-n", "3", "numbers"]],
    ["wc", ["wc", "numbers", "noise", "words"]],
    ["sha256sum of 10 MB", ["sha256sum", "noise"]],
    ["md5sum of 10 MB", ["md5sum", "noise"]],
    ["sort", ["sort", "table"]],
    ["sort, numbers downwards, second column", ["sort", "-k2,2nr", "table"]],
    ["uniq", ["uniq", "-c", "words"]],
    [
      "awk with floating point",
      [
        "awk",
        '{ s += $2 * 1.1; q += sqrt($1) } END { printf "%.10f %g %e\\n", s, q, s / q; print 1e300 * 1e10, -1 / 3 }',
        "table",
      ],
    ],
    [
      "awk with functions",
      ["awk", 'BEGIN { for (i = 0; i < 20; i++) printf "%d %.6f %.6f\\n", i, int(i * 1.7), i ^ 0.5 }'],
    ],
    ["sed", ["sed", "-e", "s/\\(quick\\) \\([a-z0-9]*\\)/\\2 \\1/g;y/abc/ABC/;3,4d", "words"]],
    ["grep -E", ["grep", "-nE", "(quick|box).*[0-9]?|^-[0-9]+", "words"]],
    ["grep that finds nothing", ["grep", "-E", "zebra", "words"]],
    ["od", ["od", "-A", "x", "-t", "x1z", "words"]],
    ["od of floats", ["od", "-t", "fD", "-N", "64", "noise"]],
    ["hexdump", ["hexdump", "-C", "words"]],
    ["find", ["find", "tree", "-type", "f", "-perm", "-100"]],
    ["find everything", ["find", "tree"]],
    ["ls -lR", ["ls", "-lR", "tree"]],
    ["ls -la with inode-free columns", ["ls", "-lan", "tree/inner"]],
    [
      "date of a moment, in a time zone",
      ["env", "TZ=CET-1CEST,M3.5.0,M10.5.0/3", BUSYBOX, "date", "-d", "@1600000000"],
    ],
    ["date in UTC", ["date", "-u", "-d", "@1234567890", "+%Y-%m-%d %H:%M:%S %a %j"]],
    ["vi -h", ["vi", "-h"]],
    ["cmp", ["cmp", "numbers", "table"]],
    ["diff", ["diff", "words", "pi.bc"]],
    ["base64", ["base64", "words"]],
    ["cut", ["cut", "-d", " ", "-f", "2,3", "table"]],
    ["tr", ["tr", "a-z", "A-Z"], "Shout this\n"],
    ["expr", ["expr", "7", "*", "(", "3", "+", "4", ")"]],
    ["dd", ["dd", "if=noise", "bs=1000", "skip=9", "count=3", "status=none"]],
    ["stat", ["stat", "-c", "%n %s %f %h %F", "tree/script", "tree/link", "tree"]],
    ["readlink", ["readlink", "tree/link"]],
    ["printf", ["printf", "%5d|%-8s|%x|%.3f|%c\\n", "42", "left", "255", "2.71828", "z"]],
    ["factor", ["factor", "1234567890123", "97", "65536"]],
    ["cal", ["cal", "9", "1752"]],
    ["no applet", ["no-such-applet"]],
    ["test", ["test", "-d", "tree"]],
  ];

  for (const [name, words, input] of cases) {
    it(name, async () => {
      // `env` would start a second program: its variable is set for the first one instead.
      if (words[0] === "env") {
        const [, assignment = "", , ...rest] = words;
        const [key = "", value = ""] = assignment.split(/=(.*)/s);
        await same(applet(rest, { environment: { [key]: value } }));
      } else {
        await same(applet(words, input === undefined ? {} : { input: Buffer.from(input) }));
      }
    });
  }

  it("bc to sixty places", async (t) => {
    const what = applet(["bc", "-l", "pi.bc"], { input: Buffer.from("quit\n") });
    if (runNatively(applet(["bc", "-l"])).stderr.includes("applet not found")) {
      // Debian builds busybox with dc but, in some releases, without bc.
      t.diagnostic("this busybox has no bc: dc in its place");
      await same(applet(["dc"], { input: Buffer.from("60k 2v p 1 3/p 2 200^p 17 5 3|p\n") }));
      return;
    }
    await same(what);
  });

  it("seq through a file into tail", async () => {
    const { stdout } = await runInside(applet(["seq", "1", "100000"]));
    writeFileSync(join(folder, "from-seq"), stdout);
    const last = await same(applet(["tail", "-n", "3", "from-seq"]));
    assert.equal(last.toString(), "99998\n99999\n100000\n");
  });

  it("tar and gzip there and back", async () => {
    const archived = await runInside(applet(["tar", "-cf", "inside.tar", "tree", "words"]));
    assert.deepEqual([archived.status, archived.stderr], [0, ""]);
    runNatively(applet(["tar", "-cf", "native.tar", "tree", "words"]));
    assert.ok(readFileSync(join(folder, "inside.tar")).equals(readFileSync(join(folder, "native.tar"))));
    cpSync(join(folder, "inside.tar"), join(folder, "copy.tar"));

    const packed = await runInside(applet(["gzip", "-c", "copy.tar"]));
    const nativelyPacked = runNatively(applet(["gzip", "-c", "copy.tar"]));
    assert.ok(packed.stdout.equals(nativelyPacked.stdout), "gzip");
    writeFileSync(join(folder, "copy.tar.gz"), packed.stdout);
    const unpacked = await runInside(applet(["gunzip", "-c", "copy.tar.gz"]));
    assert.ok(unpacked.stdout.equals(readFileSync(join(folder, "inside.tar"))), "gunzip");

    mkdirSync(join(folder, "out"));
    const extracted = await runInside(applet(["tar", "-xf", "inside.tar", "-C", "out"]));
    assert.deepEqual([extracted.status, extracted.stderr], [0, ""]);
    assert.equal(readFileSync(join(folder, "out/tree/inner/deep/leaf"), "latin1"), "leaf\n");
    await same(applet(["ls", "-lR", "out"]));
  });
});
