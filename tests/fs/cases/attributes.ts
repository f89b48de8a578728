/** chmod, chown, utimes. */
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, file, O_RDONLY, O_RDWR, root, user } from "../case.ts";
import { buffer, u32, type Script, FOREIGN_FILE } from "../script.ts";

const MODE = u32(buffer(0, 16));
const OWNER = [u32(buffer(0, 24)), u32(buffer(0, 28))];
const TIMES = [64, 68, 72, 76].map((at) => u32(buffer(0, at)));
const NOW = 0x3fffffff;
const OMIT = 0x3ffffffe;

function times(s: Script, path: string): void {
  s.show(TIMES, "stat64", path, buffer(0));
}

export const attributeCases = [
  root("chmod", (s) => {
    file(s, "f");
    s.call("chmod", "f", 0o7777);
    s.show([MODE], "stat64", "f", buffer(0));
    s.call("chmod", "f", 0o177640);
    s.show([MODE], "stat64", "f", buffer(0));
    const fd = s.call("open", "f", O_RDONLY);
    s.call("fchmod", fd, 0o600);
    s.call("fchmod", 99, 0o600);
    s.call("fchmodat", AT_FDCWD, "f", 0o611);
    s.show([MODE], "stat64", "f", buffer(0));
    s.call("chmod", "x", 0o600);
    s.call("symlink", "f", "l");
    s.call("chmod", "l", 0o444);
    s.show([MODE], "stat64", "f", buffer(0));
    s.show([MODE], "lstat64", "l", buffer(0));
  }),
  root("chown", (s) => {
    file(s, "f", "", 0o6775);
    s.call("chmod", "f", 0o6775);
    s.call("chown32", "f", 1, 2);
    s.show([MODE, ...OWNER], "stat64", "f", buffer(0));
    s.call("chown32", "f", -1, 70000);
    s.show(OWNER, "stat64", "f", buffer(0));
    s.call("chown32", "f", 5, -1);
    s.call("chown", "f", 0xffff, 9);
    s.show(OWNER, "stat64", "f", buffer(0));
    s.call("chown", "f", 0x1fffe, -1);
    s.show(OWNER, "stat64", "f", buffer(0));
    s.call("symlink", "f", "l");
    s.call("lchown32", "l", 11, 12);
    s.call("lchown", "l", -1, 13);
    s.show(OWNER, "lstat64", "l", buffer(0));
    s.show(OWNER, "stat64", "l", buffer(0));
    const fd = s.call("open", "f", O_RDWR);
    s.call("fchown32", fd, 21, 22);
    s.call("fchown", fd, -1, 23);
    s.call("fchown32", 99, 1, 1);
    s.show(OWNER, "fstat64", fd, buffer(0));
    s.call("fchownat", AT_FDCWD, "l", 31, 32, AT_SYMLINK_NOFOLLOW);
    s.call("fchownat", fd, "", 33, 34, AT_EMPTY_PATH);
    s.call("fchownat", fd, "", 33, 34, 1);
    s.show(OWNER, "lstat64", "l", buffer(0));
    s.show(OWNER, "stat64", "f", buffer(0));
    s.call("mkdir", "d", 0o755);
    s.call("chmod", "d", 0o6755);
    s.call("chown32", "d", 1, 1);
    s.show([MODE], "stat64", "d", buffer(0));
    file(s, "g");
    s.call("chmod", "g", 0o2745);
    s.call("chown32", "g", 1, 1);
    s.show([MODE], "stat64", "g", buffer(0));
  }),
  user("chmod and chown as a user", (s) => {
    file(s, "f");
    s.call("chmod", "f", 0o2755);
    s.show([MODE], "stat64", "f", buffer(0));
    s.call("chown32", "f", -1, -1);
    s.show([MODE], "stat64", "f", buffer(0));
    s.call("chown32", "f", 54321, 54321);
    s.call("chown32", "f", 0, -1);
    s.call("chown32", "f", -1, 0);
    s.call("chmod", FOREIGN_FILE, 0o666);
    s.call("chown32", FOREIGN_FILE, 54321, -1);
    s.call("chown32", FOREIGN_FILE, -1, -1);
  }),
  root("times", (s) => {
    file(s, "f");
    s.words(1, 0, 1_000_000, 2_000_000);
    s.call("utime", "f", buffer(1));
    times(s, "f");
    s.words(1, 0, 3_000_000, 999_999, 4_000_000, 1);
    s.call("utimes", "f", buffer(1));
    times(s, "f");
    s.words(1, 0, 3_000_000, 1_000_000, 4_000_000, 1);
    s.call("utimes", "f", buffer(1));
    s.words(1, 0, 5, 6, 7, 8);
    s.call("futimesat", AT_FDCWD, "f", buffer(1));
    times(s, "f");
    s.words(1, 0, 9, 999_999_999, 10, OMIT);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    times(s, "f");
    s.words(1, 0, 9, OMIT, 10, 5);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    times(s, "f");
    s.words(1, 0, 9, OMIT, 10, OMIT);
    s.call("utimensat", AT_FDCWD, "nowhere", buffer(1), 0);
    s.words(1, 0, 9, 1_000_000_000, 10, 0);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    s.words(1, 0, 9, NOW, 10, NOW);
    s.call("utimensat", AT_FDCWD, "x", buffer(1), 0);
    s.words(1, 0, 11, 12, 13, 14);
    s.call("symlink", "f", "l");
    s.call("utimensat", AT_FDCWD, "l", buffer(1), AT_SYMLINK_NOFOLLOW);
    times(s, "f");
    s.show(TIMES, "lstat64", "l", buffer(0));
    const fd = s.call("open", "f", O_RDONLY);
    s.call("utimensat", fd, 0, buffer(1), 0);
    times(s, "f");
    s.call("utimensat", fd, 0, buffer(1), AT_SYMLINK_NOFOLLOW);
    s.call("utimensat", AT_FDCWD, 0, buffer(1), 0);
    s.call("utimensat", 99, 0, buffer(1), 0);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 1);
    s.call("utimensat", AT_FDCWD, "f", 0, 0);
    s.words(1, 0, 0x12345678, 0, 21, 0, 0x0abcdef0, 0, 22, 0);
    s.call("utimensat_time64", AT_FDCWD, "f", buffer(1), 0);
    times(s, "f");
    s.call("utime", "x", 0);
    s.call("utime", "f", 0);
  }),
  user("times as a user", (s) => {
    s.words(1, 0, 9, 1, 10, 1);
    s.call("utimensat", AT_FDCWD, FOREIGN_FILE, buffer(1), 0);
    s.call("utimensat", AT_FDCWD, FOREIGN_FILE, 0, 0);
    s.words(1, 0, 9, OMIT, 10, NOW);
    s.call("utimensat", AT_FDCWD, FOREIGN_FILE, buffer(1), 0);
    file(s, "f");
    s.call("chmod", "f", 0);
    s.call("utimensat", AT_FDCWD, "f", 0, 0);
    s.words(1, 0, 9, 1, 10, 1);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    times(s, "f");
  }),
  root("reading and writing move the times", (s) => {
    file(s, "f", "abc");
    s.words(1, 0, 2_000_000_000, 0, 2_100_000_000, 0);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    const fd = s.call("open", "f", O_RDONLY);
    s.call("read", fd, buffer(2), 1);
    s.show([u32(buffer(0, 72))], "fstat64", fd, buffer(0));
  }),
];
