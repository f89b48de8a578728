/**
 * One byte of permissions for each 4 KiB page of the 4 GiB space.
 *
 *     bit  7 6 5           4          3     2        1      0
 *          - - WRITE_FAST  READ_FAST  CODE  EXECUTE  WRITE  READ
 *
 * READ_FAST: this page and the next are readable, so that an access of up to 4096 bytes that starts here may be done
 * without a look at where it ends. WRITE_FAST: this page and the next are writable and neither holds decoded code.
 * Whatever the fast bits do not allow goes through access.ts, which decides precisely.
 */
import { invalidatePage } from "./code";

export const PERMISSIONS: usize = 0xc0200000;

export const READ: u32 = 1;
export const WRITE: u32 = 2;
export const EXECUTE: u32 = 4;
export const CODE: u32 = 8;
export const READ_FAST: u32 = 16;
export const WRITE_FAST: u32 = 32;

const LAST_PAGE: u32 = 0xfffff;

/** The permission byte of the page that holds `address`. */
export function permissions(address: u32): u32 {
  return load<u8>(PERMISSIONS + (address >> 12));
}

/** READ_FAST at `address`: up to 4096 bytes may be read from there. */
export function readable(address: u32): bool {
  return (permissions(address) & READ_FAST) != 0;
}

/** READ_FAST at `address`, which is a multiple of 16. */
export function readableAligned(address: u32): bool {
  return !(address & 15) && readable(address);
}

/** WRITE_FAST at `address`, which is a multiple of 16. */
export function writableAligned(address: u32): bool {
  return !(address & 15) && writable(address);
}

/** WRITE_FAST at `address`: up to 4096 bytes may be written from there. */
export function writable(address: u32): bool {
  return (permissions(address) & WRITE_FAST) != 0;
}

/** Works out the two fast bits of `page` from its own byte and the next page's. */
function derive(page: u32): void {
  const own = load<u8>(PERMISSIONS + page) & (READ | WRITE | EXECUTE | CODE);
  const both = page == LAST_PAGE ? 0 : own & load<u8>(PERMISSIONS + page + 1);
  const code = page == LAST_PAGE ? CODE : (own | load<u8>(PERMISSIONS + page + 1)) & CODE;
  let bits = own;
  if (both & READ) bits |= READ_FAST;
  if (both & WRITE && !code) bits |= WRITE_FAST;
  store<u8>(PERMISSIONS + page, bits);
}

/** Marks `page` as holding decoded code, so that writes to it take the slow path. */
export function markCode(page: u32): void {
  const byte = load<u8>(PERMISSIONS + page);
  if (byte & CODE) return;
  store<u8>(PERMISSIONS + page, byte | CODE);
  derive(page);
  if (page) derive(page - 1);
}

/** The page holds no decoded code any more. */
export function unmarkCode(page: u32): void {
  store<u8>(PERMISSIONS + page, load<u8>(PERMISSIONS + page) & ~CODE);
  derive(page);
  if (page) derive(page - 1);
}

/**
 * Gives `count` pages from page number `first` the permissions `bits` (READ | WRITE | EXECUTE; 0 = not mapped).
 * Decoded code on them is forgotten. Linux makes every writable or executable page readable; so must the host.
 */
export function setPermissions(first: u32, count: u32, bits: u32): void {
  const end = first + count;
  for (let page = first; page < end; page++) {
    if (load<u8>(PERMISSIONS + page) & CODE) invalidatePage(page);
    store<u8>(PERMISSIONS + page, bits & (READ | WRITE | EXECUTE));
  }
  for (let page = first; page < end; page++) derive(page);
  if (first) derive(first - 1);
}
