/** Pipes, fifos, poll and select. */
import { file, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, root } from "../case.ts";
import { buffer, bytes, end, u16, u32, type Script } from "../script.ts";

const POLLIN = 1;
const POLLOUT = 4;

/** The descriptors 3 and 4, the two ends. */
function pipe(s: Script, flags = 0): void {
  s.show([u32(buffer(0)), u32(buffer(0, 4))], "pipe2", buffer(0), flags);
}

/** poll() over descriptor and events pairs, without waiting; prints what is told of each. */
function poll(s: Script, ...entries: readonly (readonly [number, number])[]): void {
  entries.forEach(([fd, events], i) => s.words(1, 8 * i, fd, events));
  const told = entries.map((_, i) => u16(buffer(1, 8 * i + 6)));
  s.show(told, "poll", buffer(1), entries.length, 0);
}

export const pipeCases = [
  root("pipe", (s) => {
    pipe(s);
    s.show([u32(buffer(1, 16))], "fstat64", 3, buffer(1));
    s.call("write", 4, "hello", 5);
    s.show([u32(buffer(1))], "ioctl", 3, 0x541b, buffer(1));
    s.show([bytes(buffer(1), 3)], "read", 3, buffer(1), 3);
    s.show([bytes(buffer(1), 2)], "read", 3, buffer(1), 3);
    s.call("read", 4, buffer(1), 1);
    s.call("write", 3, buffer(1), 1);
    s.call("lseek", 3, 0, 0);
    s.call("write", 4, "x", 1);
    s.call("close", 4);
    s.call("read", 3, buffer(1), 10);
    s.call("read", 3, buffer(1), 10);
    s.call("fcntl64", 3, 3);
  }),
  root("pipe: nobody reads", (s) => {
    pipe(s);
    s.call("signal", 13, 1);
    s.call("close", 3);
    s.call("write", 4, "x", 1);
    s.call("write", 4, "x", 0);
    poll(s, [4, POLLOUT]);
  }),
  root("pipe: full and empty without waiting", (s) => {
    pipe(s, O_NONBLOCK | O_CLOEXEC);
    s.call("fcntl64", 3, 1);
    s.call("fcntl64", 4, 3);
    s.call("read", 3, buffer(1), 1);
    s.call("fcntl64", 3, 1032);
    for (let i = 0; i < 17; i++) s.call("write", 4, buffer(2), 4096);
    s.call("write", 4, "x", 1);
    poll(s, [4, POLLOUT], [3, POLLIN]);
    s.call("read", 3, buffer(1), 100);
    s.call("write", 4, buffer(2), 4096);
    s.call("read", 3, buffer(1), 4000);
    poll(s, [4, POLLOUT], [3, POLLIN]);
    s.call("write", 4, buffer(2), 4096);
    s.call("fcntl64", 4, 1031, 4096);
    s.call("pipe2", buffer(0), 1);
    s.call("pipe", end(4));
    s.call("pipe", end(0));
    pipe(s);
  }),
  root("pipe: sizes", (s) => {
    pipe(s);
    s.call("fcntl64", 4, 1031, 5000);
    s.call("fcntl64", 3, 1032);
    s.call("fcntl64", 4, 1031, 1);
    s.call("fcntl64", 4, 1031, 1 << 20);
    s.call("fcntl64", 4, 1031, 0);
    file(s, "f");
    s.call("fcntl64", s.call("open", "f", O_RDONLY), 1032);
  }),
  root("fifo", (s) => {
    s.call("mknod", "p", 0o10644, 0);
    s.call("open", "p", O_WRONLY | O_NONBLOCK);
    const r = s.call("open", "p", O_RDONLY | O_NONBLOCK);
    s.call("read", r, buffer(1), 1);
    poll(s, [3, POLLIN]);
    const w = s.call("open", "p", O_WRONLY | O_NONBLOCK);
    s.call("read", r, buffer(1), 1);
    s.call("write", w, "abc", 3);
    s.call("read", r, buffer(1), 10);
    s.call("close", w);
    s.call("read", r, buffer(1), 10);
    poll(s, [3, POLLIN]);
    s.call("open", "p", O_WRONLY);
    s.call("open", "p", O_RDWR);
  }),
  root("poll", (s) => {
    pipe(s);
    file(s, "f");
    s.call("open", "f", O_RDWR);
    poll(s, [3, POLLIN], [4, POLLOUT], [5, POLLIN | POLLOUT], [99, POLLIN], [-1, POLLIN]);
    s.call("write", 4, "x", 1);
    poll(s, [3, POLLIN], [3, POLLOUT], [3, 0]);
    s.call("close", 4);
    poll(s, [3, POLLIN], [3, 0]);
    s.call("read", 3, buffer(2), 1);
    poll(s, [3, POLLIN]);
    s.words(2, 0, 100, 100);
    s.call("setrlimit", 7, buffer(2));
    s.call("poll", buffer(1), 101, 0);
    s.call("poll", end(4), 1, 0);
    s.call("poll", 0, 0, 0);
    s.call("poll", 0, 0, 5);
    s.words(3, 0, 0, 1000);
    s.call("ppoll", 0, 0, buffer(3), 0, 0);
    s.words(3, 0, 0, 2_000_000_000);
    s.call("ppoll", 0, 0, buffer(3), 0, 0);
    s.words(3, 0, 0, 0);
    s.call("ppoll", 0, 0, buffer(3), buffer(4), 8);
    s.call("ppoll", 0, 0, buffer(3), buffer(4), 4);
  }),
  root("select", (s) => {
    pipe(s);
    s.call("write", 4, "x", 1);
    const sets = (read: number, write: number, except: number) => {
      s.words(1, 0, read, write, except);
      s.words(2, 0, 0, 0);
    };
    const told = [u32(buffer(1)), u32(buffer(1, 4)), u32(buffer(1, 8))];
    const select = (count: number) =>
      s.show(told, "_newselect", count, buffer(1), buffer(1, 4), buffer(1, 8), buffer(2));
    sets(0b01000, 0b10000, 0b11000);
    select(5);
    sets(0b11000, 0b11000, 0);
    select(5);
    sets(0b11000, 0b11000, 0);
    select(4);
    sets(0b100000, 0, 0);
    select(6);
    sets(0b100000, 0, 0);
    select(5);
    sets(0, 0, 0);
    select(-1);
    s.call("_newselect", 0, 0, 0, 0, buffer(2));
    s.words(2, 0, 0, 2_000_000);
    s.call("_newselect", 5, buffer(1), 0, 0, buffer(2));
    s.words(2, 0, 0, -1);
    s.call("_newselect", 5, buffer(1), 0, 0, buffer(2));
    s.call("_newselect", 5, end(0), 0, 0, buffer(2));
    s.words(1, 0, 0b1000);
    s.words(2, 0, 0, 0);
    s.words(3, 0, 5, buffer(1), 0, 0, buffer(2));
    s.show([u32(buffer(1))], "select", buffer(3));
    s.show([u32(buffer(1))], "pselect6", 5, buffer(1), 0, 0, buffer(2), 0);
  }),
];
