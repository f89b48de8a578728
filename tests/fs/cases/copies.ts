/** sendfile and copy_file_range. */
import { file, O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, root } from "../case.ts";
import { buffer, bytes, u32 } from "../script.ts";

export const copyCases = [
  root("sendfile", (s) => {
    file(s, "f", "0123456789");
    const from = s.call("open", "f", O_RDONLY);
    const to = s.call("open", "g", O_CREAT | O_RDWR | O_TRUNC, 0o644);
    s.call("sendfile", to, from, 0, 4);
    s.call("lseek", from, 0, 1);
    s.words(0, 0, 2, 0);
    s.show([u32(buffer(0))], "sendfile", to, from, buffer(0), 3);
    s.call("lseek", from, 0, 1);
    s.show([u32(buffer(0)), u32(buffer(0, 4))], "sendfile64", to, from, buffer(0), 100);
    s.call("sendfile", to, from, 0, 100);
    s.call("sendfile", to, from, 0, 100);
    s.show([bytes(buffer(1), 18)], "pread64", to, buffer(1), 100, 0, 0);
    s.words(0, 0, -1, -1);
    s.call("sendfile64", to, from, buffer(0), 1);
    s.call("sendfile", to, from, buffer(0), 1);
    s.call("sendfile", to, s.call("open", "f", O_WRONLY), 0, 1);
    s.call("sendfile", from, from, 0, 1);
    s.call("sendfile", 99, from, 0, 1);
    s.call("sendfile", to, 99, 0, 1);
    s.call("sendfile", s.call("open", "g", O_WRONLY | O_APPEND), from, 0, 1);
    s.call("sendfile", to, s.call("open", ".", O_RDONLY), 0, 1);
    s.call("lseek", from, 0, 0);
    s.call("sendfile", to, from, 0, 0);
    s.call("sendfile", to, from, 0x1, 1);
  }),
  root("copy_file_range", (s) => {
    file(s, "f", "0123456789");
    const from = s.call("open", "f", O_RDONLY);
    const to = s.call("open", "g", O_CREAT | O_RDWR | O_TRUNC, 0o644);
    s.call("copy_file_range", from, 0, to, 0, 4, 0);
    s.call("lseek", from, 0, 1);
    s.call("lseek", to, 0, 1);
    s.words(0, 0, 7, 0, 1, 0);
    s.show([u32(buffer(0)), u32(buffer(0, 8))], "copy_file_range", from, buffer(0), to, buffer(0, 8), 100, 0);
    s.show([bytes(buffer(1), 4)], "pread64", to, buffer(1), 100, 0, 0);
    s.call("lseek", to, 0, 1);
    s.call("copy_file_range", from, 0, to, 0, 4, 1);
    s.call("copy_file_range", from, 0, from, 0, 4, 0);
    s.call("copy_file_range", 99, 0, to, 0, 4, 0);
    s.call("copy_file_range", from, 0, s.call("open", ".", O_RDONLY), 0, 4, 0);
    s.call("copy_file_range", 0, 0, to, 0, 4, 0);
    s.call("copy_file_range", from, 0, s.call("open", "g", O_WRONLY | O_APPEND), 0, 4, 0);
    const same = s.call("open", "f", O_RDWR);
    s.words(0, 0, 0, 0, 2, 0);
    s.call("copy_file_range", same, buffer(0), same, buffer(0, 8), 4, 0);
    s.words(0, 0, 0, 0, 5, 0);
    s.call("copy_file_range", same, buffer(0), same, buffer(0, 8), 5, 0);
    s.show([bytes(buffer(1), 10)], "pread64", same, buffer(1), 100, 0, 0);
    s.call("copy_file_range", from, 0, to, 0, 100, 0);
    s.call("copy_file_range", from, 0, to, 0, 100, 0);
  }),
];
