/** Devices, /proc, ioctl, extended attributes. */
import { AT_FDCWD, file, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY, root } from "../case.ts";
import { buffer, bytes, end, text, u32 } from "../script.ts";

export const specialCases = [
  root("memory devices", (s) => {
    const nul = s.call("open", "/dev/null", O_RDWR);
    s.call("read", nul, buffer(0), 10);
    s.call("write", nul, buffer(0), 10);
    s.call("lseek", nul, 10, 0);
    s.call("pread64", nul, buffer(0), 10, 5, 0);
    s.call("ftruncate", nul, 0);
    s.call("fsync", nul);
    const zero = s.call("open", "/dev/zero", O_RDWR);
    s.words(0, 0, 1, 2);
    s.show([bytes(buffer(0), 8)], "read", zero, buffer(0), 8);
    s.call("write", zero, buffer(0), 10);
    s.call("read", zero, end(3), 10);
    const full = s.call("open", "/dev/full", O_RDWR);
    s.show([bytes(buffer(0), 8)], "read", full, buffer(0), 8);
    s.call("write", full, buffer(0), 10);
    s.call("write", full, buffer(0), 0);
    const random = s.call("open", "/dev/urandom", O_RDWR);
    s.call("read", random, buffer(0), 100);
    s.call("write", random, buffer(0), 10);
    s.call("open", "/dev/null", O_RDONLY | O_DIRECTORY);
    s.call("ioctl", nul, 0x5401, buffer(0));
    s.call("ioctl", zero, 0x541b, buffer(0));
  }),
  root("/dev/fd and the standard streams", (s) => {
    s.show([text(buffer(0))], "readlink", "/dev/fd", buffer(0), 100);
    s.zero(0);
    s.show([text(buffer(0))], "readlink", "/dev/stdin", buffer(0), 100);
    file(s, "f", "abc");
    s.call("dup2", s.call("open", "f", O_RDONLY), 9);
    const again = s.call("open", "/dev/fd/9", O_RDONLY);
    s.show([bytes(buffer(0), 3)], "read", again, buffer(0), 10);
    s.call("open", "/dev/fd/9", O_RDONLY | O_NOFOLLOW);
    s.call("stat64", "/dev/fd/77", buffer(0));
  }),
  root("ioctl", (s) => {
    file(s, "f", "abcdef");
    const fd = s.call("open", "f", O_RDWR);
    s.call("ioctl", fd, 0x5401, buffer(0));
    s.call("ioctl", fd, 0x5413, buffer(0));
    s.show([u32(buffer(0))], "ioctl", fd, 0x541b, buffer(0));
    s.call("lseek", fd, 2, 0);
    s.show([u32(buffer(0))], "ioctl", fd, 0x541b, buffer(0));
    s.call("ioctl", fd, 0x541b, end(2));
    s.call("ioctl", fd, 0x5451);
    s.call("fcntl64", fd, 1);
    s.call("ioctl", fd, 0x5450);
    s.call("fcntl64", fd, 1);
    s.words(0, 0, 1);
    s.call("ioctl", fd, 0x5421, buffer(0));
    s.call("fcntl64", fd, 3);
    s.show([u32(buffer(0))], "ioctl", fd, 2, buffer(0));
    s.call("ioctl", fd, 0x12345678, buffer(0));
    s.call("ioctl", 99, 0x5401, buffer(0));
    s.call("ioctl", 0, 0x5401, buffer(0));
  }),
  root("/proc", (s) => {
    s.show([u32(buffer(0, 16))], "stat64", "/proc/self", buffer(0));
    s.show([u32(buffer(0, 16))], "lstat64", "/proc/self", buffer(0));
    s.show([text(buffer(0))], "readlink", "/proc/self/cwd", buffer(0), 100);
    s.show([u32(buffer(0, 16))], "stat64", "/proc/self/cwd", buffer(0));
    s.show([text(buffer(0))], "readlink", "/proc/self/root", buffer(0), 100);
    s.call("open", "/proc/new", 0o101, 0o644);
    s.call("mkdir", "/proc/new", 0o755);
    s.call("unlink", "/proc/version");
    s.call("open", "/proc/self/nothing", O_RDONLY);
    s.call("open", "/proc/99999999", O_RDONLY);
    const fd = s.call("open", "/proc/self/comm", O_RDONLY);
    s.show([text(buffer(2))], "read", fd, buffer(2), 3);
    s.call("read", fd, buffer(2), 100);
    s.call("read", fd, buffer(2), 100);
    s.call("lseek", fd, 0, 0);
    s.call("read", fd, buffer(2), 100);
    const cmdline = s.call("open", "/proc/self/statm", O_RDONLY);
    s.call("write", cmdline, "x", 1);
    s.call("open", "/proc/version", O_WRONLY);
    s.show([u32(buffer(0, 16)), u32(buffer(0, 44))], "stat64", "/proc/self/maps", buffer(0));
    s.call("chdir", "/proc/self/fd");
    s.show([u32(buffer(0, 16))], "stat64", ".", buffer(0));
  }),
  root("extended attributes", (s) => {
    file(s, "f");
    s.call("listxattr", "f", buffer(0), 100);
    s.call("listxattr", "x", buffer(0), 100);
    s.call("getxattr", "x", "user.a", buffer(0), 100);
    s.call("fgetxattr", 99, "user.a", buffer(0), 100);
    s.call("lgetxattr", AT_FDCWD, "user.a", buffer(0), 100);
  }),
];
