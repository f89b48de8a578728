/** read, write and their kin; positions; sizes. */
import { file, O_APPEND, O_CREAT, O_LARGEFILE, O_RDONLY, O_RDWR, O_WRONLY, root, user } from "../case.ts";
import { buffer, bytes, end, u32, type Argument, type Script } from "../script.ts";

const SIZE = [u32(buffer(7, 44)), u32(buffer(7, 48))];
const BLOCKS = [u32(buffer(7, 56))];

/** Prints the size of an open file, its two words. */
function size(s: Script, fd: Argument): void {
  s.show(SIZE, "fstat64", fd, buffer(7));
}

export const transferCases = [
  root("read and write", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR, 0o644);
    s.call("write", fd, "hello world", 11);
    s.call("read", fd, buffer(0), 10);
    s.call("lseek", fd, 0, 0);
    s.show([bytes(buffer(0), 5)], "read", fd, buffer(0), 5);
    s.show([bytes(buffer(0), 6)], "read", fd, buffer(0), 100);
    s.call("read", fd, buffer(0), 100);
    s.call("read", fd, buffer(0), 0);
    s.call("write", fd, buffer(0), 0);
    s.call("read", 99, buffer(0), 1);
    s.call("write", 99, buffer(0), 1);
    const r = s.call("open", "f", O_RDONLY);
    const w = s.call("open", "f", O_WRONLY);
    s.call("write", r, "x", 1);
    s.call("read", w, buffer(0), 1);
    s.call("read", s.call("open", ".", O_RDONLY), buffer(0), 1);
    s.call("pread64", s.call("open", ".", O_RDONLY), buffer(0), 1, 0, 0);
    s.call("read", s.call("open", "f", 3), buffer(0), 1);
  }),
  root("read and write: memory that is not there", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR, 0o644);
    s.call("write", fd, "hello world", 11);
    s.call("lseek", fd, 0, 0);
    s.call("read", fd, end(0), 5);
    s.show([bytes(end(3), 3)], "read", fd, end(3), 5);
    s.call("read", fd, -4096, 5);
    s.call("read", fd, 0xc0000000, 5);
    s.call("read", fd, 0, 5);
    s.call("read", fd, buffer(0), 0x100000);
    s.call("lseek", fd, 0, 0);
    s.call("write", fd, end(0), 5);
    s.call("write", fd, end(3), 5);
    size(s, fd);
    s.call("write", fd, 0, 0);
  }),
  root("lseek", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR | O_LARGEFILE, 0o644);
    s.call("write", fd, "0123456789", 10);
    s.call("lseek", fd, 3, 0);
    s.call("lseek", fd, 3, 1);
    s.call("lseek", fd, -7, 1);
    s.call("lseek", fd, 0, 1);
    s.call("lseek", fd, -3, 2);
    s.call("lseek", fd, 100, 2);
    s.call("lseek", fd, -1, 0);
    s.call("lseek", fd, 0, 5);
    s.call("lseek", fd, 0, -1);
    s.call("lseek", 99, 0, 0);
    s.call("lseek", fd, 0x7fffffff, 0);
    const words = [u32(buffer(0)), u32(buffer(0, 4))];
    s.show(words, "_llseek", fd, 0, 5, buffer(0), 0);
    s.show(words, "_llseek", fd, 1, 5, buffer(0), 0);
    s.show(words, "_llseek", fd, -1, -1, buffer(0), 1);
    s.call("_llseek", fd, -1, -1, buffer(0), 0);
    s.call("_llseek", fd, 0, 5, end(4), 0);
    s.call("lseek", fd, 0, 1);
    s.call("lseek", 0, 0, 1);
    s.call("lseek", s.call("open", "/dev/null", O_RDWR), 10, 0);
  }),
  root("holes: SEEK_DATA, SEEK_HOLE and blocks", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR | O_LARGEFILE, 0o644);
    s.call("lseek", fd, 0, 3);
    s.call("lseek", fd, 0, 4);
    s.call("pwrite64", fd, "x", 1, 0x5000, 0);
    s.call("pwrite64", fd, "y", 1, 0x40000, 0);
    s.call("ftruncate", fd, 0x80000);
    for (const at of [0, 0x4fff, 0x5000, 0x5001, 0x5fff, 0x6000, 0x40000, 0x41000, 0x7ffff, 0x80000]) {
      s.call("lseek", fd, at, 3);
      s.call("lseek", fd, at, 4);
    }
    s.show(BLOCKS, "fstat64", fd, buffer(7));
    s.show([bytes(buffer(0), 3)], "pread64", fd, buffer(0), 3, 0x4fff, 0);
    s.show([bytes(buffer(0), 3)], "pread64", fd, buffer(0), 3, 0x7fffe, 0);
    s.call("ftruncate", fd, 0x5001);
    s.call("ftruncate", fd, 0x6000);
    s.show([bytes(buffer(0), 3)], "pread64", fd, buffer(0), 3, 0x4fff, 0);
    s.show(BLOCKS, "fstat64", fd, buffer(7));
    s.call("ftruncate", fd, 1);
    s.show(BLOCKS, "fstat64", fd, buffer(7));
  }),
  root("append", (s) => {
    file(s, "f", "abc");
    const fd = s.call("open", "f", O_RDWR | O_APPEND);
    s.call("lseek", fd, 0, 1);
    s.call("write", fd, "de", 2);
    s.call("lseek", fd, 0, 1);
    s.call("lseek", fd, 0, 0);
    s.call("write", fd, "f", 1);
    s.call("pwrite64", fd, "g", 1, 0, 0);
    s.call("lseek", fd, 0, 1);
    s.show([bytes(buffer(0), 7)], "pread64", fd, buffer(0), 100, 0, 0);
    s.call("fcntl64", fd, 4, 0);
    s.call("pwrite64", fd, "X", 1, 0, 0);
    s.show([bytes(buffer(0), 7)], "pread64", fd, buffer(0), 100, 0, 0);
  }),
  root("pread and pwrite", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR | O_LARGEFILE, 0o644);
    s.call("pwrite64", fd, "abc", 3, 10, 0);
    size(s, fd);
    s.call("lseek", fd, 0, 1);
    s.show([bytes(buffer(0), 6)], "pread64", fd, buffer(0), 6, 8, 0);
    s.call("pread64", fd, buffer(0), 6, 13, 0);
    s.call("pread64", fd, buffer(0), 6, 0, 1);
    s.call("pread64", fd, buffer(0), 6, -1, -1);
    s.call("pwrite64", fd, "z", 1, -1, -1);
    s.call("pwrite64", fd, "z", 0, -1, -1);
    s.call("pwrite64", fd, "z", 1, 0x100, 3);
    size(s, fd);
    s.call("pread64", 99, buffer(0), 6, 0, 0);
    s.call("pwrite64", s.call("open", "f", O_RDONLY), "z", 1, 0, 0);
    s.call("pipe", buffer(1));
    s.call("pread64", 5, buffer(0), 1, 0, 0);
  }),
  root("readv and writev", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR, 0o644);
    s.words(0, 0, "hello", 5, "", 0, " ", 1, "world", 5);
    s.call("writev", fd, buffer(0), 4);
    s.words(0, 0, buffer(1), 3, buffer(2), 0, buffer(2), 100);
    s.call("lseek", fd, 0, 0);
    s.show([bytes(buffer(1), 3), bytes(buffer(2), 8)], "readv", fd, buffer(0), 3);
    s.call("readv", fd, buffer(0), 3);
    s.call("readv", fd, buffer(0), 0);
    s.call("readv", fd, buffer(0), -1);
    s.call("readv", fd, buffer(0), 1025);
    s.call("readv", fd, end(8), 2);
    s.call("readv", 99, buffer(0), 1);
    s.show([bytes(buffer(1), 3), bytes(buffer(2), 2)], "preadv", fd, buffer(0), 3, 6, 0);
    s.call("preadv", fd, buffer(0), 3, -1, -1);
    s.call("preadv2", fd, buffer(0), 3, 6, 0, 0);
    s.call("lseek", fd, 2, 0);
    s.show([bytes(buffer(1), 3), bytes(buffer(2), 2)], "preadv2", fd, buffer(0), 3, -1, -1, 0);
    s.words(0, 0, "AB", 2, "CD", 2);
    s.call("pwritev", fd, buffer(0), 2, 1, 0);
    s.call("pwritev2", fd, buffer(0), 1, 9, 0, 0);
    s.show([bytes(buffer(1), 11)], "pread64", fd, buffer(1), 20, 0, 0);
    s.words(0, 0, "ok", 2, end(0), 5);
    s.call("lseek", fd, 0, 0);
    s.call("writev", fd, buffer(0), 2);
    s.words(0, 0, end(0), 5, "ok", 2);
    s.call("writev", fd, buffer(0), 2);
    s.words(0, 0, "ok", 0x80000000);
    s.call("writev", fd, buffer(0), 1);
    s.words(0, 0, "ok", -1);
    s.call("writev", fd, buffer(0), 1);
  }),
  root("truncate", (s) => {
    file(s, "f", "0123456789");
    s.call("mkdir", "d", 0o755);
    const fd = s.call("open", "f", O_RDWR | O_LARGEFILE);
    const r = s.call("open", "f", O_RDONLY);
    s.call("ftruncate", fd, 5);
    size(s, fd);
    s.call("ftruncate64", fd, 8, 0);
    s.show([bytes(buffer(0), 8)], "pread64", fd, buffer(0), 20, 0, 0);
    s.call("ftruncate64", fd, 0, 1);
    size(s, fd);
    s.call("ftruncate", fd, -1);
    s.call("ftruncate64", fd, 0, -1);
    s.call("ftruncate", r, 1);
    s.call("ftruncate", 99, 1);
    s.call("ftruncate", s.call("open", ".", O_RDONLY), 1);
    s.call("ftruncate", 0, 1);
    s.call("truncate", "f", 3);
    size(s, fd);
    s.call("truncate64", "f", 7, 2);
    size(s, fd);
    s.call("truncate", "d", 3);
    s.call("truncate", "x", 3);
    s.call("truncate", "f", -3);
    s.call("truncate", "/dev/null", 3);
  }),
  root("large files need O_LARGEFILE", (s) => {
    const big = s.call("open", "f", O_CREAT | O_RDWR | O_LARGEFILE, 0o644);
    s.call("ftruncate64", big, 0x7fffffff, 0);
    const small = s.call("open", "f", O_RDWR);
    s.call("pwrite64", small, "abc", 3, 0x7ffffffe, 0);
    s.call("pwrite64", small, "abc", 3, 0x7fffffff, 0);
    s.call("write", small, "abc", 3);
    s.call("ftruncate64", big, 0x80000000, 0);
    s.call("open", "f", O_RDWR);
    s.call("open", "f", O_RDWR | O_LARGEFILE);
    s.call("stat", "f", buffer(0));
    s.call("stat64", "f", buffer(0));
  }),
  root("fallocate", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR | O_LARGEFILE, 0o644);
    s.call("fallocate", fd, 0, 0, 0, 10000, 0);
    size(s, fd);
    s.show(BLOCKS, "fstat64", fd, buffer(7));
    s.call("fallocate", fd, 1, 0, 0, 20000, 0);
    size(s, fd);
    s.show(BLOCKS, "fstat64", fd, buffer(7));
    s.call("pwrite64", fd, "abc", 3, 4096, 0);
    s.call("fallocate", fd, 3, 4097, 0, 1, 0);
    s.show([bytes(buffer(0), 3)], "pread64", fd, buffer(0), 3, 4096, 0);
    s.call("fallocate", fd, 3, 4096, 0, 4096, 0);
    s.show([bytes(buffer(0), 3)], "pread64", fd, buffer(0), 3, 4096, 0);
    s.show(BLOCKS, "fstat64", fd, buffer(7));
    s.call("fallocate", fd, 0, 0, 0, 0, 0);
    s.call("fallocate", fd, 0, -1, -1, 10, 0);
    s.call("fallocate", fd, 2, 0, 0, 10, 0);
    s.call("fallocate", s.call("open", "f", O_RDONLY), 0, 0, 0, 10, 0);
    s.call("fallocate", s.call("open", ".", O_RDONLY), 0, 0, 0, 10, 0);
    s.call("pipe", buffer(1));
    s.call("fallocate", 7, 0, 0, 0, 10, 0);
    s.call("fallocate", 99, 0, 0, 0, 10, 0);
  }),
  root("fsync and advice", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR, 0o644);
    s.call("fsync", fd);
    s.call("fdatasync", fd);
    s.call("fsync", 0);
    s.call("fsync", 99);
    s.call("fsync", s.call("open", ".", O_RDONLY));
    s.call("fadvise64", fd, 0, 0, 100, 3);
    s.call("fadvise64", fd, 0, 0, 100, 9);
    s.call("fadvise64_64", fd, 0, 0, 100, 0, 2);
    s.call("fadvise64_64", fd, 0, 0, 100, 0, 9);
    s.call("pipe", buffer(1));
    s.call("fadvise64", 5, 0, 0, 100, 3);
    s.call("readahead", fd, 0, 0, 100);
    s.call("readahead", 0, 0, 0, 100);
    s.call("syncfs", fd);
    s.call("sync");
  }),
  root("RLIMIT_FSIZE", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR, 0o644);
    s.words(0, 0, 100, -1);
    s.call("setrlimit", 1, buffer(0));
    s.call("signal", 25, 1);
    s.call("write", fd, buffer(1), 150);
    s.call("write", fd, buffer(1), 1);
    s.call("ftruncate", fd, 101);
    s.call("ftruncate", fd, 100);
    s.call("truncate", "f", 101);
    size(s, fd);
  }),
  user("writing takes the set-user-ID bit away", (s) => {
    const fd = s.call("open", "f", O_CREAT | O_RDWR, 0o777);
    s.call("fchmod", fd, 0o6775);
    s.show([u32(buffer(7, 16))], "fstat64", fd, buffer(7));
    s.call("write", fd, "x", 1);
    s.show([u32(buffer(7, 16))], "fstat64", fd, buffer(7));
    s.call("fchmod", fd, 0o2745);
    s.call("write", fd, "x", 1);
    s.show([u32(buffer(7, 16))], "fstat64", fd, buffer(7));
  }),
];
