import { access, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Mount } from "../index.ts";

/** What `linux-gate run PROGRAM` runs. */
export interface Program {
  /** Its path in the guest. */
  readonly path: string;
  /** Its bytes, if it is a file of the host that the guest would not have otherwise. */
  readonly file?: Uint8Array;
  /** What is wrong with that file, in a few words. */
  readonly problem?: string;
}

/**
 * Finds PROGRAM: where a mount lies over its path, in there; else among the host's files; else it is for the guest to
 * look for. A file of the host keeps its absolute path; if a mount would hide it there, it goes to the guest's root.
 */
export async function findProgram(program: string, mounts: readonly Mount[]): Promise<Program> {
  const path = resolve(program);
  const over = mounts
    .filter(({ guest }) => isUnder(path, guest))
    .reduce<Mount | null>(
      (deepest, mount) => (deepest && deepest.guest.length > mount.guest.length ? deepest : mount),
      null,
    );
  if (over && (await exists(join(over.host, path.slice(over.guest.length))))) return { path };

  const guestPath = over ? `/${basename(path)}` : path;
  if (over && isUnder(guestPath, over.guest)) return { path: program };
  try {
    return { path: guestPath, file: await readFile(path) };
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case "ENOENT":
      case "ENOTDIR":
        return { path: program };
      case "EISDIR":
        return { path, problem: "Is a directory" };
      case "EACCES":
        return { path, problem: "Permission denied" };
      default:
        return { path, problem: (error as Error).message };
    }
  }
}

function isUnder(path: string, folder: string): boolean {
  return `${path}/`.startsWith(folder.replace(/\/*$/, "/"));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
