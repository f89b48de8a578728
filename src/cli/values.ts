/** The values of options: each function reads one from the command line or says in a line what is wrong with it. */
import { InvalidArgumentError } from "commander";
import type { Mount } from "../index.ts";

/** `HOST:GUEST[:ro]`, added to those before it. A host path may hold colons, the guest's not. */
export function mount(value: string, before: readonly Mount[] = []): readonly Mount[] {
  const match = /^(.+):(\/[^:]*?)(:ro|:rw)?$/.exec(value);
  if (!match) throw new InvalidArgumentError("It is HOST:GUEST or HOST:GUEST:ro, with an absolute path for GUEST.");
  const [, host = "", guest = "", access] = match;
  return [...before, { host, guest, readOnly: access === ":ro" }];
}

/** `NAME=VALUE`, added to those before it. */
export function environmentVariable(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const separator = value.indexOf("=");
  if (separator <= 0) throw new InvalidArgumentError("It is NAME=VALUE.");
  return { ...before, [value.slice(0, separator)]: value.slice(separator + 1) };
}

const units: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** A number of bytes: `65536`, `64K`, `64M`, `1G`; at most the 3 GiB that a program can address. */
export function size(value: string): number {
  const match = /^(\d+)([KMG]?)$/i.exec(value);
  const bytes = match ? Number(match[1]) * (units[(match[2] ?? "").toUpperCase()] ?? NaN) : NaN;
  if (!(bytes > 0 && bytes <= 3 * 2 ** 30)) throw new InvalidArgumentError("It is a size of at most 3G, as 64M.");
  return bytes;
}

/** A 32-bit number, decimal or hexadecimal. */
export function seed(value: string): number {
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : NaN;
  if (!(number <= 0xffff_ffff)) throw new InvalidArgumentError("It is a number from 0 to 4294967295.");
  return number;
}

/** How many times: a number from 1 on. */
export function count(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= 1 && number <= 1e9)) throw new InvalidArgumentError("It is a number from 1 to 1000000000.");
  return number;
}
