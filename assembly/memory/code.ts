/**
 * Decoded blocks: where they lie, how they are found, how they are forgotten.
 *
 *     0xC040_0000  for each page, its first block
 *     0xC080_0000  hash table of all blocks, by linear address
 *     0xC08C_0000  jump cache: pairs of linear address and block
 *     0xC08E_0000  (the local descriptor table: cpu/state.ts; code segments seen: cpu/mode.ts)
 *     0xC100_0000  the blocks, one after the other, until ARENA_END; then all are forgotten
 *
 * A block: 32 bytes, then its micro-ops.
 *
 *     0     4        8              12     16         20            24             28
 *     +-----+--------+--------------+------+----------+-------------+--------------+------+
 *     | eip | length | instructions | mode | nextHash | nextInFirst | nextInSecond | last |
 *     +-----+--------+--------------+------+----------+-------------+--------------+------+
 *
 * length in bytes; last = address of its last micro-op (links follow it); nextInFirst and nextInSecond chain the blocks of the one or
 * two pages on which its bytes lie.
 */
import { codeBase, MODE_STEP } from "../cpu/mode";
import { at, MICRO_OP_SIZE } from "../microcode/format";
import { Op } from "../microcode/list";
import { CODE, markCode, PERMISSIONS, unmarkCode } from "./permissions";

export const PAGE_BLOCKS: usize = 0xc0400000;
export const HASH_TABLE: usize = 0xc0800000;
export const HASH_SIZE: u32 = 1 << 16;
export const JUMP_CACHE: usize = 0xc08c0000;
export const JUMP_CACHE_SIZE: u32 = 1 << 14;
export const ARENA: usize = 0xc1000000;
export const ARENA_END: usize = 0xd1000000;
/** The most that one block can take. */
const BLOCK_MAX: usize = 16384;

const BLOCK_LENGTH: usize = 4;
const BLOCK_INSTRUCTIONS: usize = 8;
const BLOCK_MODE: usize = 12;
const BLOCK_NEXT_HASH: usize = 16;
const BLOCK_NEXT_IN_FIRST: usize = 20;
const BLOCK_NEXT_IN_SECOND: usize = 24;
const BLOCK_LAST: usize = 28;
export const BLOCK_HEADER: usize = 32;

let top: usize = ARENA;
/** Instructions decoded into the blocks below `top`, forgotten ones included. */
let instructionCount: u32 = 0;
/** Counts how often all blocks were forgotten: a link may be made only if it has not changed meanwhile. */
export let generation: u32 = 0;

/** Bytes that all blocks take, since all were last forgotten. */
export function decodedBytes(): u32 {
  return <u32>(top - ARENA);
}
/** Guest instructions in them. */
export function decodedInstructions(): u32 {
  return instructionCount;
}

export function blockStart(block: usize): u32 {
  return load<u32>(block);
}
export function blockInstructions(block: usize): u32 {
  return load<u32>(block, BLOCK_INSTRUCTIONS);
}
/** Was TF set when the block was decoded? */
export function isStepped(block: usize): bool {
  return (load<u32>(block, BLOCK_MODE) & MODE_STEP) != 0;
}
function blockLength(block: usize): u32 {
  return load<u32>(block, BLOCK_LENGTH);
}

function bucket(eip: u32): usize {
  return HASH_TABLE + (((eip ^ (eip >> 16)) & (HASH_SIZE - 1)) << 2);
}

function jumpCacheEntry(eip: u32): usize {
  return JUMP_CACHE + ((eip & (JUMP_CACHE_SIZE - 1)) << 3);
}

/** The block at `eip` from the jump cache, or 0. */
export function cachedBlock(eip: u32): usize {
  const entry = jumpCacheEntry(eip);
  return load<u32>(entry) == eip ? <usize>load<u32>(entry, 4) : 0;
}

/** The block at `eip` decoded in `mode`, or 0 if it has not been decoded. */
export function findBlock(eip: u32, mode: u32): usize {
  let block: usize = load<u32>(bucket(eip));
  while (block && (blockStart(block) != eip || load<u32>(block, BLOCK_MODE) != mode)) {
    block = load<u32>(block, BLOCK_NEXT_HASH);
  }
  if (block) {
    const entry = jumpCacheEntry(eip);
    store<u32>(entry, eip);
    store<u32>(entry, <u32>block, 4);
  }
  return block;
}

/** Forgets the jump cache, which does not know modes: after a change of mode. */
export function clearJumpCache(): void {
  memory.fill(JUMP_CACHE, 0, JUMP_CACHE_SIZE << 3);
}

/** Where the next block's micro-ops are to be written. May forget all blocks to make room. */
export function openBlock(): usize {
  if (top + BLOCK_MAX > ARENA_END) forgetAll();
  return top + BLOCK_HEADER;
}

/** Files the block whose micro-ops were written from openBlock() to `last`, its links up to `end`. */
export function closeBlock(eip: u32, length: u32, instructions: u32, mode: u32, last: usize, end: usize): usize {
  const block = top;
  top = end;
  instructionCount += instructions;
  store<u32>(block, eip);
  store<u32>(block, length, BLOCK_LENGTH);
  store<u32>(block, instructions, BLOCK_INSTRUCTIONS);
  store<u32>(block, mode, BLOCK_MODE);
  store<u32>(block, <u32>last, BLOCK_LAST);
  const head = bucket(eip);
  store<u32>(block, load<u32>(head), BLOCK_NEXT_HASH);
  store<u32>(head, <u32>block);
  const firstPage = eip >> 12;
  const lastPage = (eip + length - 1) >> 12;
  fileUnder(block, firstPage, BLOCK_NEXT_IN_FIRST);
  if (lastPage != firstPage) fileUnder(block, lastPage, BLOCK_NEXT_IN_SECOND);
  return block;
}

function fileUnder(block: usize, page: u32, link: usize): void {
  const head = PAGE_BLOCKS + (page << 2);
  store<u32>(block + link, load<u32>(head));
  store<u32>(head, <u32>block);
  markCode(page);
}

/** Where `block` keeps the next of the list of `page`. */
function linkOf(block: usize, page: u32): usize {
  return block + (blockStart(block) >> 12 == page ? BLOCK_NEXT_IN_FIRST : BLOCK_NEXT_IN_SECOND);
}

/** Takes `block` off the list of `page`. */
function unfile(block: usize, page: u32): void {
  const head: usize = PAGE_BLOCKS + (page << 2);
  let place = head;
  while (load<u32>(place) != <u32>block) place = linkOf(load<u32>(place), page);
  store<u32>(place, load<u32>(linkOf(block, page)));
  if (!load<u32>(head)) unmarkCode(page);
}

/**
 * Forgets one block. Its micro-ops stay where they are, since it may be running and others may lead to it; the first
 * of each of its instructions becomes STALE, which decodes anew.
 */
function forgetBlock(block: usize): void {
  const eip = blockStart(block);
  let place = bucket(eip);
  while (load<u32>(place) != <u32>block) place = <usize>load<u32>(place) + BLOCK_NEXT_HASH;
  store<u32>(place, load<u32>(block, BLOCK_NEXT_HASH));
  const entry = jumpCacheEntry(eip);
  if (load<u32>(entry, 4) == <u32>block) store<u64>(entry, 0);

  const first = eip >> 12;
  const last = (eip + blockLength(block) - 1) >> 12;
  unfile(block, first);
  if (last != first) unfile(block, last);

  const final: usize = load<u32>(block, BLOCK_LAST);
  let previous: u32 = 0xffffffff;
  for (let op = block + BLOCK_HEADER; op <= final; op += MICRO_OP_SIZE) {
    if (at(op) != previous) store<u16>(op, <u16>Op.STALE);
    previous = at(op);
  }
}

/** Forgets the blocks decoded from bytes of [address, address + size) on `page`. */
function forgetOnPage(page: u32, address: u32, size: u32): void {
  let block: usize = load<u32>(PAGE_BLOCKS + (page << 2));
  while (block) {
    const next: usize = load<u32>(linkOf(block, page));
    const eip = blockStart(block);
    // Both differences are taken modulo 2^32: one range begins within the other.
    if (eip - address < size || address - eip < blockLength(block)) forgetBlock(block);
    block = next;
  }
}

/** Forgets every block that has bytes on `page`. */
export function invalidatePage(page: u32): void {
  forgetOnPage(page, page << 12, 4096);
}

/** The bytes [address, address + size), size > 0, change: forgets the blocks decoded from them. */
export function invalidateRange(address: u32, size: u32): void {
  const last = (address + size - 1) >> 12;
  for (let page = address >> 12; page <= last; page++) {
    if (load<u8>(PERMISSIONS + page) & CODE) forgetOnPage(page, address, size);
  }
}

/** Forgets all blocks. None may be running, nor be linked to afterwards. */
export function forgetAll(): void {
  generation++;
  top = ARENA;
  instructionCount = 0;
  memory.fill(HASH_TABLE, 0, HASH_SIZE << 2);
  clearJumpCache();
  for (let page: u32 = 0; page <= 0xfffff; page++) {
    if (load<u8>(PERMISSIONS + page) & CODE) {
      store<u32>(PAGE_BLOCKS + (page << 2), 0);
      unmarkCode(page);
    }
  }
}

/** EIP of the instruction of `block` that micro-op `op` belongs to. */
export function instructionEip(block: usize, op: usize): u32 {
  return blockStart(block) + at(op) - codeBase;
}

/** Instructions of `block` that come before the one of micro-op `op`. */
export function instructionsBefore(block: usize, op: usize): u32 {
  let count: u32 = 0;
  let previous = at(block + BLOCK_HEADER);
  for (let each = block + BLOCK_HEADER; each <= op; each += MICRO_OP_SIZE) {
    if (at(each) != previous) count++;
    previous = at(each);
  }
  return count;
}
