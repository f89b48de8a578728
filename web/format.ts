/** Numbers as the page shows them. */

const GROUP = "\u202f";

/** Whole digits in groups of three, with a thin space between: 1 234 567. */
export function count(value: number | bigint): string {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, GROUP);
}

/** At most so many decimals, and none that say nothing; a dash for what there is not. */
export function decimal(value: number | null, decimals: number): string {
  return value === null ? "–" : `${Number(value.toFixed(decimals))}`;
}

/** Nanoseconds a call: a decimal below ten. */
export function nanoseconds(value: number | null): string {
  if (value === null) return "–";
  return value < 10 ? decimal(value, 1) : count(Math.round(value));
}

/** A 32-bit address in eight digits. */
export function address(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

const UNITS = ["bytes", "KiB", "MiB", "GiB"];

/** A number of bytes in the largest unit that gives at least 1. */
export function bytes(value: number): string {
  let unit = 0;
  let scaled = value;
  while (scaled >= 1024 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${scaled < 10 ? decimal(scaled, 1) : Math.round(scaled)} ${UNITS[unit]!}`;
}

/** `1 entry`, `2 entries`. */
export function plural(value: number | bigint | string, one: string, many: string): string {
  return `${typeof value === "string" ? value : count(value)} ${`${value}` === "1" ? one : many}`;
}

/** Milliseconds, as seconds from one on. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
