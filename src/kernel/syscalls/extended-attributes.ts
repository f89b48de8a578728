/** Extended attributes (xattr(7)): no file system here has any, and they say so as ramfs does on Linux. */
import { EBADF, EOPNOTSUPP } from "../../abi/errno.ts";
import { AT_FDCWD, O_PATH } from "../../abi/fcntl.ts";
import { lookup } from "../../fs/index.ts";
import type { Task } from "../task.ts";
import { readPath } from "./guest-memory.ts";
import type { SystemCallHandler } from "./row.ts";

/** `result` if there is such a file. */
function onPath(follow: boolean, result: number): SystemCallHandler {
  return (task: Task, path: number) => {
    const name = readPath(task, path);
    if (typeof name === "number") return name;
    const found = lookup(task, AT_FDCWD, name, { follow });
    return typeof found === "number" ? found : result;
  };
}

function onFile(result: number): SystemCallHandler {
  return (task: Task, fd: number) => {
    const file = task.files.get(fd);
    return file === undefined || (file.flags & O_PATH) !== 0 ? -EBADF : result;
  };
}

export const sysSetxattr = onPath(true, -EOPNOTSUPP);
export const sysLsetxattr = onPath(false, -EOPNOTSUPP);
export const sysFsetxattr = onFile(-EOPNOTSUPP);
export const sysGetxattr = onPath(true, -EOPNOTSUPP);
export const sysLgetxattr = onPath(false, -EOPNOTSUPP);
export const sysFgetxattr = onFile(-EOPNOTSUPP);
export const sysListxattr = onPath(true, 0);
export const sysLlistxattr = onPath(false, 0);
export const sysFlistxattr = onFile(0);
export const sysRemovexattr = onPath(true, -EOPNOTSUPP);
export const sysLremovexattr = onPath(false, -EOPNOTSUPP);
export const sysFremovexattr = onFile(-EOPNOTSUPP);
