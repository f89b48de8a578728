/** Folders of the host in the guest: what is in them can be used, what is outside cannot be reached. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { EBUSY } from "../../src/abi/errno.ts";
import { AT_FDCWD } from "../../src/abi/fcntl.ts";
import {
  createNamespace,
  credentialsOf,
  FileDescriptorTable,
  lookup,
  type Namespace,
  type NamespaceOptions,
} from "../../src/fs/index.ts";
import { removeName, renameName } from "../../src/fs/names.ts";
import { deterministicPlatform } from "../../src/platform/deterministic.ts";
import { NodeFolder } from "../../src/platform/node-folder.ts";
import { root, O_CREAT, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "./case.ts";
import { buffer, runInside, text, type Script } from "./script.ts";

let outside = "";
let folder = "";

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "linux-gate-outside-"));
  folder = join(outside, "folder");
  mkdirSync(folder);
  writeFileSync(join(outside, "secret"), "secret");
});

afterEach(() => rmSync(outside, { recursive: true }));

/** What the calls of `write` give in the mounted folder, without their names. */
async function results(write: (script: Script) => void, readOnly = false): Promise<string[]> {
  const lines = await runInside(root("mount", write), { host: folder, readOnly });
  return lines.map((line) => line.slice(line.indexOf(") = ") + 4));
}

describe("a mounted folder", () => {
  it("shows the host's files, and the host sees the guest's", async () => {
    writeFileSync(join(folder, "f"), "from the host");
    const got = await results((s) => {
      const fd = s.call("open", "f", O_RDONLY);
      s.show([text(buffer(0))], "read", fd, buffer(0), 100);
      s.call("write", s.call("creat", "g", 0o644), "from the guest", 14);
      s.call("mkdir", "d", 0o755);
      s.call("rename", "g", "d/g");
    });
    assert.deepEqual(got, ["3", "13 from the host", "4", "14", "0", "0"]);
    assert.equal(readFileSync(join(folder, "d/g"), "latin1"), "from the guest");
  });

  it("cannot be left by ..", async () => {
    const got = await results((s) => {
      s.call("open", "../secret", O_RDONLY);
      s.call("open", "../../../secret", O_RDONLY);
      s.call("mkdir", "d", 0o755);
      s.call("chdir", "d");
      s.call("open", "../../secret", O_RDONLY);
      s.call("open", "../../new", O_CREAT | O_WRONLY, 0o644);
      // A directory that is held while it is moved: .. leads to where it is now, and no further.
      s.call("mkdir", "e", 0o755);
      s.call("chdir", "e");
      s.call("rename", "../../d/e", "../../e");
      s.call("open", "../../../secret", O_RDONLY);
    });
    assert.deepEqual(got, ["ENOENT", "ENOENT", "0", "0", "ENOENT", "3", "0", "0", "0", "ENOENT"]);
    assert.throws(() => readFileSync(join(outside, "new")));
  });

  it("cannot be left by symbolic links: absolute ones lead to the guest's root, relative ones stop at its", async () => {
    symlinkSync(join(outside, "secret"), join(folder, "absolute"));
    symlinkSync("../secret", join(folder, "relative"));
    symlinkSync("..", join(folder, "up"));
    symlinkSync("/", join(folder, "top"));
    symlinkSync("/bin/calls.elf", join(folder, "guest"));
    const got = await results((s) => {
      for (const path of ["absolute", "relative", "up/secret", `top${outside}/secret`]) {
        s.call("open", path, O_RDONLY);
        s.call("open", path, O_RDWR | O_TRUNC);
        s.call("truncate", path, 0);
        s.call("chmod", path, 0o777);
        s.call("stat64", path, buffer(0));
      }
      s.call("open", "absolute", O_CREAT | O_WRONLY, 0o644);
      s.call("open", "relative", O_CREAT | O_NOFOLLOW, 0o644);
      s.call("open", "guest", O_RDONLY);
      s.call("link", "absolute", "l");
      s.call("linkat", AT_FDCWD, "relative", AT_FDCWD, "m", 0x400);
      s.call("rename", "absolute", "n");
      s.show([text(buffer(1))], "readlink", "relative", buffer(1), 100);
    });
    assert.deepEqual(got, [
      ...Array.from({ length: 20 }, () => "ENOENT"),
      "ENOENT",
      "ELOOP",
      "3",
      "0",
      "ENOENT",
      "0",
      "9 ../secret",
    ]);
    assert.equal(readFileSync(join(outside, "secret"), "latin1"), "secret");
  });

  it("cannot be left by links that the guest makes, by any call that takes a path", async () => {
    const got = await results((s) => {
      s.call("symlink", "..", "up");
      s.call("symlink", outside, "out");
      s.call("mkdir", "d", 0o755);
      for (const link of ["up", "out"]) {
        s.call("unlink", `${link}/secret`);
        s.call("rename", `${link}/secret`, "mine");
        s.call("link", `${link}/secret`, "mine");
        s.call("chown32", `${link}/secret`, 1, 1);
        s.call("rmdir", `${link}/folder`);
        s.call("readlink", `${link}/secret`, buffer(0), 10);
        s.call("access", `${link}/secret`, 4);
        s.call("utime", `${link}/secret`, 0);
      }
      s.call("open", "/proc/self/cwd/../secret", O_RDONLY);
    });
    // What is above the mount is the guest's own folder, on another file system: rename looks at that first.
    const wanted = Array.from({ length: 20 }, () => "ENOENT");
    wanted.splice(0, 3, "0", "0", "0");
    wanted[4] = "EXDEV";
    assert.deepEqual(got, wanted);
    assert.equal(readFileSync(join(outside, "secret"), "latin1"), "secret");
  });

  it("that is read-only says EROFS to every change, and EEXIST or ENOENT first where they hold", async () => {
    writeFileSync(join(folder, "f"), "abc");
    const got = await results((s) => {
      s.call("open", "f", O_RDONLY);
      s.call("open", "f", O_RDWR);
      s.call("open", "f", O_RDONLY | O_TRUNC);
      s.call("open", "f", O_CREAT | O_RDONLY, 0o644);
      s.call("creat", "n", 0o644);
      s.call("mkdir", "d", 0o755);
      s.call("mkdir", "f", 0o755);
      s.call("symlink", "t", "l");
      s.call("link", "f", "g");
      s.call("unlink", "f");
      s.call("unlink", "n");
      s.call("rename", "f", "g");
      s.call("chmod", "f", 0o600);
      s.call("chown32", "f", 1, 1);
      s.call("truncate", "f", 0);
      s.call("utime", "f", 0);
      s.call("access", "f", 2);
      s.call("mknod", "n", 0o644, 0);
    }, true);
    const none = "EROFS";
    const wanted = [
      "3",
      none,
      none,
      "4",
      none,
      none,
      "EEXIST",
      none,
      none,
      none,
      "ENOENT",
      ...Array.from({ length: 7 }, () => none),
    ];
    assert.deepEqual(got, wanted);
    assert.equal(readFileSync(join(folder, "f"), "latin1"), "abc");
  });

  it("keeps the host's special files away", { skip: noFifo() ?? false }, async () => {
    spawnSync("mkfifo", [join(folder, "p")]);
    const got = await results((s) => {
      s.call("open", "p", O_RDONLY);
      s.call("unlink", "p");
    });
    assert.deepEqual(got, ["EACCES", "0"]);
  });

  it(
    "can hold names of any bytes",
    { skip: process.platform === "linux" ? false : "the host takes no such names" },
    async () => {
      const name = "\x01\xff\n \\'*";
      const got = await results((s) => {
        s.call("write", s.call("creat", name, 0o644), "x", 1);
        s.call("rename", name, `${name}2`);
      });
      assert.deepEqual(got, ["3", "1", "0"]);
      const raw = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(`${name}2`, "latin1")]);
      assert.equal(readFileSync(raw, "latin1"), "x");
    },
  );
});

function noFifo(): string | null {
  return spawnSync("mkfifo", ["--version"]).status === 0 ? null : "no mkfifo";
}

describe("what is put into a mounted folder", () => {
  it("is there for the guest only: mounts in mounts, files, /dev and /proc in a folder that is the root", async () => {
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(outside, "other"));
    writeFileSync(join(outside, "other", "inner"), "");
    const namespace = build({
      mounts: [
        { host: join(outside, "other"), guest: "/a/b", readOnly: false },
        { host: folder, guest: "/", readOnly: false },
      ],
      files: { "/bin/given": "given" },
    });
    assert.ok(typeof namespace !== "string");
    const context = {
      root: namespace.root,
      cwd: namespace.root,
      credentials: credentialsOf(0, 0),
      files: new FileDescriptorTable(() => 1024),
      umask: 0o22,
    };
    for (const path of ["/a/b/inner", "/dev/null", "/proc/version", "/bin/given", "/a/../bin"]) {
      assert.equal(typeof lookup(context, AT_FDCWD, path), "object", path);
    }
    const names = namespace.root.inode.list();
    assert.ok(typeof names !== "number");
    assert.deepEqual(names.map(({ name }) => name).sort(), ["a", "bin", "dev", "proc"]);
    assert.equal(removeName(context, AT_FDCWD, "/bin/given", false), -EBUSY);
    assert.equal(removeName(context, AT_FDCWD, "/a/b", true), -EBUSY);
    assert.equal(renameName(context, AT_FDCWD, "/a", AT_FDCWD, "/c", 0), -EBUSY);
    assert.deepEqual(readdirSync(folder), ["bin"]);
    assert.deepEqual(readdirSync(join(folder, "bin")), []);
  });
});

function build(options: Pick<NamespaceOptions, "mounts" | "files">): Namespace | string {
  const platform = deterministicPlatform({ openFolder: (path) => NodeFolder.open(path) });
  const processes = { current: () => undefined, find: () => undefined, pids: () => [], system: {} };
  return createNamespace({ platform, processes: processes as never, ...options });
}

describe("mounts that cannot be made", () => {
  /** null, or why not. */
  const mount = (host: string, guest: string): string | null => {
    const made = build({ mounts: [{ host, guest, readOnly: false }] });
    return typeof made === "string" ? made : null;
  };

  it("say why", () => {
    assert.match(mount(join(outside, "nothing"), "/m") ?? "", /no such folder/);
    assert.match(mount(join(outside, "secret"), "/m") ?? "", /not a folder/);
    assert.match(mount(folder, "m") ?? "", /absolute/);
    assert.match(mount(folder, "/dev/null/m") ?? "", /no directory/);
    assert.equal(mount(folder, "/a/b/c"), null);
  });
});
