/** Opening, descriptors, fcntl. */
import {
  AT_FDCWD,
  file,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_LARGEFILE,
  O_NOATIME,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  root,
  user,
} from "../case.ts";
import { buffer, bytes, end, text, u16, u32, FOREIGN_FILE } from "../script.ts";

const MODE = u32(buffer(0, 16));
const SIZE = u32(buffer(0, 44));

export const fileCases = [
  root("open: modes, umask and truncation", (s) => {
    s.call("open", "a", O_CREAT | O_WRONLY, 0o777);
    s.show([MODE], "stat64", "a", buffer(0));
    s.call("umask", 0o777);
    s.call("creat", "b", 0o666);
    s.show([MODE], "stat64", "b", buffer(0));
    s.call("umask", 0);
    s.call("umask", 0o7777);
    s.call("umask", 0);
    s.call("open", "c", O_CREAT, 0o177777);
    s.show([MODE], "stat64", "c", buffer(0));
    file(s, "f", "hello");
    s.call("open", "f", O_RDONLY | O_TRUNC);
    s.show([SIZE], "stat64", "f", buffer(0));
    file(s, "g", "hello");
    s.call("open", "g", O_WRONLY | O_CREAT, 0);
    s.show([MODE, SIZE], "stat64", "g", buffer(0));
    s.call("open", "a", 3);
    s.call("open", "f", O_RDONLY | 0x40000000);
    s.call("openat", 77, "f", O_RDONLY, 0);
    s.call("openat", AT_FDCWD, "f", 0o20000000, 0);
    s.call("openat", AT_FDCWD, ".", 0o20200000, 0);
  }),
  user("open: the modes bind, but not their maker", (s) => {
    const fd = s.call("open", "a", O_CREAT | O_RDWR, 0);
    s.call("write", fd, "abc", 3);
    s.call("open", "a", O_RDONLY);
    s.call("open", "a", O_WRONLY);
    s.call("open", "a", O_CREAT | O_RDWR, 0o666);
    s.call("open", "a", O_CREAT | O_EXCL, 0o666);
    s.call("chmod", "a", 0o400);
    s.call("open", "a", O_RDONLY);
    s.call("open", "a", O_RDONLY | O_TRUNC);
    s.call("open", "a", O_WRONLY);
    s.call("chmod", "a", 0o200);
    s.call("open", "a", O_WRONLY | O_APPEND);
    s.call("open", "a", O_RDONLY);
    s.call("open", "a", 3);
    s.call("open", FOREIGN_FILE, O_WRONLY);
    s.call("open", "/", O_RDONLY | O_NOATIME);
  }),
  root("descriptors: the lowest is given", (s) => {
    const a = s.call("open", "a", O_CREAT | O_RDWR, 0o644);
    const b = s.call("dup", a);
    s.call("dup", a);
    s.call("close", b);
    s.call("dup", a);
    s.call("close", 1000);
    s.call("close", -1);
    s.call("dup", 1000);
    s.call("dup2", a, 10);
    s.call("dup2", a, a);
    s.call("dup2", 99, 99);
    s.call("dup2", 99, 10);
    s.call("dup2", a, -1);
    s.call("dup2", a, 0x7fffffff);
    s.call("dup3", a, a, 0);
    s.call("dup3", a, 12, O_CLOEXEC);
    s.call("fcntl64", 12, 1);
    s.call("dup3", a, 12, 1);
    s.call("dup3", 99, 12, 0);
    s.call("fcntl64", a, 0, 11);
    s.call("fcntl64", a, 0, 10);
    s.call("fcntl64", a, 0, -1);
    s.call("fcntl64", a, 0, 0x100000);
    s.call("fcntl64", a, 1030, 20);
    s.call("fcntl64", 20, 1);
    s.call("fcntl64", 20, 2, 0);
    s.call("fcntl64", 20, 1);
    s.call("fcntl64", 20, 2, 0xff);
    s.call("fcntl64", 20, 1);
    s.call("close_range", 10, 12, 0);
    s.call("fcntl64", 11, 1);
    s.call("close_range", 12, 10, 0);
    s.call("close_range", 10, 100, 8);
    s.call("close_range", 20, 100, 4);
    s.call("fcntl64", 20, 1);
    s.call("dup", a);
  }),
  root("descriptors: RLIMIT_NOFILE", (s) => {
    s.words(0, 0, 8, 8);
    s.call("setrlimit", 7, buffer(0));
    for (let i = 0; i < 6; i++) s.call("open", ".", O_RDONLY);
    s.call("open", "new", O_CREAT | O_RDWR, 0o644);
    s.call("stat64", "new", buffer(0));
    s.call("dup", 0);
    s.call("dup2", 0, 8);
    s.call("dup2", 0, 7);
    s.call("fcntl64", 0, 0, 7);
    s.call("fcntl64", 0, 0, 8);
    s.call("pipe", buffer(0));
    s.call("close", 7);
    s.call("pipe", buffer(0));
    s.call("open", ".", O_RDONLY);
  }),
  root("descriptors: dup shares the position and the flags", (s) => {
    file(s, "f", "0123456789");
    const a = s.call("open", "f", O_RDWR);
    const b = s.call("dup", a);
    const c = s.call("open", "f", O_RDONLY);
    s.call("read", a, buffer(0), 4);
    s.show([bytes(buffer(0), 2)], "read", b, buffer(0), 2);
    s.show([bytes(buffer(0), 2)], "read", c, buffer(0), 2);
    s.call("fcntl64", a, 4, O_APPEND | O_NONBLOCK | O_CREAT | O_RDONLY | O_TRUNC);
    s.call("fcntl64", b, 3);
    s.call("fcntl64", c, 3);
    s.call("close", a);
    s.show([bytes(buffer(0), 2)], "read", b, buffer(0), 2);
  }),
  root("fcntl: flags that stay and those that do not", (s) => {
    s.call("fcntl64", s.call("open", "a", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o644), 3);
    s.call("fcntl64", s.call("open", "a", O_RDONLY | O_LARGEFILE | O_TRUNC | 0o400), 3);
    s.call("fcntl64", s.call("open", "a", O_WRONLY | O_APPEND | O_NONBLOCK), 3);
    s.call("fcntl64", s.call("open", "/dev/null", O_RDWR), 3);
    s.call("fcntl64", 50, 3);
    s.call("fcntl64", 3, 999);
    s.call("fcntl", 3, 12, buffer(0));
    s.call("fcntl", 3, 3);
  }),
  root("fcntl: locks", (s) => {
    file(s, "f", "abc");
    const r = s.call("open", "f", O_RDONLY);
    const w = s.call("open", "f", O_WRONLY);
    // struct flock: l_type 0 = read, 1 = write, 2 = unlock; whole file.
    const lock = (type: number, whence = 0) => {
      s.zero(0);
      s.put(buffer(0), 2, type);
      s.put(buffer(0, 2), 2, whence);
    };
    lock(0);
    s.call("fcntl64", r, 6, buffer(0));
    s.call("fcntl64", w, 6, buffer(0));
    lock(1);
    s.call("fcntl64", r, 6, buffer(0));
    s.call("fcntl64", w, 7, buffer(0));
    s.show([u16(buffer(0))], "fcntl64", w, 12, buffer(0));
    lock(2);
    s.call("fcntl64", r, 13, buffer(0));
    s.call("fcntl64", r, 12, buffer(0));
    lock(3);
    s.call("fcntl64", r, 6, buffer(0));
    lock(0, 9);
    s.call("fcntl64", r, 6, buffer(0));
    s.call("fcntl64", r, 6, end(8));
    s.call("flock", r, 1);
    s.call("flock", r, 2);
    s.call("flock", r, 8);
    s.call("flock", r, 6);
    s.call("flock", r, 99);
    s.call("flock", 99, 1);
  }),
  root("/proc/self/fd", (s) => {
    file(s, "f", "abc");
    const fd = s.call("open", "f", O_RDONLY);
    s.call("dup2", fd, 9);
    s.show([text(buffer(0))], "readlink", "/proc/self/fd/9", buffer(0), 100);
    s.call("rename", "f", "g");
    s.zero(0);
    s.show([text(buffer(0))], "readlink", "/proc/self/fd/9", buffer(0), 100);
    s.call("unlink", "g");
    s.zero(0);
    s.show([text(buffer(0))], "readlink", "/proc/self/fd/9", buffer(0), 100);
    s.show([SIZE, u32(buffer(0, 20))], "fstat64", 9, buffer(0));
    const again = s.call("open", "/proc/self/fd/9", O_RDONLY);
    s.show([text(buffer(1))], "read", again, buffer(1), 10);
    s.show([MODE], "lstat64", "/proc/self/fd/9", buffer(0));
    s.call("close", 9);
    s.call("readlink", "/proc/self/fd/9", buffer(0), 100);
    s.call("open", "/proc/self/fd/77", O_RDONLY);
  }),
];
