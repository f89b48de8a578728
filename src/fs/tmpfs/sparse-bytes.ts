import { ENOSPC } from "../../abi/errno.ts";
import type { Budget } from "./budget.ts";

/**
 * The contents of a file: chunks of up to 64 KiB where something has been written, nothing where there are holes.
 * A chunk is as long as a power of two of pages that holds its highest written byte, so that small files are small;
 * its length is what the budget is charged. `pages` has a bit for each 4 KiB page ever written: st_blocks and holes.
 */
interface Chunk {
  bytes: Uint8Array;
  pages: number;
}

const CHUNK = 0x10000;
const PAGE = 4096;
const PAGES_IN_CHUNK = CHUNK / PAGE;

export class SparseBytes {
  size = 0;
  private readonly chunks = new Map<number, Chunk>();
  private readonly budget: Budget;
  private charged = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Pages of 4 KiB that are not holes. */
  get pages(): number {
    let count = 0;
    for (const chunk of this.chunks.values()) count += bitCount(chunk.pages);
    return count;
  }

  read(target: Uint8Array, position: number): number {
    const count = Math.min(target.length, Math.max(0, this.size - position));
    for (let done = 0; done < count;) {
      const at = position + done;
      const offset = at % CHUNK;
      const length = Math.min(CHUNK - offset, count - done);
      const bytes = this.chunks.get((at - offset) / CHUNK)?.bytes;
      const present = bytes === undefined ? 0 : Math.min(length, Math.max(0, bytes.length - offset));
      if (present > 0) target.set(bytes!.subarray(offset, offset + present), done);
      if (present < length) target.fill(0, done + present, done + length);
      done += length;
    }
    return count;
  }

  /** The bytes written: fewer than asked, or -ENOSPC, when the budget is spent. */
  write(source: Uint8Array, position: number): number {
    let done = 0;
    while (done < source.length) {
      const at = position + done;
      const offset = at % CHUNK;
      const length = Math.min(CHUNK - offset, source.length - done);
      const chunk = this.grow((at - offset) / CHUNK, offset, length);
      if (chunk === null) break;
      chunk.bytes.set(source.subarray(done, done + length), offset);
      done += length;
    }
    if (done > 0) this.size = Math.max(this.size, position + done);
    return done === 0 && source.length > 0 ? -ENOSPC : done;
  }

  truncate(size: number): void {
    if (size <= this.size) this.discard(size, Infinity);
    this.size = size;
  }

  /** Makes [start, end) no hole: 0 or -ENOSPC. The size stays. */
  allocate(start: number, end: number): number {
    if (end - start > this.budget.bytesFree + this.charged) return -ENOSPC;
    for (let at = start; at < end;) {
      const offset = at % CHUNK;
      const length = Math.min(CHUNK - offset, end - at);
      if (this.grow((at - offset) / CHUNK, offset, length) === null) return -ENOSPC;
      at += length;
    }
    return 0;
  }

  /** Makes [start, end) read as zeros; whole chunks in it are freed. */
  discard(start: number, end: number): void {
    const first = Math.floor(start / CHUNK);
    const last = Math.ceil(end / CHUNK);
    for (const index of this.indexes(first, last)) {
      const chunk = this.chunks.get(index)!;
      const from = Math.max(0, start - index * CHUNK);
      const to = Math.min(CHUNK, end - index * CHUNK);
      if (from === 0 && to === CHUNK) {
        this.chunks.delete(index);
        this.charge(-chunk.bytes.length);
      } else {
        chunk.bytes.fill(0, from, to);
        chunk.pages &= ~pageMask(Math.ceil(from / PAGE), Math.floor(to / PAGE));
      }
    }
  }

  /** The first position at or after `position` that is data, or the size if there is none. */
  nextData(position: number): number {
    return this.next(position, true);
  }

  /** The first position at or after `position` that is a hole; the end of the file counts as one. */
  nextHole(position: number): number {
    return this.next(position, false);
  }

  /** Gives everything back to the budget. */
  release(): void {
    this.charge(-this.charged);
  }

  private next(position: number, data: boolean): number {
    let page = Math.floor(position / PAGE);
    const end = Math.ceil(this.size / PAGE);
    while (page < end) {
      const index = Math.floor(page / PAGES_IN_CHUNK);
      const chunk = this.chunks.get(index);
      if (chunk === undefined && data) {
        const later = this.indexes(index + 1, Infinity).reduce((least, i) => Math.min(least, i), Infinity);
        page = Math.min(later * PAGES_IN_CHUNK, end);
        continue;
      }
      const present = ((chunk?.pages ?? 0) >>> (page % PAGES_IN_CHUNK)) & 1;
      if ((present === 1) === data) return Math.min(Math.max(position, page * PAGE), this.size);
      page++;
    }
    return this.size;
  }

  /** The indexes from `first` up to `last` at which there are chunks, by the shorter way of finding them. */
  private indexes(first: number, last: number): number[] {
    if (last - first > this.chunks.size) return [...this.chunks.keys()].filter((i) => i >= first && i < last);
    const found: number[] = [];
    for (let i = first; i < last; i++) if (this.chunks.has(i)) found.push(i);
    return found;
  }

  /** The chunk at `index`, long enough for `length` bytes at `offset`; null if the budget does not allow it. */
  private grow(index: number, offset: number, length: number): Chunk | null {
    let chunk = this.chunks.get(index);
    const needed = offset + length;
    if (chunk === undefined || chunk.bytes.length < needed) {
      let capacity = PAGE;
      while (capacity < needed) capacity *= 2;
      if (!this.charge(capacity - (chunk?.bytes.length ?? 0))) return null;
      const bytes = new Uint8Array(capacity);
      if (chunk === undefined) {
        chunk = { bytes, pages: 0 };
        this.chunks.set(index, chunk);
      } else {
        bytes.set(chunk.bytes);
        chunk.bytes = bytes;
      }
    }
    chunk.pages |= pageMask(Math.floor(offset / PAGE), Math.ceil(needed / PAGE));
    return chunk;
  }

  private charge(bytes: number): boolean {
    if (!this.budget.takeBytes(bytes)) return false;
    this.charged += bytes;
    return true;
  }
}

/** Bits `from` up to `to`, not included. */
function pageMask(from: number, to: number): number {
  return to <= from ? 0 : ((1 << to) - 1) & ~((1 << from) - 1);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
