/**
 * The slow path of every access: decides precisely, raises #PF, forgets code that is about to change.
 * After a check has said true, the raw load or store that follows at once is allowed.
 */
import { BEYOND, GP, PF, PF_FETCH, PF_PRESENT, PF_USER, PF_WRITE, raise } from "../cpu/exceptions";
import { invalidateRange } from "./code";
import { CODE, EXECUTE, permissions, PERMISSIONS, READ, READ_FAST, WRITE, WRITE_FAST } from "./permissions";

function pageFault(address: u32, access: u32): bool {
  const present = permissions(address) & (READ | WRITE | EXECUTE) ? PF_PRESENT : 0;
  return raise(PF, present | access | PF_USER, address);
}

/** The first address from `address` on, before `address + size`, whose page lacks `bit`; `missing` if none does. */
function firstWithout(address: u32, size: u32, bit: u32): bool {
  lacking = address;
  if (!(permissions(address) & bit)) return true;
  const last = address + size - 1;
  let page = address & ~0xfff;
  while (page != (last & ~0xfff)) {
    page += 0x1000;
    lacking = page;
    if (!(permissions(page) & bit)) return true;
  }
  return false;
}
/** What firstWithout found. */
let lacking: u32 = 0;

/** Does the range go beyond the end of the address space? Then the segment's limit forbids it. */
function wraps(address: u32, size: u32): bool {
  return address + (size - 1) < address;
}

/** May `size` bytes at `address` be read? If not, #PF is raised at the first byte that may not. */
export function checkRead(address: u32, size: u32): bool {
  if (size <= 4096 && permissions(address) & READ_FAST) return true;
  if (wraps(address, size)) return raise(BEYOND, PF_USER, address);
  if (firstWithout(address, size, READ)) return pageFault(lacking, 0);
  return true;
}

/** As checkRead for 16 bytes that must be aligned: #GP(0) comes before a page fault. */
export function checkReadAligned(address: u32): bool {
  return address & 15 ? raise(GP) : checkRead(address, 16);
}

/** As checkWrite for 16 bytes that must be aligned. */
export function checkWriteAligned(address: u32): bool {
  return address & 15 ? raise(GP) : checkWrite(address, 16);
}

/** May `size` bytes at `address` be written? If so, blocks decoded from them are forgotten; if not, #PF is raised. */
export function checkWrite(address: u32, size: u32): bool {
  if (size <= 4096 && permissions(address) & WRITE_FAST) return true;
  if (wraps(address, size)) return raise(BEYOND, PF_USER | PF_WRITE, address);
  if (firstWithout(address, size, WRITE)) return pageFault(lacking, PF_WRITE);
  if ((permissions(address) | permissions(address + size - 1)) & CODE) invalidateRange(address, size);
  return true;
}

/** As checkWrite, for an operand that is read and then written; code is forgotten when it is written. */
export function checkModify(address: u32, size: u32): bool {
  if (permissions(address) & WRITE_FAST) return true;
  if (wraps(address, size)) return raise(BEYOND, PF_USER | PF_WRITE, address);
  if (firstWithout(address, size, WRITE)) return pageFault(lacking, PF_WRITE);
  return true;
}

/** May an instruction byte be fetched from `address`? If not, #PF is raised. */
export function checkFetch(address: u32): bool {
  if (permissions(address) & EXECUTE) return true;
  return pageFault(address, PF_FETCH);
}

/** The three permission bits of `page`. */
export function getPermissions(page: u32): u32 {
  return load<u8>(PERMISSIONS + page) & (READ | WRITE | EXECUTE);
}

/** For the host: may the guest read `size` bytes at `address`? Nothing is raised. */
export function isReadable(address: u32, size: u32): bool {
  return size == 0 || (address + (size - 1) >= address && !firstWithout(address, size, READ));
}

/** For the host: may the guest write them? */
export function isWritable(address: u32, size: u32): bool {
  return size == 0 || (address + (size - 1) >= address && !firstWithout(address, size, WRITE));
}
