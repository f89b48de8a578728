/**
 * The pages behind the areas. A fresh Wasm memory is zero and costs nothing until it is touched, so a page is only
 * cleared when it is given out again after an earlier use.
 */
import { PAGE_SHIFT, PAGE_SIZE } from "../../abi/layout.ts";
import type { Machine } from "../../machine/machine.ts";
import { WRITE } from "../../machine/machine.ts";

const PAGE_COUNT = 1 << 20;

export class Pages {
  private readonly machine: Machine;
  /** 1: the page may hold something else than zeros. */
  private readonly used = new Uint8Array(PAGE_COUNT);

  /** Bytes that the host has cleared, moved or looked at, for whoever shares out its time. */
  touched = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Sets the permissions of whole pages; contents stay. */
  protect(start: number, end: number, bits: number): void {
    if (start >= end) return;
    this.machine.setPermissions(start >>> PAGE_SHIFT, (end - start) >>> PAGE_SHIFT, bits);
    if (bits & WRITE) this.markUsed(start, end);
  }

  /** What the processor lets the guest do with the page at `address`. */
  permissions(address: number): number {
    return this.machine.permissions(address);
  }

  /** The host is about to change bytes of pages that the guest may have run. */
  forgetCode(address: number, length: number): void {
    this.machine.invalidateCode(address, length);
  }

  /** The bytes themselves, for the host to fill or read; the pages count as used. */
  window(start: number, length: number): Uint8Array {
    this.touched += length;
    this.markUsed(start, start + length);
    return this.machine.bytes.subarray(start, start + length);
  }

  /** The host has put, or is about to put, contents there. */
  markUsed(start: number, end: number): void {
    this.used.fill(1, Math.floor(start / PAGE_SIZE), Math.ceil(end / PAGE_SIZE));
  }

  /** Makes the pages zero. The guest must have no permission there, or `invalidateCode` must have been called. */
  clear(start: number, end: number): void {
    const last = end / PAGE_SIZE;
    let page = start / PAGE_SIZE;
    while (page < last) {
      const from = this.used.subarray(page, last).indexOf(1);
      if (from < 0) return;
      const first = page + from;
      const length = this.used.subarray(first, last).indexOf(0);
      page = length < 0 ? last : first + length;
      this.touched += (page - first) * PAGE_SIZE;
      this.machine.bytes.fill(0, first * PAGE_SIZE, page * PAGE_SIZE);
      this.used.fill(0, first, page);
    }
  }

  /** Makes all pages zero, for another program. */
  clearAll(): void {
    this.clear(0, PAGE_COUNT * PAGE_SIZE);
  }

  /** Bytes that may hold something else than zeros. */
  get usedBytes(): number {
    let pages = 0;
    for (const flag of this.used) pages += flag;
    return pages * PAGE_SIZE;
  }

  /** As `clear`, for pages that stay with the guest. */
  zero(start: number, end: number, bits: number): void {
    this.machine.invalidateCode(start, end - start);
    this.clear(start, end);
    if (bits & WRITE) this.markUsed(start, end);
  }

  /** Moves contents to pages that the guest has no permission for yet. The ranges do not overlap. */
  move(from: number, to: number, length: number): void {
    this.touched += length;
    this.machine.bytes.copyWithin(to, from, from + length);
    this.markUsed(to, to + length);
  }
}
