import type { Case, Script } from "./script.ts";

/** A case for root. */
export function root(name: string, write: (script: Script) => void): Case {
  return { name, asUser: false, write };
}

/** A case for a user without privileges. */
export function user(name: string, write: (script: Script) => void): Case {
  return { name, asUser: true, write };
}

/** open's flags that every case uses. */
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_LARGEFILE = 0o100000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_EACCESS = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;

/** Makes the file `name` with `contents`. */
export function file(script: Script, name: string, contents = "", mode = 0o644): void {
  const fd = script.call("open", name, O_CREAT | O_WRONLY | O_TRUNC, mode);
  if (contents !== "") script.call("write", fd, contents, contents.length);
  script.call("close", fd);
}
