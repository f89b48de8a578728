/** Guest programs of a few instructions, made on the spot: what a test of the command needs and no more. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BASE = 0x0804_8000;
const HEADERS = 52 + 32;

/** A static i386 ELF file of one readable, writable and executable segment: headers, then `code`, its entry point. */
function elf(code: readonly number[]): Uint8Array {
  const file = new Uint8Array(HEADERS + code.length);
  const view = new DataView(file.buffer);
  // ELFCLASS32, ELFDATA2LSB, EV_CURRENT.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const half = (at: number, value: number): void => view.setUint16(at, value, true);
  const word = (at: number, value: number): void => view.setUint32(at, value, true);
  half(16, 2); // ET_EXEC
  half(18, 3); // EM_386
  word(20, 1);
  word(24, BASE + HEADERS);
  word(28, 52);
  half(40, 52);
  half(42, 32);
  half(44, 1);
  word(52, 1); // PT_LOAD
  word(60, BASE);
  word(64, BASE);
  word(68, file.length);
  word(72, file.length);
  word(76, 7);
  word(80, 0x1000);
  file.set(code, HEADERS);
  return file;
}

/** MOV EAX, number; INT 0x80. */
const call = (number: number): number[] => [0xb8, number, 0, 0, 0, 0xcd, 0x80];
/** MOV EBX, value (a byte). */
const ebx = (value: number): number[] => [0xbb, value, 0, 0, 0];

const EXIT = 1;
const READ = 3;
const WRITE = 4;

/** exit(status). */
export const exitWith = (status: number): Uint8Array => elf([...ebx(status), ...call(EXIT)]);

/** JMP to itself. */
export const spin = elf([0xeb, 0xfe]);

/** MOV EAX, [0]. */
export const fault = elf([0xa1, 0, 0, 0, 0]);

/** INT 0x80 with a number that no system call has, then exit(0). */
export const unknownCall = elf([0xb8, 0x0f, 0x27, 0, 0, 0xcd, 0x80, ...ebx(0), ...call(EXIT)]);

/** Copies standard input to standard output and standard error, a byte at a time, to its end; then exit(0). */
export const copy = elf(
  (() => {
    const start = [0x89, 0xe1, 0xba, 1, 0, 0, 0]; // MOV ECX, ESP; MOV EDX, 1
    const read = [...ebx(0), ...call(READ)];
    const test = [0x83, 0xf8, 1]; // CMP EAX, 1
    const write = [...ebx(1), ...call(WRITE), ...ebx(2), ...call(WRITE)];
    const body = [...read, ...test, 0x75, write.length + 2, ...write];
    return [...start, ...body, 0xeb, 256 - (body.length + 2), ...ebx(0), ...call(EXIT)];
  })(),
);

/** A new empty folder, which goes when the tests of this file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-gate-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `programs` into a new folder and tells their paths. */
export function writePrograms<Name extends string>(programs: Readonly<Record<Name, Uint8Array>>): Record<Name, string> {
  const folder = temporaryFolder();
  const paths = {} as Record<Name, string>;
  for (const name of Object.keys(programs) as Name[]) {
    paths[name] = join(folder, name);
    writeFileSync(paths[name], programs[name]);
    chmodSync(paths[name], 0o755);
  }
  return paths;
}
