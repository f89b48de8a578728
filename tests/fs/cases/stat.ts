/** stat in all generations, statx, access, statfs. */
import { AT_EACCESS, AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, file, O_RDONLY, root, user } from "../case.ts";
import { buffer, u16, u32, FOREIGN_FILE } from "../script.ts";

export const statCases = [
  root("stat64, stat and statx say the same", (s) => {
    file(s, "f", "hello");
    s.call("chown32", "f", 70000, 300);
    s.words(1, 0, 1_000_000_000, 123_456_789, 1_500_000_000, 987_654_321);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    // mode, nlink, uid, gid, rdev, size, blksize, blocks, atime, mtime.
    const fields64 = [16, 20, 24, 28, 32, 36, 44, 48, 52, 56, 60, 64, 68, 72, 76].map((at) => u32(buffer(0, at)));
    s.show(fields64, "stat64", "f", buffer(0));
    const words = [16, 20, 24, 28, 32, 36, 40, 44].map((at) => u32(buffer(0, at)));
    s.show([...[8, 10, 12, 14].map((at) => u16(buffer(0, at))), ...words], "stat", "f", buffer(0));
    const x = [0x00, 0x04, 0x10, 0x14, 0x18, 0x28, 0x2c, 0x30, 0x40, 0x44, 0x48, 0x70, 0x78].map((at) =>
      u32(buffer(0, at)),
    );
    s.show([...x.slice(1), u16(buffer(0, 0x1c))], "statx", AT_FDCWD, "f", 0, 0x7ff, buffer(0));
    s.words(1, 0, -100, 5, -1, 999_999_999);
    s.call("utimensat", AT_FDCWD, "f", buffer(1), 0);
    s.show(
      [64, 68, 72, 76].map((at) => u32(buffer(0, at))),
      "stat64",
      "f",
      buffer(0),
    );
    s.show(
      [0x40, 0x44, 0x48, 0x70, 0x74, 0x78].map((at) => u32(buffer(0, at))),
      "statx",
      AT_FDCWD,
      "f",
      0,
      0x7ff,
      buffer(0),
    );
  }),
  root("fstat and lstat", (s) => {
    file(s, "f", "hello");
    s.call("symlink", "f", "l");
    const fd = s.call("open", "f", O_RDONLY);
    s.show([u32(buffer(0, 16)), u32(buffer(0, 44))], "fstat64", fd, buffer(0));
    s.show([u32(buffer(0, 16)), u32(buffer(0, 44))], "lstat64", "l", buffer(0));
    s.show([u16(buffer(0, 8)), u32(buffer(0, 20))], "fstat", fd, buffer(0));
    s.show([u16(buffer(0, 8)), u32(buffer(0, 20))], "lstat", "l", buffer(0));
    s.call("fstat64", 99, buffer(0));
    s.call("fstat", 99, buffer(0));
    s.call("stat", "x", buffer(0));
    s.show([u32(buffer(0, 16))], "fstatat64", AT_FDCWD, "l", buffer(0), AT_SYMLINK_NOFOLLOW);
    s.show([u32(buffer(0, 16))], "fstatat64", AT_FDCWD, "l", buffer(0), 0);
    s.show([u16(buffer(0, 0x1c))], "statx", fd, "", AT_EMPTY_PATH, 0x7ff, buffer(0));
    s.call("statx", fd, "", 0, 0x7ff, buffer(0));
    s.call("statx", AT_FDCWD, "f", 0x6000, 0x7ff, buffer(0));
    s.call("statx", AT_FDCWD, "f", 1, 0x7ff, buffer(0));
    s.call("statx", AT_FDCWD, "f", 0, 0x80000000, buffer(0));
    s.show([u32(buffer(0, 16)), u32(buffer(0, 32))], "stat64", "/dev/null", buffer(0));
    s.show([u32(buffer(0, 0x80)), u32(buffer(0, 0x84))], "statx", AT_FDCWD, "/dev/null", 0, 0x7ff, buffer(0));
  }),
  root("access as root", (s) => {
    file(s, "f", "", 0);
    file(s, "x", "", 0o010);
    s.call("mkdir", "d", 0);
    for (const mode of [0, 1, 2, 4, 6]) {
      s.call("access", "f", mode);
      s.call("access", "x", mode);
      s.call("access", "d", mode);
    }
    s.call("access", "f", 8);
    s.call("access", "n", 0);
    s.call("access", "n", 8);
  }),
  user("access as a user", (s) => {
    file(s, "f", "", 0o240);
    s.call("mkdir", "d", 0o500);
    for (const mode of [0, 1, 2, 4, 7]) {
      s.call("access", "f", mode);
      s.call("access", "d", mode);
      s.call("access", "/", mode);
      s.call("access", FOREIGN_FILE, mode);
      s.call("faccessat", AT_FDCWD, "d", mode);
    }
    s.call("symlink", "n", "l");
    s.call("access", "l", 0);
    s.call("faccessat2", AT_FDCWD, "l", 0, AT_SYMLINK_NOFOLLOW);
    s.call("faccessat2", AT_FDCWD, "f", 2, AT_EACCESS);
    s.call("faccessat2", AT_FDCWD, "f", 4, AT_EACCESS);
    s.call("faccessat2", AT_FDCWD, "f", 4, 1);
    s.call("faccessat2", s.call("open", ".", O_RDONLY), "", 4, AT_EMPTY_PATH);
  }),
  root("access asks for the real user", (s) => {
    file(s, "f", "", 0o600);
    s.call("setresuid32", 54321, 0, 0);
    s.call("access", "f", 4);
    s.call("faccessat2", AT_FDCWD, "f", 4, AT_EACCESS);
  }),
  root("statfs", (s) => {
    s.show([u32(buffer(0, 0)), u32(buffer(0, 4)), u32(buffer(0, 36)), u32(buffer(0, 40))], "statfs", ".", buffer(0));
    s.show(
      [u32(buffer(0, 0)), u32(buffer(0, 4)), u32(buffer(0, 56)), u32(buffer(0, 60))],
      "statfs64",
      ".",
      84,
      buffer(0),
    );
    s.call("statfs64", ".", 80, buffer(0));
    s.call("statfs64", ".", 88, buffer(0));
    s.call("statfs", "x", buffer(0));
    s.show([u32(buffer(0, 0))], "statfs", "/proc", buffer(0));
    const fd = s.call("open", ".", O_RDONLY);
    s.show([u32(buffer(0, 0))], "fstatfs", fd, buffer(0));
    s.show([u32(buffer(0, 0))], "fstatfs64", fd, 84, buffer(0));
    s.call("fstatfs", 99, buffer(0));
    s.call("pipe", buffer(1));
    s.show([u32(buffer(0, 0))], "fstatfs", 4, buffer(0));
  }),
];
