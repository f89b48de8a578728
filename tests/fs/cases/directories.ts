/** Directories. */
import { AT_FDCWD, AT_REMOVEDIR, file, O_CREAT, O_DIRECTORY, O_RDONLY, root, user } from "../case.ts";
import { buffer, end, text, u16, u32, u8 } from "../script.ts";

const MODE = u32(buffer(0, 16));
const LINKS = u32(buffer(0, 20));
const SIZE = u32(buffer(0, 44));

export const directoryCases = [
  root("mkdir and rmdir", (s) => {
    s.call("mkdir", "d", 0o7777);
    s.show([MODE, LINKS, SIZE], "stat64", "d", buffer(0));
    s.call("mkdir", "d", 0o755);
    s.call("mkdir", "d/e/", 0o755);
    file(s, "d/f");
    s.show([LINKS, SIZE], "stat64", "d", buffer(0));
    s.call("mkdir", "x/y", 0o755);
    s.call("mkdir", "d/f/g", 0o755);
    s.call("mkdir", ".", 0o755);
    s.call("mkdir", "/", 0o755);
    s.call("mkdir", "", 0o755);
    s.call("mkdir", "a".repeat(256), 0o755);
    s.call("rmdir", "d");
    s.call("rmdir", "d/f");
    s.call("rmdir", "d/e/.");
    s.call("rmdir", "d/e/..");
    s.call("rmdir", "/");
    s.call("rmdir", "x");
    s.call("rmdir", "d/e/");
    s.show([LINKS, SIZE], "stat64", "d", buffer(0));
    s.call("unlink", "d/f");
    s.call("unlink", "d");
    s.call("unlinkat", AT_FDCWD, "d", AT_REMOVEDIR);
    s.call("rmdir", "d");
    s.call("rmdir", "/proc");
    s.call("symlink", "nowhere", "l");
    s.call("mkdir", "l", 0o755);
    s.call("mkdir", "l/", 0o755);
  }),
  root("mkdir: the set-group-ID bit is inherited", (s) => {
    s.call("mkdir", "d", 0o755);
    s.call("chown32", "d", -1, 777);
    s.call("chmod", "d", 0o2755);
    s.call("mkdir", "d/e", 0o755);
    s.show([MODE, u32(buffer(0, 28))], "stat64", "d/e", buffer(0));
    file(s, "d/f");
    s.show([MODE, u32(buffer(0, 28))], "stat64", "d/f", buffer(0));
  }),
  root("chdir and getcwd", (s) => {
    s.call("mkdir", "d", 0o755);
    file(s, "f");
    s.call("chdir", "f");
    s.call("chdir", "x");
    s.call("chdir", "d");
    s.show([text(buffer(0))], "getcwd", buffer(0), 100);
    s.call("getcwd", buffer(0), 0);
    s.call("getcwd", buffer(0), 3);
    s.call("getcwd", end(2), 100);
    const up = s.call("open", "..", O_RDONLY | O_DIRECTORY);
    s.call("fchdir", up);
    s.show([text(buffer(0))], "getcwd", buffer(0), 100);
    s.call("fchdir", s.call("open", "f", O_RDONLY));
    s.call("fchdir", 99);
    s.call("chdir", "/");
    s.show([text(buffer(0))], "getcwd", buffer(0), 2);
  }),
  root("getcwd: a path that is too long", (s) => {
    const name = "a".repeat(250);
    for (let i = 0; i < 17; i++) {
      s.call("mkdir", name, 0o755);
      s.call("chdir", name);
    }
    s.call("getcwd", buffer(0), 8000);
    s.call("open", "f", O_CREAT, 0o644);
    for (let i = 0; i < 17; i++) s.call("chdir", "..");
    s.call("getcwd", buffer(0), 8000);
  }),
  root("chroot", (s) => {
    s.call("mkdir", "d", 0o755);
    s.call("mkdir", "d/e", 0o755);
    s.call("symlink", "/e", "d/l");
    s.call("chroot", "d/e/x");
    s.call("chroot", "d");
    s.show([text(buffer(0))], "getcwd", buffer(0), 100);
    s.call("chdir", "/l");
    s.show([text(buffer(0))], "getcwd", buffer(0), 100);
    s.call("stat64", "/../../e", buffer(0));
    s.call("stat64", "/d", buffer(0));
  }),
  root("getdents64", (s) => {
    s.call("mkdir", "d", 0o755);
    const d = s.call("open", "d", O_RDONLY);
    const first = [u16(buffer(0, 16)), u8(buffer(0, 18)), text(buffer(0, 19))];
    const second = [u16(buffer(0, 40)), u8(buffer(0, 42)), text(buffer(0, 43))];
    s.show([...first, ...second], "getdents64", d, buffer(0), 4096);
    s.call("getdents64", d, buffer(0), 4096);
    s.call("getdents64", d, end(0), 4096);
    s.call("lseek", d, 0, 0);
    s.call("getdents64", d, buffer(0), 23);
    s.show(first, "getdents64", d, buffer(0), 24);
    s.show(first, "getdents64", d, buffer(0), 40);
    s.call("getdents64", d, buffer(0), 4096);
    s.call("lseek", d, 0, 0);
    s.call("getdents64", d, end(0), 4096);
    file(s, "d/a-name-of-some-length");
    s.call("lseek", d, 0, 0);
    s.call("getdents64", d, buffer(0), 4096);
    s.show([u16(buffer(0, 64)), u8(buffer(0, 66)), text(buffer(0, 67))], "getuid32");
    s.call("lseek", d, 0, 0);
    s.call("getdents", d, buffer(0), 4096);
    s.show(
      [u16(buffer(0, 8)), text(buffer(0, 10)), u16(buffer(0, 24)), u16(buffer(0, 40)), text(buffer(0, 42))],
      "getuid32",
    );
    s.call("lseek", d, 0, 0);
    s.call("getdents", d, buffer(0), 11);
    s.call("getdents64", s.call("open", "d/a-name-of-some-length", O_RDONLY), buffer(0), 100);
    s.call("getdents64", 99, buffer(0), 100);
    s.call("unlink", "d/a-name-of-some-length");
    s.call("lseek", d, 0, 0);
    s.call("rmdir", "d");
    s.call("getdents64", d, buffer(0), 4096);
  }),
  root("removing while reading", (s) => {
    s.call("mkdir", "d", 0o755);
    for (let i = 0; i < 20; i++) file(s, `d/file-${i}`);
    const d = s.call("open", "d", O_RDONLY);
    // Entries of 32 bytes after two of 24: five calls of four entries each and the rest.
    s.call("getdents64", d, buffer(0), 24 + 24 + 32 * 6);
    for (let i = 0; i < 20; i++) s.call("unlink", `d/file-${i}`);
    s.call("rmdir", "d");
  }),
  user("permissions in directories", (s) => {
    s.call("mkdir", "/x", 0o755);
    s.call("rmdir", "/proc");
    s.call("mkdir", "d", 0o755);
    s.call("chown32", "d", 0, -1);
    s.call("chroot", "d");
    s.call("chmod", "d", 0);
    s.call("rmdir", "d");
  }),
];
