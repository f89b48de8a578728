/** Runs GNU objdump and reads its listing. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The version whose texts the disassembler follows; others differ in details. */
const VERSION = "2.40";

export interface Line {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Normalised. */
  readonly text: string;
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
 * a branch target, which is bare before a symbol, gets its 0x, and what has "(bad)" anywhere is nothing else.
 */
export function normalise(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/ ([0-9a-f]+) <.*$/, " 0x$1")
    .replace(/ [<#].*$/, "")
    .replace(/^.*\(bad\).*$/, "(bad)")
    .trim();
}

/** The length to expect: objdump counts prefixes and more to what is undefined, the disassembler one byte. */
export function expectedLength({ bytes, text }: Line): number {
  return text === "(bad)" ? 1 : bytes.length;
}

/** The sections of a file (or archive) that objdump disassembles, each as the list of its instructions. */
export async function* listing(args: readonly string[]): AsyncGenerator<Line[]> {
  const options = ["-w", "-z", "-M", "intel", "--insn-width=16", ...args];
  const child = spawn("objdump", options, { stdio: ["ignore", "pipe", "inherit"] });
  let lines: Line[] = [];
  for await (const row of createInterface({ input: child.stdout })) {
    if (row.startsWith("Disassembly of section")) {
      if (lines.length) yield lines;
      lines = [];
      continue;
    }
    const [place = "", bytes, text = ""] = row.split("\t");
    if (bytes === undefined || !place.endsWith(":")) continue;
    const address = Number.parseInt(place, 16);
    lines.push({ address, bytes: Buffer.from(bytes.replaceAll(" ", ""), "hex"), text: normalise(text) });
  }
  if (lines.length) yield lines;
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
    let lines: Line[] = [];
    for await (const section of listing(["-D", "-b", "binary", "-m", "i386", `--adjust-vma=${SLOTS}`, file])) {
      lines = section.filter(({ address }) => (address - SLOTS) % SLOT === 0);
    }
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
