/**
 * System calls as a script, for tests/guest/calls.c: the same lines run on Linux and in linux-gate, and must give the
 * same results.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SYSTEM_CALL_NAMES } from "../../src/abi/unistd.ts";
import { ERRORS } from "../../src/abi/errno.ts";
import { run } from "../../src/index.ts";
import { bytesInput, callbackOutput, deterministicPlatform } from "../../src/platform/deterministic.ts";
import { loadCore } from "../../src/platform/node.ts";
import { NodeFolder } from "../../src/platform/node-folder.ts";

const program = fileURLToPath(new URL("../guest/built/calls.elf", import.meta.url));
/** Where the calls are made: a fresh folder with the sticky bit. All its names are equally long. */
const NATIVE_FOLDER = "/dev/shm/linux-gate-";
const GUEST_FOLDER = `${NATIVE_FOLDER}inside`;
/** The user of scripts that are not root's; nobody has it. */
const USER = 54321;

/** An argument: a number, a string of bytes, or something the program works out. */
export type Argument = number | string | Reference;

class Reference {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The address of one of the program's eight buffers of 8 KiB. */
export const buffer = (index: number, offset = 0): Reference => new Reference(`&${index}+${offset}`);
/** `before` bytes below the end of what is mapped there. */
export const end = (before = 0): Reference => new Reference(`^-${before}`);

/** What to print after a call. */
export const u32 = (at: Reference): string => `u${at.text}`;
export const u16 = (at: Reference): string => `h${at.text}`;
export const u8 = (at: Reference): string => `b${at.text}`;
export const text = (at: Reference): string => `s${at.text}`;
export const bytes = (at: Reference, count: number): string => `x${at.text}:${count}`;

export class Script {
  readonly lines: string[] = [];
  /** What each printed line belongs to. */
  readonly labels: string[] = [];
  private readonly first: number;

  constructor(first: number) {
    this.first = first;
  }

  /** Adds a call; what it gave can be an argument of later ones. */
  call(name: string, ...args: readonly Argument[]): Reference {
    return this.show([], name, ...args);
  }

  /** Adds a call after which memory is printed. */
  show(shows: readonly string[], name: string, ...args: readonly Argument[]): Reference {
    const number = SYSTEM_CALL_NAMES.indexOf(name);
    if (number < 0) throw new Error(`no system call is called ${name}`);
    const suffix = shows.length === 0 ? "" : ` ; ${shows.join(" ")}`;
    this.lines.push(`${[number, ...args.map(encode)].join(" ")}${suffix}`);
    this.labels.push(`${name}(${args.map(describe).join(", ")})`);
    return new Reference(`$${this.first + this.labels.length - 1}`);
  }

  put(at: Reference, size: number, value: Argument): void {
    this.lines.push(`put ${at.text} ${size} ${encode(value)}`);
  }

  /** Stores 32-bit numbers from `at` in buffer `index` on. */
  words(index: number, at: number, ...values: readonly Argument[]): void {
    values.forEach((value, i) => this.put(buffer(index, at + 4 * i), 4, value));
  }

  zero(index: number): void {
    this.lines.push(`zero &${index}`);
  }
}

function encode(argument: Argument): string {
  if (typeof argument === "number") return String(argument);
  if (typeof argument !== "string") return argument.text;
  const escaped = argument.replace(/[^!#-[\]-~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

function describe(argument: Argument): string {
  if (typeof argument === "number")
    return argument > 9 || argument < -1 ? `0${argument.toString(8)}` : String(argument);
  if (typeof argument !== "string") return argument.text;
  return argument.length > 60 ? `"${argument.slice(0, 20)}..." (${argument.length})` : JSON.stringify(argument);
}

export interface Case {
  readonly name: string;
  /** Runs as a user without privileges. */
  readonly asUser: boolean;
  write(script: Script): void;
}

/** In the folder when a case begins: root's own. */
export const FOREIGN_FILE = "foreign";
export const FOREIGN_FOLDER = "closed";

interface Assembled {
  readonly input: string;
  /** Lines that are printed before the case begins. */
  readonly prelude: number;
  /** What each line after those belongs to. */
  readonly labels: readonly string[];
}

/** The whole input of the program. */
function assemble(test: Case, folder: string): Assembled {
  const prelude = new Script(0);
  prelude.call("mkdir", folder, 0o755);
  prelude.call("chmod", folder, 0o1777);
  prelude.call("chdir", folder);
  prelude.call("umask", 0o22);
  prelude.call("close", prelude.call("creat", FOREIGN_FILE, 0o644));
  prelude.call("mkdir", FOREIGN_FOLDER, 0o700);
  if (test.asUser) {
    prelude.call("setgroups32", 0, 0);
    prelude.call("setresgid32", USER, USER, USER);
    prelude.call("setresuid32", USER, USER, USER);
  }
  const script = new Script(prelude.labels.length);
  test.write(script);
  const input = `${[...prelude.lines, ...script.lines].join("\n")}\n`;
  return { input, prelude: prelude.labels.length, labels: script.labels };
}

/** One line a call: `name(arguments) = result`, errors by name. */
function present(output: string, { prelude, labels }: Assembled): string[] {
  const lines = output.split("\n").slice(prelude, -1);
  return lines.map((line, i) => {
    const [result, ...shown] = line.split(" ");
    return [`${labels[i] ?? "?"} = ${nameOf(Number(result))}`, ...shown].join(" ");
  });
}

function nameOf(result: number): string {
  return ERRORS.find(([number]) => number === -result)?.[1] ?? String(result);
}

/** Runs a case on this machine's Linux, in a fresh folder on its tmpfs. */
export function runNatively(test: Case): string[] {
  const folder = mkdtempSync(NATIVE_FOLDER);
  try {
    const assembled = assemble(test, folder);
    const { status, signal, stdout } = spawnSync(program, { input: assembled.input });
    if (status !== 0) throw new Error(`${test.name}: ended with ${status ?? signal}`);
    return present(stdout.toString("latin1").replaceAll(folder, GUEST_FOLDER), assembled);
  } finally {
    // Node cannot remove a tree whose paths are too long; rm can.
    spawnSync("rm", ["-rf", folder]);
  }
}

const core = loadCore();

/** Runs a case in linux-gate, in a fresh folder of this machine that is mounted there. */
export async function runMounted(test: Case): Promise<string[]> {
  const folder = mkdtempSync(NATIVE_FOLDER);
  try {
    return await runInside(test, { host: folder });
  } finally {
    spawnSync("rm", ["-rf", folder]);
  }
}

export interface InsideOptions {
  /** The folder of this machine to work in; absent: a folder in memory. */
  readonly host?: string;
  readonly readOnly?: boolean;
  /** Ends a case that waits for ever: what it has printed until then is the result. */
  readonly signal?: AbortSignal;
}

/** Runs a case in linux-gate. */
export async function runInside(test: Case, options: InsideOptions = {}): Promise<string[]> {
  const { host, readOnly = false, signal } = options;
  const assembled = assemble(test, GUEST_FOLDER);
  const stdout: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  const result = await run({
    module: await core,
    platform: {
      ...deterministicPlatform({ openFolder: (path) => NodeFolder.open(path) }),
      stdin: bytesInput(Buffer.from(assembled.input, "latin1")),
      stdout: callbackOutput((part) => stdout.push(part)),
      stderr: callbackOutput((part) => errors.push(part)),
    },
    program: "/bin/calls.elf",
    files: { "/bin/calls.elf": readFileSync(program) },
    ...(host !== undefined && { mounts: [{ host, guest: GUEST_FOLDER, readOnly }] }),
    ...(signal && { signal }),
    uid: 0,
    gid: 0,
  });
  if (result.status !== 0 && signal?.aborted !== true)
    throw new Error(`${test.name}: ${result.report ?? Buffer.concat(errors).toString()}`);
  return present(Buffer.concat(stdout).toString("latin1"), assembled);
}
