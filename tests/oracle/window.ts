/**
 * The memory that a case sees, the same on both sides. Everything else is unmapped.
 *
 *     0x2000_0000  CODE       2 pages  rwx   filled with INT3
 *     0x2001_0000  DATA       2 pages  rw-
 *     0x2001_2000  CONSTANT   1 page   r--   directly behind DATA; unmapped behind it
 *     0x2002_0000  EDGE       1 page   rw-   unmapped before and behind
 *     0x2003_0000  STACK      2 pages  rw-   unmapped before and behind
 *     0x2004_0000  FIXED      1 page   r-x   filled with INT3
 *     0x2005_0000  WRAP       1 page   r-x   filled with INT3
 *     0x2008_0000  PATCHWORK  6 pages  rwx r-x rw- r-- --- rw-, unmapped before and behind
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
export const WRAP: Region = { address: 0x2005_0000, size: 0x1000, permissions: READ | EXECUTE };

/** Side by side, so that an access may begin under one page's permissions and end under another's. */
export const PATCHWORK: readonly Region[] = [
  READ | WRITE | EXECUTE,
  READ | EXECUTE,
  READ | WRITE,
  READ,
  0,
  READ | WRITE,
].map((permissions, i) => ({ address: 0x2008_0000 + 0x1000 * i, size: 0x1000, permissions }));

export const REGIONS: readonly Region[] = [CODE, DATA, CONSTANT, EDGE, STACK, FIXED, WRAP, ...PATCHWORK];

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
 * side builds the same descriptor tables.
 */
export const SELECTOR = { code: 0x23, data: 0x2b, based: 0x63, limited: 0x6b, readOnly: 0x73 } as const;

/** A descriptor as set_thread_area and modify_ldt take it. */
export interface Segment {
  readonly selector: number;
  readonly base: number;
  /** 20 bits: of bytes, or of 4 KiB pages. */
  readonly limit: number;
  readonly pages: boolean;
  readonly kind: "data" | "expand-down" | "code" | "conforming";
  /** D or B: 32-bit code, 32-bit stack, 4 GiB as upper bound of an expand-down segment. */
  readonly big: boolean;
  /** Data that may not be written, code that may not be read. */
  readonly restricted: boolean;
  readonly present: boolean;
}

type Options = Partial<Pick<Segment, "kind" | "big" | "restricted" | "present">>;

/** A segment whose last offset (first but one, if it expands down) is `last`. */
function segment(selector: number, base: number, last: number, options: Options = {}): Segment {
  const pages = last > 0xf_ffff;
  const limit = pages ? last >>> 12 : last;
  return { selector, base, limit, pages, kind: "data", big: true, restricted: false, present: true, ...options };
}

/** The limit in bytes. */
export function lastOffset({ limit, pages }: Segment): number {
  return pages ? ((limit << 12) | 0xfff) >>> 0 : limit;
}

/** A base below DATA, so that 16-bit addresses reach it, and the whole address space as limit. */
export const BASED = segment(SELECTOR.based, 0x2000_8000, 0xffff_ffff);
/** The first page of DATA. */
export const LIMITED = segment(SELECTOR.limited, DATA.address, 0xfff);
/** Flat, but may not be written. */
export const READ_ONLY = segment(SELECTOR.readOnly, 0, 0xffff_ffff, { restricted: true });

export const THREAD_SEGMENTS: readonly Segment[] = [BASED, LIMITED, READ_ONLY];

/** The selector of entry `index` of the local descriptor table, for the user. */
const local = (index: number): number => (index << 3) | 7;

/** Half of EDGE and half of STACK, or of FIXED and WRAP, which are 64 KiB apart: offset 0 lies in the first one. */
const HALF = 0x800;

const code16 = { kind: "code", big: false } as const;
const code32 = { kind: "code" } as const;
const stack16 = { big: false } as const;
const down16 = { kind: "expand-down", big: false } as const;
const down32 = { kind: "expand-down" } as const;

/** The local descriptor table. Entries 0 and 4 stay empty: there are cases that load them. */
export const LOCAL = {
  /** 16-bit code, flat: what runs under 32-bit code runs here with the size prefixes turned round. */
  code16: segment(local(1), 0, 0xffff_ffff, code16),
  /** 16-bit code of 6 KiB. */
  code16Limited: segment(local(2), CODE.address, 0x17ff, code16),
  /** 16-bit code whose first and last 2 KiB are there. */
  code16Wrap: segment(local(3), FIXED.address + HALF, 0xffff, code16),
  code32Limited: segment(local(5), CODE.address, 0x17ff, code32),
  code32ExecuteOnly: segment(local(6), CODE.address - 0x1_0000, 0xffff_ffff, { ...code32, restricted: true }),
  codeAbsent: segment(local(7), 0, 0xffff_ffff, { ...code32, present: false }),
  conformingAbsent: segment(local(8), 0, 0xffff_ffff, { kind: "conforming", present: false }),
  /** Linear addresses wrap at 4 GiB. */
  code32High: segment(local(9), 0xf000_0000, 0xffff_ffff, code32),
  dataHigh: segment(local(10), 0xf000_0000, 0xffff_ffff),
  dataAbsent: segment(local(11), 0, 0xffff_ffff, { present: false }),
  /** A page and a byte, of which the byte lies in the second page. */
  dataLimited: segment(local(12), DATA.address, 0x1000),
  readOnlyLimited: segment(local(13), DATA.address, 0xffe, { restricted: true }),
  /** DATA from its second page on; with 16 bits, to its end. */
  down32: segment(local(14), DATA.address, 0xfff, down32),
  down16: segment(local(15), DATA.address + DATA.size - 0x1_0000, 0xefff, down16),
  down32ReadOnly: segment(local(16), DATA.address, 0xfff, { ...down32, restricted: true }),
  /** The topmost page below 4 GiB, which lies in DATA. */
  down32Top: segment(local(17), DATA.address + 0x1000, 0xffff_efff, down32),
  stack16: segment(local(18), STACK.address, 0xffff, stack16),
  /** A 16-bit stack whose first and last 2 KiB are there. */
  stack16Wrap: segment(local(19), EDGE.address + HALF, 0xffff, stack16),
  stack16Limited: segment(local(20), STACK.address, 0x17ff, stack16),
  stack32Limited: segment(local(21), STACK.address, 0x17ff),
  stack16Down: segment(local(22), STACK.address + STACK.size - 0x1_0000, 0xe7ff, down16),
  stack32Down: segment(local(23), STACK.address, 0x7ff, down32),
  stackAbsent: segment(local(24), 0, 0xffff_ffff, { ...stack16, present: false }),
  stack32High: segment(local(25), 0xf000_0000, 0xffff_ffff),
  /** A 16-bit stack that has more than 64 KiB. */
  stack16Large: segment(local(26), EDGE.address + HALF, 0xffff_ffff, stack16),
  /** What is aligned in it is not aligned in memory. */
  dataOdd: segment(local(27), DATA.address + 1, 0xffff_ffff),
} as const;

export const LOCAL_SEGMENTS: readonly Segment[] = Object.values(LOCAL);
/** The first selector behind the table. */
export const BEHIND_LOCAL = local(28);

const SEGMENTS = new Map([...THREAD_SEGMENTS, ...LOCAL_SEGMENTS].map((one) => [one.selector, one]));

/** The segment that a selector of either table names; undefined for flat ones and for none. */
export function segmentOf(selector: number): Segment | undefined {
  return SEGMENTS.get(selector | 3);
}

/** Base of the segment that a selector names. */
export function baseOf(selector: number): number {
  return segmentOf(selector)?.base ?? 0;
}
