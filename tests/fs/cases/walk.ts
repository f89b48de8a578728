/** path_resolution(7): from a path to what it names. */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  file,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  root,
  user,
} from "../case.ts";
import { buffer, end, text, u32, FOREIGN_FOLDER } from "../script.ts";

const MODE = u32(buffer(0, 16));

export const walkCases = [
  root("paths: what is not there, what is no directory, what is too long", (s) => {
    file(s, "f");
    s.call("mkdir", "d", 0o755);
    for (const path of [
      "",
      "x",
      "x/",
      "x/y",
      "f/",
      "f/.",
      "f/..",
      "f/x",
      "d/f",
      "./f",
      "d/../f",
      "//",
      "d//",
      "d/.//",
    ]) {
      s.show([MODE], "stat64", path, buffer(0));
    }
    s.call("stat64", "a".repeat(255), buffer(0));
    s.call("stat64", "a".repeat(256), buffer(0));
    s.call("stat64", `${"a".repeat(256)}/x`, buffer(0));
    s.call("stat64", `f/${"a".repeat(256)}`, buffer(0));
    s.call("stat64", "./".repeat(2047), buffer(0));
    s.call("stat64", `${"./".repeat(2047)}.`, buffer(0));
    s.call("stat64", `${"./".repeat(2047)}./`, buffer(0));
    s.call("stat64", `${"./".repeat(2047)}./x`, buffer(0));
    s.call("stat64", 0, buffer(0));
    s.call("stat64", end(0), buffer(0));
    s.put(end(1), 1, 0x64);
    s.call("stat64", end(1), buffer(0));
    s.put(end(1), 1, 0);
    s.call("stat64", end(1), buffer(0));
    s.call("stat64", "f", end(95));
    s.call("stat64", "x", 0);
  }),
  root("paths: symbolic links", (s) => {
    file(s, "f");
    s.call("mkdir", "d", 0o755);
    s.call("symlink", "f", "lf");
    s.call("symlink", "d", "ld");
    s.call("symlink", "d/", "ld-slash");
    s.call("symlink", "x", "dangling");
    s.call("symlink", "loop", "loop");
    s.call("symlink", "../f", "d/up");
    s.call("symlink", "/", "d/top");
    s.call("symlink", "f/", "lf-slash");
    for (const path of [
      "lf",
      "ld",
      "ld/",
      "ld/.",
      "ld-slash",
      "lf/",
      "lf-slash",
      "dangling",
      "loop",
      "d/up",
      "ld/up",
    ]) {
      s.show([MODE], "stat64", path, buffer(0));
      s.show([MODE], "lstat64", path, buffer(0));
    }
    s.show([MODE], "stat64", "d/top/proc", buffer(0));
    s.call("stat64", "loop/x", buffer(0));
    s.show([MODE], "fstatat64", AT_FDCWD, "ld/", buffer(0), AT_SYMLINK_NOFOLLOW);
  }),
  root("paths: forty links and no more", (s) => {
    file(s, "l0");
    for (let i = 1; i <= 41; i++) s.call("symlink", `l${i - 1}`, `l${i}`);
    s.call("stat64", "l40", buffer(0));
    s.call("stat64", "l41", buffer(0));
    s.call("mkdir", "d", 0o755);
    s.call("symlink", ".", "d/here");
    s.call("stat64", `d/${"here/".repeat(40)}`, buffer(0));
    s.call("stat64", `d/${"here/".repeat(41)}`, buffer(0));
  }),
  root("paths: from a directory descriptor", (s) => {
    file(s, "f");
    s.call("mkdir", "d", 0o755);
    file(s, "d/g");
    const d = s.call("open", "d", O_RDONLY);
    const f = s.call("open", "f", O_RDONLY);
    s.call("fstatat64", d, "g", buffer(0), 0);
    s.call("fstatat64", d, "f", buffer(0), 0);
    s.call("fstatat64", d, "../f", buffer(0), 0);
    s.call("fstatat64", d, "/proc", buffer(0), 0);
    s.call("fstatat64", f, "g", buffer(0), 0);
    s.call("fstatat64", f, "/proc", buffer(0), 0);
    s.call("fstatat64", 99, "g", buffer(0), 0);
    s.call("fstatat64", 99, "/proc", buffer(0), 0);
    s.call("fstatat64", -1, "g", buffer(0), 0);
    s.call("fstatat64", f, "", buffer(0), 0);
    s.show([MODE], "fstatat64", f, "", buffer(0), AT_EMPTY_PATH);
    s.show([MODE], "fstatat64", d, "", buffer(0), AT_EMPTY_PATH);
    s.call("fstatat64", AT_FDCWD, "", buffer(0), AT_EMPTY_PATH);
    s.call("fstatat64", 99, "", buffer(0), AT_EMPTY_PATH);
    s.call("fstatat64", d, "g", buffer(0), 0x10);
    s.call("openat", d, "h", O_CREAT | O_WRONLY, 0o644);
    s.call("stat64", "d/h", buffer(0));
  }),
  root("paths: .. stops at the root, cwd can be gone", (s) => {
    s.show([MODE], "stat64", "/../../..", buffer(0));
    s.show([text(buffer(1))], "getcwd", buffer(1), 100);
    s.call("mkdir", "d", 0o755);
    s.call("mkdir", "d/e", 0o755);
    s.call("chdir", "d/e");
    s.show([text(buffer(1))], "getcwd", buffer(1), 100);
    s.call("rename", "../../d", "../../n");
    s.show([text(buffer(1))], "getcwd", buffer(1), 100);
    s.call("rmdir", "../e");
    s.call("getcwd", buffer(1), 100);
    s.call("stat64", ".", buffer(0));
    s.call("stat64", "x", buffer(0));
    s.call("open", "x", O_CREAT | O_RDWR, 0o644);
    s.call("mkdir", "x", 0o755);
    s.show([MODE], "stat64", "..", buffer(0));
    s.call("chdir", "..");
    s.show([text(buffer(1))], "getcwd", buffer(1), 100);
  }),
  root("open: flags that say what the last component may be", (s) => {
    file(s, "f");
    s.call("mkdir", "d", 0o755);
    s.call("symlink", "f", "lf");
    s.call("symlink", "d", "ld");
    s.call("symlink", "new", "dangling");
    s.call("symlink", "loop", "loop");
    s.call("open", "f", O_RDONLY | O_DIRECTORY);
    s.call("open", "lf", O_RDONLY | O_NOFOLLOW);
    s.call("open", "ld", O_RDONLY | O_NOFOLLOW);
    s.call("open", "ld", O_RDONLY | O_NOFOLLOW | O_DIRECTORY);
    s.call("open", "ld/", O_RDONLY | O_NOFOLLOW);
    s.call("open", "d", O_RDWR);
    s.call("open", "d", O_WRONLY);
    s.call("open", "d", O_CREAT, 0o644);
    s.call("open", "d", O_CREAT | O_EXCL, 0o644);
    s.call("open", "d/", O_CREAT, 0o644);
    s.call("open", "x/", O_CREAT, 0o644);
    s.call("open", "f/", O_CREAT, 0o644);
    s.call("open", ".", O_CREAT, 0o644);
    s.call("open", "..", O_CREAT | O_EXCL, 0o644);
    s.call("open", "f/x", O_CREAT, 0o644);
    s.call("open", "f", O_CREAT | O_EXCL, 0o644);
    s.call("open", "lf", O_CREAT | O_EXCL, 0o644);
    s.call("open", "lf", O_CREAT | O_NOFOLLOW, 0o644);
    s.call("open", "dangling", O_CREAT | O_EXCL, 0o644);
    s.call("open", "dangling", O_CREAT | O_NOFOLLOW, 0o644);
    s.call("open", "dangling", O_RDONLY);
    s.call("open", "loop", O_CREAT, 0o644);
    s.call("open", "x", O_CREAT | O_DIRECTORY, 0o644);
    s.call("open", "dangling", O_CREAT | O_WRONLY, 0o644);
    s.show([MODE], "lstat64", "new", buffer(0));
    s.call("open", "a".repeat(256), O_CREAT, 0o644);
  }),
  root("O_PATH: a place and nothing more", (s) => {
    file(s, "f", "hello");
    s.call("symlink", "f", "lf");
    s.call("mkdir", "d", 0o755);
    file(s, "d/g");
    const f = s.call("open", "f", O_PATH | O_RDWR);
    const l = s.call("open", "lf", O_PATH | O_NOFOLLOW);
    const d = s.call("open", "d", O_PATH);
    s.call("read", f, buffer(0), 1);
    s.call("write", f, buffer(0), 1);
    s.call("lseek", f, 0, 0);
    s.call("fchmod", f, 0o600);
    s.call("ftruncate", f, 0);
    s.call("ioctl", f, 0x541b, buffer(0));
    s.call("fcntl64", f, 3);
    s.call("fcntl64", f, 4, 0);
    s.call("fcntl64", f, 1);
    s.show([MODE], "fstat64", f, buffer(0));
    s.show([MODE], "fstat64", l, buffer(0));
    s.show([text(buffer(1))], "readlinkat", l, "", buffer(1), 100);
    s.call("readlinkat", f, "", buffer(1), 100);
    s.call("fstatat64", d, "g", buffer(0), 0);
    s.call("getdents64", d, buffer(0), 1000);
    s.call("fchdir", d);
    s.call("fsync", d);
    s.call("dup", f);
    s.call("close", f);
    s.call("open", "../lf", O_PATH | O_NOFOLLOW | O_DIRECTORY);
  }),
  user("permissions on the way", (s) => {
    s.call("mkdir", "d", 0o755);
    file(s, "d/f");
    s.call("chmod", "d", 0o600);
    s.call("stat64", "d/f", buffer(0));
    s.call("stat64", "d/x", buffer(0));
    s.call("stat64", "d/..", buffer(0));
    s.call("stat64", "d/.", buffer(0));
    s.call("stat64", "d/", buffer(0));
    s.call("open", "d/f", O_RDONLY);
    s.call("open", "d/n", O_CREAT | O_WRONLY, 0o644);
    s.call("open", "d", O_RDONLY | O_DIRECTORY);
    s.call("chdir", "d");
    s.call("chmod", "d", 0o500);
    s.call("stat64", "d/f", buffer(0));
    s.call("open", "d/n", O_CREAT | O_WRONLY, 0o644);
    s.call("unlink", "d/f");
    s.call("mkdir", "d/n", 0o755);
    s.call("chmod", "d", 0o300);
    s.call("open", "d", O_RDONLY | O_DIRECTORY);
    s.call("open", "d/n", O_CREAT | O_WRONLY, 0o644);
    s.call("chmod", "d", 0o077);
    s.call("stat64", "d/f", buffer(0));
    s.call("stat64", `${FOREIGN_FOLDER}/x`, buffer(0));
  }),
];
