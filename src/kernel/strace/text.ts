/** The pieces strace's lines are made of: quoted bytes, sets of flags, names of constants. */

/** strace shows this much of a buffer (-s 32). */
export const STRING_LIMIT = 32;

const ESCAPES: Readonly<Record<number, string>> = {
  0x09: "\\t",
  0x0a: "\\n",
  0x0b: "\\v",
  0x0c: "\\f",
  0x0d: "\\r",
  0x22: '\\"',
  0x5c: "\\\\",
};

/** Bytes as a C string; what cannot be printed in octal, no longer than it must be. */
export function quote(bytes: Uint8Array, isCut = false): string {
  let text = "";
  bytes.forEach((byte, i) => {
    const escape = ESCAPES[byte];
    if (escape !== undefined) text += escape;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(isOctalDigit(bytes[i + 1]) ? 3 : 1, "0")}`;
  });
  return `"${text}"${isCut ? "..." : ""}`;
}

function isOctalDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

export function hex(value: number): string {
  return value === 0 ? "0" : `0x${value.toString(16)}`;
}

export function pointer(value: number): string {
  return value === 0 ? "NULL" : `0x${value.toString(16)}`;
}

/** Names by value, in the order in which they are tried. */
export type Names = readonly (readonly [number, string])[];

/** Names from an object of constants. */
export function names(constants: Readonly<Record<string, number>>): Names {
  return Object.entries(constants).map(([name, value]) => [value, name]);
}

/** A set of flags; bits without a name follow in hexadecimal. `zero` is what an empty set is called. */
export function flags(value: number, table: Names, unknown: string, zero = "0"): string {
  if (value === 0) return table.find(([bits]) => bits === 0)?.[1] ?? zero;
  const found: string[] = [];
  let rest = value;
  for (const [bits, name] of table) {
    if (bits === 0 || (rest & bits) >>> 0 !== bits) continue;
    found.push(name);
    rest = (rest & ~bits) >>> 0;
  }
  if (found.length === 0) return `${hex(value)} /* ${unknown} */`;
  if (rest !== 0) found.push(hex(rest));
  return found.join("|");
}

/** One of several constants. */
export function constant(value: number, table: Names, unknown: string): string {
  return table.find(([number]) => number === value)?.[1] ?? `${hex(value)} /* ${unknown} */`;
}
