/** Runs GNU objdump and reads its listing. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The version whose texts the disassembler follows; others differ in details. */
const VERSION = "2.40";

const UNDEFINED = "(bad)";
/** What objdump says of undefined encodings, and, in the middle of names, of undefined fields. */
const UNDEFINED_PART = /\(bad\)|\{ba/;

/** One instruction of a listing. */
export class Line {
  readonly address: number;
  /** Its bytes. */
  readonly hex: string;
  /** Normalised. */
  readonly text: string;

  constructor(address: number, hex: string, text: string) {
    this.address = address;
    this.hex = hex;
    this.text = text;
  }

  get bytes(): Uint8Array {
    return Buffer.from(this.hex, "hex");
  }

  /** Does objdump know the instruction? */
  get isDecoded(): boolean {
    return this.text !== UNDEFINED;
  }

  /** The length to expect: objdump counts prefixes and more to what is undefined, the disassembler one byte. */
  get length(): number {
    return this.isDecoded ? this.hex.length / 2 : 1;
  }
}

/** Why there is nothing to compare with; null if there is. */
export function objdumpUnavailable(): string | null {
  const { stdout, error } = spawnSync("objdump", ["--version"], { encoding: "utf8" });
  if (error) return "objdump (binutils) is not installed";
  const version = /^GNU objdump .*?(\d+\.\d+)/.exec(stdout)?.[1] ?? "unknown";
  return version === VERSION ? null : `objdump is version ${version}, not ${VERSION}`;
}

/**
 * What may differ from the disassembler's text: spaces are collapsed, ` <symbol+offset>` and ` # comment` are dropped,
 * a branch target, which is bare before a symbol, gets its 0x, and what has "(bad)" or "{bad" anywhere is "(bad)".
 */
export function normalise(text: string): string {
  if (UNDEFINED_PART.test(text)) return UNDEFINED;
  const words = text.replace(/\s+/g, " ");
  if (!words.includes("<") && !words.includes("#")) return words.trimEnd();
  return words
    .replace(/ ([0-9a-f]+) <.*$/, " 0x$1")
    .replace(/ [<#].*$/, "")
    .trimEnd();
}

/** Instructions that follow each other. */
export interface Part {
  /** Is it the first part of a section? */
  readonly begins: boolean;
  readonly lines: readonly Line[];
}

/** The sections of files (or archives) that objdump disassembles, in parts. Throws if objdump fails. */
export async function* listing(args: readonly string[]): AsyncGenerator<Part> {
  const options = ["-w", "-z", "-M", "intel", "--insn-width=16", ...args];
  const child = spawn("objdump", options, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let begins = true;
  let rest = "";
  for await (const chunk of child.stdout.setEncoding("latin1")) {
    const rows = (rest + String(chunk)).split("\n");
    rest = rows.pop() ?? "";
    let lines: Line[] = [];
    for (const row of rows) {
      if (row.startsWith("Disassembly of section")) {
        if (lines.length) yield { begins, lines };
        begins = true;
        lines = [];
        continue;
      }
      const colon = row.indexOf(":\t");
      const tab = row.indexOf("\t", colon + 2);
      if (colon < 0 || tab < 0) continue;
      const address = Number.parseInt(row.slice(0, colon), 16);
      lines.push(new Line(address, row.slice(colon + 2, tab).replaceAll(" ", ""), normalise(row.slice(tab + 1))));
    }
    if (lines.length) {
      yield { begins, lines };
      begins = false;
    }
  }
  const [status] = (await closed) as [number | null];
  if (status !== 0) throw new Error(`objdump ended with ${status}`);
}

/** Where the encodings of `slots` lie. */
export const SLOTS = 0x0804_8000;
/** Each has this many bytes, which NOPs fill up. */
export const SLOT = 32;
const NOP = 0x90;

/** The code that holds each encoding in a slot of its own. */
export function slots(encodings: readonly Uint8Array[]): Uint8Array {
  const code = new Uint8Array(encodings.length * SLOT).fill(NOP);
  encodings.forEach((encoding, i) => code.set(encoding, i * SLOT));
  return code;
}

/** What objdump makes of each encoding, at its slot. Its bytes are as many as objdump takes. */
export async function disassembleSlots(encodings: readonly Uint8Array[]): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), "linux-gate-"));
  try {
    const file = join(folder, "code");
    writeFileSync(file, slots(encodings));
    const lines: Line[] = [];
    for await (const part of listing(["-D", "-b", "binary", "-m", "i386", `--adjust-vma=${SLOTS}`, file])) {
      lines.push(...part.lines.filter(({ address }) => (address - SLOTS) % SLOT === 0));
    }
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
