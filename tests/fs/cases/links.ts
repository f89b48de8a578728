/** Links, renaming, removing. */
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW, file, O_RDONLY, O_RDWR, root, user } from "../case.ts";
import { buffer, end, text, u32, FOREIGN_FILE } from "../script.ts";

const MODE = u32(buffer(0, 16));
const LINKS = u32(buffer(0, 20));
const SIZE = u32(buffer(0, 44));

export const linkCases = [
  root("link", (s) => {
    file(s, "f", "abc");
    s.call("mkdir", "d", 0o755);
    s.call("symlink", "f", "l");
    s.call("link", "f", "g");
    s.show([LINKS], "stat64", "f", buffer(0));
    s.call("link", "f", "g");
    s.call("link", "d", "e");
    s.call("link", "x", "e");
    s.call("link", "f", "d/");
    s.call("link", "f", "x/");
    s.call("link", "f", "x/y");
    s.call("link", "f/", "h");
    s.call("link", "l", "l2");
    s.show([MODE, LINKS], "lstat64", "l2", buffer(0));
    s.call("linkat", AT_FDCWD, "l", AT_FDCWD, "l3", AT_SYMLINK_FOLLOW);
    s.show([MODE, LINKS], "lstat64", "l3", buffer(0));
    s.call("linkat", AT_FDCWD, "f", AT_FDCWD, "h", 1);
    s.call("link", "/proc/version", "h");
    s.call("link", "f", "/proc/h");
    const fd = s.call("open", "f", O_RDONLY);
    s.call("linkat", fd, "", AT_FDCWD, "h", AT_EMPTY_PATH);
    s.call("unlink", "f");
    s.call("unlink", "g");
    s.show([LINKS], "fstat64", fd, buffer(0));
  }),
  root("link: a file without names is gone", (s) => {
    file(s, "f", "abc");
    const fd = s.call("open", "f", O_RDWR);
    s.call("unlink", "f");
    s.show([LINKS, SIZE], "fstat64", fd, buffer(0));
    s.call("linkat", fd, "", AT_FDCWD, "g", AT_EMPTY_PATH);
    s.call("write", fd, "defgh", 5);
    s.show([LINKS, SIZE], "fstat64", fd, buffer(0));
    s.call("stat64", "f", buffer(0));
  }),
  root("symlink and readlink", (s) => {
    s.call("symlink", "target", "l");
    s.show([MODE, SIZE], "lstat64", "l", buffer(0));
    s.show([text(buffer(0))], "readlink", "l", buffer(0), 100);
    s.zero(0);
    s.show([text(buffer(0))], "readlink", "l", buffer(0), 3);
    s.call("readlink", "l", buffer(0), 0);
    s.call("readlink", "l", buffer(0), -1);
    s.call("readlink", "l", end(2), 100);
    s.call("readlink", ".", buffer(0), 100);
    s.call("readlink", "x", buffer(0), 100);
    s.call("readlink", "l/", buffer(0), 100);
    s.call("readlink", "", buffer(0), 100);
    s.call("symlink", "other", "l");
    s.call("symlink", "", "m");
    s.call("symlink", "t", "");
    s.call("symlink", "t", "m/");
    s.call("symlink", "t", "x/y");
    s.call("symlink", "a".repeat(4095), "long");
    s.call("symlink", "a".repeat(4096), "longer");
    s.show([SIZE], "lstat64", "long", buffer(0));
    s.call("stat64", "long", buffer(0));
    s.call("chmod", "l", 0o600);
    s.call("unlink", "l/");
    s.call("unlink", "l");
  }),
  root("unlink", (s) => {
    file(s, "f");
    s.call("mkdir", "d", 0o755);
    s.call("symlink", "d", "l");
    s.call("unlink", "f/");
    s.call("unlink", "d");
    s.call("unlink", "d/");
    s.call("unlink", "l/");
    s.call("unlink", "x");
    s.call("unlink", "x/");
    s.call("unlink", ".");
    s.call("unlink", "/");
    s.call("unlink", "");
    s.call("rmdir", "l");
    s.call("rmdir", "l/");
    s.call("unlink", "l");
    s.call("unlink", "f");
    s.call("unlink", "f");
    s.call("unlinkat", AT_FDCWD, "d", 1);
  }),
  root("rename: files", (s) => {
    file(s, "f", "abc");
    file(s, "g", "defgh");
    s.call("mkdir", "d", 0o755);
    s.call("rename", "f", "h");
    s.call("rename", "f", "h");
    s.call("rename", "h", "g");
    s.show([SIZE, LINKS], "stat64", "g", buffer(0));
    s.call("rename", "g", "d");
    s.call("rename", "g", "d/g");
    s.call("rename", "d/g", "g/");
    s.call("rename", "d/g/", "g");
    s.call("rename", "d/g", "x/g");
    s.call("rename", "d/g", "/proc/g");
    s.call("rename", "d/g", "d/g");
    s.call("link", "d/g", "same");
    s.call("rename", "d/g", "same");
    s.show([LINKS], "stat64", "d/g", buffer(0));
    s.call("rename", "", "x");
    s.call("rename", "d/g", "");
    s.call("rename", "d/g", "a".repeat(256));
    s.call("rename", "d/g", ".");
    s.call("rename", "..", "x");
    s.call("rename", "d/..", "x");
    s.call("rename", "/", "x");
  }),
  root("rename: directories", (s) => {
    s.call("mkdir", "d", 0o755);
    s.call("mkdir", "d/e", 0o755);
    s.call("mkdir", "n", 0o755);
    file(s, "f");
    s.call("rename", "d", "d/e/x");
    s.call("rename", "d", "d/e");
    s.call("rename", "d", "d");
    s.call("rename", "d/e", "d");
    s.call("rename", "n", "f");
    s.call("rename", "n", "d");
    s.call("rename", "d", "n");
    s.show([LINKS], "stat64", "n", buffer(0));
    s.call("rename", "n/e", "top/");
    s.show([LINKS], "stat64", "n", buffer(0));
    s.call("rename", "top/", "n/e");
    s.call("symlink", "n", "l");
    s.call("rename", "n", "l");
    s.call("rename", "l", "n");
    s.call("rename", "l/", "x");
    s.call("rename", "f", "n/e/f");
    s.call("rename", "n/e/.", "x");
  }),
  root("renameat2", (s) => {
    file(s, "f", "abc");
    file(s, "g", "defgh");
    s.call("mkdir", "d", 0o755);
    s.call("renameat2", AT_FDCWD, "f", AT_FDCWD, "g", 1);
    s.call("renameat2", AT_FDCWD, "f", AT_FDCWD, "h", 1);
    s.call("renameat2", AT_FDCWD, "h", AT_FDCWD, "g", 2);
    s.show([SIZE], "stat64", "g", buffer(0));
    s.call("renameat2", AT_FDCWD, "d", AT_FDCWD, "g", 2);
    s.show([MODE], "stat64", "g", buffer(0));
    s.call("renameat2", AT_FDCWD, "g", AT_FDCWD, "x", 2);
    s.call("renameat2", AT_FDCWD, "d", AT_FDCWD, "g/x", 2);
    s.call("renameat2", AT_FDCWD, "d", AT_FDCWD, "g", 3);
    s.call("renameat2", AT_FDCWD, "d", AT_FDCWD, "g", 8);
    s.call("renameat2", AT_FDCWD, "d", AT_FDCWD, "..", 1);
  }),
  root("mknod", (s) => {
    s.call("mknod", "f", 0o644, 0);
    s.show([MODE], "stat64", "f", buffer(0));
    s.call("mknod", "g", 0o100600, 0);
    s.call("mknod", "p", 0o10644, 0);
    s.show([MODE], "stat64", "p", buffer(0));
    s.call("mknod", "s", 0o140644, 0);
    s.call("open", "s", O_RDWR);
    s.call("mknod", "null", 0o20666, 0x103);
    s.show([MODE, u32(buffer(0, 32))], "stat64", "null", buffer(0));
    const fd = s.call("open", "null", O_RDWR);
    s.call("write", fd, "abc", 3);
    s.call("read", fd, buffer(0), 3);
    s.call("mknod", "none", 0o20666, 0xc805);
    s.call("open", "none", O_RDWR);
    s.call("mknod", "d", 0o40755, 0);
    s.call("mknod", "bad", 0o50755, 0);
    s.call("mknod", "f", 0o644, 0);
    s.call("mknod", "x/", 0o644, 0);
  }),
  user("sticky directories and strangers' files", (s) => {
    s.call("mknod", "null", 0o20666, 0x103);
    file(s, "mine");
    s.call("unlink", "mine");
    s.call("mkdir", "d", 0o777);
    s.call("rename", "d", "e");
    s.call("unlink", FOREIGN_FILE);
    s.call("rename", FOREIGN_FILE, "x");
    s.call("rename", "e", "/x");
    s.call("link", "e", "x");
    s.call("symlink", "t", "/x");
    s.call("mkdir", "a", 0o755);
    s.call("mkdir", "b", 0o755);
    s.call("mkdir", "a/c", 0o555);
    s.call("rename", "a/c", "b/c");
    s.call("rename", "a/c", "a/d");
  }),
];
