/** Calls on files with senseless arguments: every one is answered, and nothing is thrown. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { SYSTEM_CALLS } from "../../src/kernel/syscalls/table.ts";
import { Xoshiro128 } from "../../src/platform/xoshiro.ts";
import { root } from "./case.ts";
import { buffer, end, runInside, type Argument } from "./script.ts";

const ROUNDS = 8;
const CALLS = 300;
/** Milliseconds after which a round is taken to wait for what never comes, as it may. */
const PATIENCE = 5000;

/** Calls that end, stop, or wait for what never comes; and those that are not about files. */
const FILES = new Set(
  (
    "read write open close creat link unlink chdir mknod chmod lchown oldstat lseek oldfstat utime access sync rename " +
    "mkdir rmdir dup pipe ioctl fcntl umask dup2 select symlink oldlstat readlink readdir truncate ftruncate fchmod " +
    "fchown statfs fstatfs stat lstat fstat fsync fchdir _llseek getdents flock readv writev fdatasync " +
    "pread64 pwrite64 chown getcwd sendfile truncate64 ftruncate64 stat64 lstat64 fstat64 lchown32 fchown32 chown32 " +
    "getdents64 fcntl64 readahead sendfile64 fadvise64 statfs64 fstatfs64 utimes fadvise64_64 openat mkdirat mknodat " +
    "fchownat futimesat fstatat64 unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat utimensat " +
    "fallocate dup3 pipe2 preadv pwritev syncfs renameat2 copy_file_range preadv2 pwritev2 statx utimensat_time64 " +
    "close_range faccessat2"
  ).split(" "),
);
const PATHS = [
  "f",
  "d",
  "d/g",
  "l",
  "loop",
  ".",
  "..",
  "/",
  "",
  "/proc/self/fd/3",
  "/proc/self/maps",
  "/dev/zero",
  "/dev/full",
  "/dev/null",
  "/proc/self",
  "/dev/fd/1",
  "a".repeat(300),
  "x/".repeat(2040),
  "p",
  "/proc/self/cwd/d",
  "n1",
  "n2",
  "d/",
];

function argument(random: Xoshiro128): Argument {
  const below = (bound: number) => random.next() % bound;
  switch (below(12)) {
    case 0:
    case 1:
    case 2:
      return PATHS[below(PATHS.length)]!;
    case 3:
    case 4:
      return 3 + below(12);
    case 5:
      return buffer(below(8), below(4000));
    case 6:
      return end(below(100));
    case 7:
      return random.next();
    case 8:
      return -1 - below(101);
    case 9:
      return 2 ** below(32);
    case 10:
      return below(0o20000);
    default:
      return below(10);
  }
}

for (let round = 1; round <= ROUNDS; round++) {
  it(`round ${round}`, async () => {
    const random = new Xoshiro128(round);
    const rows = SYSTEM_CALLS.filter(({ name }) => FILES.has(name));
    assert.ok(rows.length >= 90);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    const lines = await runInside(
      root("fuzz", (s) => {
        // Nothing may wait for the other end of a pipe: opens are O_NONBLOCK, and so are pipes, by fcntl.
        s.call("open", "f", 0o102, 0o644);
        s.call("mkdir", "d", 0o755);
        s.call("creat", "d/g", 0o644);
        s.call("symlink", "f", "l");
        s.call("symlink", "loop", "loop");
        s.call("signal", 13, 1);
        for (let i = 0; i < CALLS; i++) {
          const { name } = rows[random.next() % rows.length]!;
          const args = Array.from({ length: 6 }, () => argument(random));
          if (name === "pipe" || name === "pipe2") {
            s.call("pipe2", args[0]!, 0o4000);
            continue;
          }
          // The program's own output must stay readable: descriptors 0 to 2 are left alone.
          if (name === "close_range") args[0] = 3;
          if (name === "dup2" || name === "dup3") args[1] = 20;
          if (name === "open" || name === "openat")
            args[name === "open" ? 1 : 2] = (random.next() & 0o177777777) | 0o4000;
          if (["read", "readv"].includes(name) && typeof args[0] === "number" && args[0] < 3) args[0] = 3;
          if (
            ["close", "fcntl", "fcntl64", "ioctl", "write", "writev", "pwritev2", "sendfile", "sendfile64"].includes(
              name,
            )
          ) {
            args[0] = 3 + (random.next() % 12);
          }
          s.call(name, ...args);
        }
        s.call("getuid32");
      }),
      { signal: stop.signal },
    );
    clearTimeout(timer);
    if (stop.signal.aborted) return;
    assert.equal(lines.length, CALLS + 7);
    assert.equal(lines.at(-1), "getuid32() = 0");
  });
}
