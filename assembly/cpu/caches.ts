/**
 * The caches that CPUID describes: those of the processor that the model is named after, since programs choose their
 * copying loops by them. (The emulated processor itself has none.)
 */
import { Model } from "./models";

/** Leaf 2, EAX, EBX, ECX, EDX (SDM vol. 2, table 3-12): what the register says for one byte each. */
export function descriptors(model: Model, register: u32): u32 {
  switch (model) {
    case Model.PENTIUM2:
    case Model.PENTIUM3:
      // TLBs; 16 KiB of code, 16 KiB of data; 512 KiB of both.
      return register == 0 ? 0x03020101 : register == 3 ? 0x0c040843 : 0;
    case Model.PENTIUM4:
      // TLBs; 8 KiB of data, 12 Ki micro-operations; 256 KiB of both.
      return register == 0 ? 0x665b5001 : register == 3 ? 0x007a7040 : 0;
    case Model.CORE2:
      // TLBs, prefetching; 32 KiB of code, 32 KiB of data; 4 MiB of both.
      return register == 0 ? 0x05b0b101 : register == 1 ? 0x005657f0 : register == 3 ? 0x2cb43049 : 0;
    default:
      // TLBs, prefetching; 32 KiB of code, 32 KiB of data; 256 KiB; 8 MiB.
      return register == 0 ? 0x55035a01 : register == 1 ? 0x00f0b2e4 : register == 3 ? 0x09ca212c : 0;
  }
}

/** A cache: what it holds, its level, associativity and number of sets; lines are of 64 bytes. */
const DATA: u32 = 1;
const CODE: u32 = 2;
const BOTH: u32 = 3;

/** What leaf 4 says of the cache that `describe` has found. */
export let kind: u32 = 0;
export let level: u32 = 0;
export let ways: u32 = 0;
export let sets: u32 = 0;

function found(itsKind: u32, itsLevel: u32, itsWays: u32, itsSets: u32): void {
  kind = itsKind;
  level = itsLevel;
  ways = itsWays;
  sets = itsSets;
}

/** Looks up cache `number` of the model, Core 2 or later. After the last one the kind is 0. */
export function describe(model: Model, number: u32): void {
  const isCore2 = model == Model.CORE2;
  if (number == 0) found(DATA, 1, 8, 64);
  else if (number == 1) found(CODE, 1, isCore2 ? 8 : 4, isCore2 ? 64 : 128);
  else if (number == 2) found(BOTH, 2, isCore2 ? 16 : 8, isCore2 ? 4096 : 512);
  else if (number == 3 && !isCore2) found(BOTH, 3, 16, 8192);
  else found(0, 0, 0, 0);
}

/** Bytes of the cache that `describe` has found. */
export function size(): u32 {
  return ways * sets * 64;
}
