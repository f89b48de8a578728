/**
 * The memory that a case sees, the same on both sides. Everything else is unmapped.
 *
 *     0x2000_0000  CODE       2 pages  rwx   filled with INT3
 *     0x2001_0000  DATA       2 pages  rw-
 *     0x2001_2000  CONSTANT   1 page   r--   directly behind DATA; unmapped behind it
 *     0x2002_0000  EDGE       1 page   rw-   unmapped before and behind
 *     0x2003_0000  STACK      2 pages  rw-   unmapped before and behind
 *     0x2004_0000  FIXED      1 page   r-x   filled with INT3
 *
 * A bit string instruction reaches 256 MiB to both sides: nothing of the native harness lies there.
 */
import { Random } from "./random.ts";

export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

export interface Region {
  readonly address: number;
  readonly size: number;
  readonly permissions: number;
}

export const CODE: Region = { address: 0x2000_0000, size: 0x2000, permissions: READ | WRITE | EXECUTE };
export const DATA: Region = { address: 0x2001_0000, size: 0x2000, permissions: READ | WRITE };
export const CONSTANT: Region = { address: 0x2001_2000, size: 0x1000, permissions: READ };
export const EDGE: Region = { address: 0x2002_0000, size: 0x1000, permissions: READ | WRITE };
export const STACK: Region = { address: 0x2003_0000, size: 0x2000, permissions: READ | WRITE };
export const FIXED: Region = { address: 0x2004_0000, size: 0x1000, permissions: READ | EXECUTE };

export const REGIONS: readonly Region[] = [CODE, DATA, CONSTANT, EDGE, STACK, FIXED];

export const INT3 = 0xcc;

/** What a region holds before a case puts its own bytes there. */
export function baseContents(region: Region): Uint8Array {
  const bytes = new Uint8Array(region.size);
  if (region.permissions & EXECUTE) return bytes.fill(INT3);
  const random = new Random(`window ${region.address}`, 0);
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256);
  return bytes;
}

/** The region that holds all of `length` bytes at `address`. */
export function regionOf(address: number, length = 1): Region | undefined {
  return REGIONS.find((region) => address >= region.address && address + length <= region.address + region.size);
}

/**
 * Selectors as a 64-bit Linux kernel has them for a 32-bit process: the results were recorded under one. The emulated
 * side builds the same descriptor table.
 */
export const SELECTOR = { code: 0x23, data: 0x2b, based: 0x63, limited: 0x6b, readOnly: 0x73 } as const;

/** A descriptor for set_thread_area; `flags` as in struct user_desc. */
export interface ThreadSegment {
  readonly selector: number;
  readonly base: number;
  readonly limit: number;
  readonly flags: { readonly pages: boolean; readonly readOnly: boolean };
}

/** A base below DATA, so that 16-bit addresses reach it, and the whole address space as limit. */
export const BASED: ThreadSegment = {
  selector: SELECTOR.based,
  base: 0x2000_8000,
  limit: 0xf_ffff,
  flags: { pages: true, readOnly: false },
};
/** The first page of DATA, limit in bytes. */
export const LIMITED: ThreadSegment = {
  selector: SELECTOR.limited,
  base: DATA.address,
  limit: 0xfff,
  flags: { pages: false, readOnly: false },
};
/** Flat, but may not be written. */
export const READ_ONLY: ThreadSegment = {
  selector: SELECTOR.readOnly,
  base: 0,
  limit: 0xf_ffff,
  flags: { pages: true, readOnly: true },
};

export const THREAD_SEGMENTS: readonly ThreadSegment[] = [BASED, LIMITED, READ_ONLY];
