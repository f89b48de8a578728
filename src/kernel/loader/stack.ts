/** The first stack of a program (copy_strings and create_elf_tables in Linux), from the top downward. */
import { E2BIG, ENOMEM } from "../../abi/errno.ts";
import { PAGE_SIZE } from "../../abi/layout.ts";
import type { Task } from "../task.ts";

export interface StackContents {
  readonly argv: readonly string[];
  readonly envp: readonly string[];
  /** AT_EXECFN: the path as it was given. */
  readonly path: string;
  readonly platform: string;
  /** AT_RANDOM: 16 bytes. */
  readonly random: Uint8Array;
  /** Bytes to move down by before the tables (arch_align_stack), below 8192. */
  readonly shift: number;
}

export interface StackPlaces {
  readonly argumentsStart: number;
  readonly argumentsEnd: number;
  readonly environmentStart: number;
  readonly environmentEnd: number;
  readonly execfn: number;
  readonly platform: number;
  readonly random: number;
}

/** Strings of argv and envp: a quarter of the stack's limit, but 6 MiB at most and 128 KiB at least (execve(2)). */
const MAX_STRINGS = 6 << 20;
const MIN_STRINGS = 128 << 10;
/** One string (MAX_ARG_STRLEN). */
const MAX_STRING = 32 * PAGE_SIZE;

/** Will argv and envp fit on a stack of `limit` bytes? 0 or -E2BIG. */
export function judgeStrings(argv: readonly string[], envp: readonly string[], limit: number): number {
  const room = Math.max(MIN_STRINGS, Math.min(MAX_STRINGS, limit / 4));
  let size = 0;
  for (const text of [...argv, ...envp]) {
    if (text.length >= MAX_STRING) return -E2BIG;
    size += text.length + 1 + 4;
  }
  return size > room ? -E2BIG : 0;
}

/**
 * Writes strings and tables below `top`, sets ESP, and tells where things are; -ENOMEM if the stack has no room.
 * `vector` makes the auxiliary vector from the places of what it points to.
 */
export function writeStack(
  task: Task,
  top: number,
  contents: StackContents,
  vector: (places: StackPlaces) => readonly number[],
): { readonly places: StackPlaces; readonly auxiliaryVector: Uint8Array; readonly esp: number } | number {
  const { argv, envp, path } = contents;
  const length = (strings: readonly string[]): number => strings.reduce((sum, text) => sum + text.length + 1, 0);
  // The last word before the top is zero, and so is the page above: hot stack pages have a mapped page after them.
  const execfn = top - PAGE_SIZE - 4 - (path.length + 1);
  const environmentStart = execfn - length(envp);
  const argumentsStart = environmentStart - length(argv);
  let low = (argumentsStart - contents.shift) & ~15;
  low = (low >>> 0) - (contents.platform.length + 1);
  const platform = low;
  const random = low - contents.random.length;
  const places = {
    argumentsStart,
    argumentsEnd: environmentStart,
    environmentStart,
    environmentEnd: execfn,
    execfn,
    platform,
    random,
  };
  const auxiliary = vector(places);
  const tables = 4 * (1 + argv.length + 1 + envp.length + 1);
  const esp = ((random & ~15) - 4 * auxiliary.length - tables) & ~15;

  const write = (address: number, text: string): number => {
    const bytes = task.machine.bytes;
    for (let i = 0; i < text.length; i++) bytes[address + i] = text.charCodeAt(i);
    return address + text.length + 1;
  };
  if (task.writable(esp >>> 0, top - (esp >>> 0)) === null) return -ENOMEM;
  const words = [argv.length];
  let at = argumentsStart;
  for (const text of argv) {
    words.push(at);
    at = write(at, text);
  }
  words.push(0);
  for (const text of envp) {
    words.push(at);
    at = write(at, text);
  }
  words.push(0);
  write(execfn, path);
  write(platform, contents.platform);
  task.machine.bytes.set(contents.random, random);
  const { view } = task.machine;
  [...words, ...auxiliary].forEach((value, i) => view.setUint32((esp >>> 0) + 4 * i, value, true));
  const vectorStart = (esp >>> 0) + 4 * words.length;
  const auxiliaryVector = task.machine.bytes.slice(vectorStart, vectorStart + 4 * auxiliary.length);
  return { places, auxiliaryVector, esp: esp >>> 0 };
}
