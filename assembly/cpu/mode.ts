/**
 * The mode under which code is decoded: what of segments and flags is unusual. The usual mode, 0, costs nothing at run
 * time; blocks of another mode have micro-ops of their own.
 */
import { clearJumpCache, forgetAll } from "../memory/code";
import { AC, TF } from "./flags";
import { FLAGS_OTHER, SEGMENT_ATTRIBUTES, SEGMENT_BASE, SEGMENT_LIMIT } from "./state";

/** Some of ES, CS, SS, DS is not flat; accesses through FS, through GS need base and limit checks. */
export const MODE_SEGMENTED: u32 = 1;
export const MODE_FS_CHECKED: u32 = 2;
export const MODE_GS_CHECKED: u32 = 4;
/** SS is not flat, or has only SP. */
export const MODE_STACK: u32 = 8;
/** CS.D is 0: operands and addresses are 16 bits wide unless prefixed. */
export const MODE_CODE_16: u32 = 16;
/** TF: #DB after each instruction. */
export const MODE_STEP: u32 = 32;
/** AC: #AC where data is not aligned. */
export const MODE_ALIGN: u32 = 64;
/** From this bit on: which base and limit of CS, 0 = flat. */
const MODE_CODE_SEGMENT: u32 = 128;

/** Descriptor bits in the attributes word (bits 40..55 of the descriptor). */
export const TYPE_CODE: u32 = 8;
export const TYPE_WRITABLE: u32 = 2;
export const TYPE_READABLE: u32 = 2;
export const TYPE_EXPAND_DOWN: u32 = 4;
export const TYPE_CONFORMING: u32 = 4;
/** D/B: code, or a stack, of 32 bits; an expand-down segment of 4 GiB. */
export const BIG: u32 = 0x4000;

const CS: u32 = 1;
const SS: u32 = 2;
const FS: u32 = 4;
const GS: u32 = 5;

/** The mode in force. */
export let mode: u32 = 0;
/** Base and limit of CS: EIP + codeBase is the linear address of an instruction. */
export let codeBase: u32 = 0;
export let codeLimit: u32 = 0xffffffff;
/** The bits of ESP that are the stack pointer. */
export let stackMask: u32 = 0xffffffff;

/** The code segments seen last, 16 bytes each: base, limit, the bits that stand for them. */
const SEEN: usize = 0xc08f0000;
const SEEN_LIMIT: usize = 4;
const SEEN_BITS: usize = 8;
const SEEN_SIZE: u32 = 16;
const SEEN_COUNT: u32 = 32;
let latestBits: u32 = 0;

/** Bits of the mode that stand for base and limit of CS, which blocks of a segment that is not flat depend on. */
function codeSegmentBits(): u32 {
  if (codeBase == 0 && codeLimit == 0xffffffff) return 0;
  for (let at = SEEN; at < SEEN + SEEN_COUNT * SEEN_SIZE; at += SEEN_SIZE) {
    const bits = load<u32>(at, SEEN_BITS);
    if (bits && load<u32>(at) == codeBase && load<u32>(at, SEEN_LIMIT) == codeLimit) return bits;
  }
  latestBits += MODE_CODE_SEGMENT;
  if (!latestBits) {
    // Bits are used again: no block that depends on them may be left.
    forgetAll();
    latestBits = MODE_CODE_SEGMENT;
  }
  const place = SEEN + ((latestBits / MODE_CODE_SEGMENT) % SEEN_COUNT) * SEEN_SIZE;
  store<u32>(place, codeBase);
  store<u32>(place, codeLimit, SEEN_LIMIT);
  store<u32>(place, latestBits, SEEN_BITS);
  return latestBits;
}

export function isWritable(attributes: u32): bool {
  return (attributes & (TYPE_CODE | TYPE_WRITABLE)) == TYPE_WRITABLE;
}

export function isReadable(attributes: u32): bool {
  return (attributes & (TYPE_CODE | TYPE_READABLE)) != TYPE_CODE;
}

/** Is all of the 4 GiB there, for reading and (but for CS) for writing? */
function isUnlimited(register: u32): bool {
  const offset: usize = register << 2;
  const attributes = load<u32>(SEGMENT_ATTRIBUTES + offset);
  if (load<u32>(SEGMENT_LIMIT + offset) != 0xffffffff) return false;
  if (register == CS) return isReadable(attributes);
  return isWritable(attributes) && !(attributes & TYPE_EXPAND_DOWN);
}

function isFlat(register: u32): bool {
  return isUnlimited(register) && !load<u32>(SEGMENT_BASE + ((<usize>register) << 2));
}

function isBig(register: u32): bool {
  return (load<u32>(SEGMENT_ATTRIBUTES + ((<usize>register) << 2)) & BIG) != 0;
}

function flagBits(): u32 {
  const flags = load<u32>(FLAGS_OTHER);
  return (flags & TF ? MODE_STEP : 0) | (flags & AC ? MODE_ALIGN : 0);
}

function enterMode(bits: u32): void {
  if (bits == mode) return;
  mode = bits;
  clearJumpCache();
}

/** Works the mode out anew after a change of TF or AC. */
export function updateFlagMode(): void {
  enterMode((mode & ~(MODE_STEP | MODE_ALIGN)) | flagBits());
}

/** Works the mode out anew after a change of a segment register. */
export function updateSegmentMode(): void {
  codeBase = load<u32>(SEGMENT_BASE + (CS << 2));
  codeLimit = load<u32>(SEGMENT_LIMIT + (CS << 2));
  stackMask = isBig(SS) ? 0xffffffff : 0xffff;
  let bits = codeSegmentBits() | flagBits();
  for (let register: u32 = 0; register < FS; register++) {
    if (!isFlat(register)) bits |= MODE_SEGMENTED;
  }
  if (!isUnlimited(FS)) bits |= MODE_FS_CHECKED;
  if (!isUnlimited(GS)) bits |= MODE_GS_CHECKED;
  if (!isFlat(SS) || !isBig(SS)) bits |= MODE_STACK;
  if (!isBig(CS)) bits |= MODE_CODE_16;
  enterMode(bits);
}

/** Does the stack, or a near transfer, need more than what the micro-ops of the usual mode do? */
export function isUnusual(): bool {
  return mode >= MODE_STACK;
}
