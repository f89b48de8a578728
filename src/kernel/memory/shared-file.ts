/**
 * Files in memory. A mapping is read when it is made. The shared mappings of a file agree with each other and with
 * read(2) and write(2), as on Linux, though each has pages of its own, because an address is a place in the Wasm memory:
 *
 * - A page of the file that is mapped once is the guest's without further ado.
 * - Of one that is mapped more than once, either all mappings hold the same and none can be written, or one, the
 *   owner, has all its permissions and the others have none. A page fault, or the kernel's own access, changes that;
 *   with the permissions the processor forgets the code it has decoded.
 * - Before the file is read, what was changed in memory goes to it; after it was written, mappings take it over.
 */
import { PAGE_SIZE } from "../../abi/layout.ts";
import type { Inode, Mappings, OpenFile } from "../../fs/index.ts";
import { WRITE } from "../../machine/machine.ts";
import { accessBits, type Area, type Backing } from "./area.ts";
import type { MemoryMap } from "./memory-map.ts";
import type { Pages } from "./pages.ts";

/** A page of a file where it is mapped. */
interface Place {
  readonly page: number;
  readonly protection: number;
}

/** A page of a file all of whose mappings can be used at once, for one instruction. */
export interface OpenPage {
  readonly file: SharedFile;
  readonly index: number;
  readonly before: Uint8Array;
}

/** Reads `backing` into the area's pages: the area with its `present` end, or -errno. */
export function adopt(pages: Pages, area: Area, backing: Backing): Area | number {
  const { inode } = backing.dentry;
  const size = inode.size();
  if (size < 0) return size;
  const length = Math.min(area.end - area.start, Math.max(0, size - backing.offset));
  inode.mappings?.flush(backing.offset, backing.offset + length);
  const done = fill(inode, pages.window(area.start, length), backing.offset);
  if (done < 0) return done;
  return { ...area, present: Math.min(area.end, area.start + pageCount(done) * PAGE_SIZE) };
}

/** Reads the file as it is stored into `target`: the count or -errno. */
function fill(inode: Inode, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = inode.readAt(target.subarray(done), position + done);
    if (count < 0) return count;
    if (count === 0) break;
    done += count;
  }
  return done;
}

function pageCount(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE);
}

/** What the shared mappings of one file have in common. `index` counts the file's pages. */
export class SharedFile implements Mappings {
  private readonly inode: Inode;
  private readonly map: MemoryMap;
  /** Of each page mapped by somebody who may write: what the file was last known to hold. */
  private readonly pristine = new Map<number, Uint8Array>();
  /** Where a page mapped more than once is, if its mappings do not all hold the same. */
  private readonly owners = new Map<number, number>();
  /** Of the file, in bytes, as last known. */
  private size = 0;
  /** Open as long as there is a mapping. */
  private readonly kept = new Set<OpenFile>();
  /** The instruction that faulted last, and the pages that it has been given. */
  private instruction = "";
  private readonly given = new Set<number>();

  private constructor(inode: Inode, map: MemoryMap) {
    this.inode = inode;
    this.map = map;
  }

  static of(inode: Inode, map: MemoryMap): SharedFile {
    const known = inode.mappings;
    if (known instanceof SharedFile && known.map === map) return known;
    const made = new SharedFile(inode, map);
    inode.mappings = made;
    return made;
  }

  /** A mapping was made by way of `file`. */
  keep(file: OpenFile): void {
    if (!this.kept.has(file)) this.kept.add(file.retain());
  }

  close(): void {
    for (const file of this.kept) file.release();
    this.kept.clear();
  }

  /** `area` has been read from the file and is about to be entered: it takes over what other mappings hold. */
  enter(area: Area): void {
    const { pages } = this.map;
    const others = this.areas;
    this.inode.mappings = this;
    this.size = Math.max(0, this.inode.size());
    for (const [index, page] of pagesOf(area)) {
      if (area.backing!.writable && !this.pristine.has(index)) {
        this.pristine.set(index, pages.window(page, PAGE_SIZE).slice());
      }
      const current = this.current(index, others);
      if (current !== undefined) pages.move(current, page, PAGE_SIZE);
    }
  }

  /** All mappings of the pages of `area` hold the same from here on. */
  share(area: Area): void {
    const [start, end] = extent(area);
    const areas = this.areas.filter((other) => extent(other)[0] < end && start < extent(other)[1]);
    if (areas.length < 2) return;
    for (const [index] of pagesOf(area)) this.sharePage(index, areas);
  }

  /** `area` is gone, after `share`: a page with one mapping left is that mapping's alone. */
  left(area: Area): void {
    const areas = this.areas;
    for (const [index] of pagesOf(area)) {
      const places = this.places(index, areas);
      if (places.length === 0) this.pristine.delete(index);
      else this.sharePage(index, areas);
    }
    if (areas.length > 0) return;
    this.close();
    this.inode.mappings = undefined;
  }

  /** Lets the mapping `area` write, or read, its page at `page`. False: nothing but its protection stands against it. */
  regain(area: Area, page: number, needed: number): boolean {
    const index = indexOf(area, page);
    const areas = this.areas;
    const places = this.places(index, areas);
    if (places.length < 2) return false;
    if (needed !== WRITE) {
      this.sharePage(index, areas);
      return true;
    }
    const { pages } = this.map;
    const owner = this.owners.get(index);
    if (owner !== undefined && owner !== page) pages.move(owner, page, PAGE_SIZE);
    this.owners.set(index, page);
    for (const place of places) {
      pages.protect(place.page, place.page + PAGE_SIZE, place.page === page ? accessBits(place.protection) : 0);
    }
    return true;
  }

  /** Has `instruction` (anything that tells one execution from another) been given this page before? */
  isAgain(area: Area, page: number, instruction: string): boolean {
    if (instruction !== this.instruction) this.given.clear();
    this.instruction = instruction;
    const index = indexOf(area, page);
    const isAgain = this.given.has(index);
    this.given.add(index);
    return isAgain;
  }

  /** Lets all mappings of a page be used at once, until `merge`; undefined if it is mapped only once. */
  open(area: Area, page: number): OpenPage | undefined {
    const { pages } = this.map;
    const index = indexOf(area, page);
    const places = this.places(index, this.areas);
    if (places.length < 2) return undefined;
    this.sharePage(index, this.areas);
    for (const { page: at, protection } of places) pages.protect(at, at + PAGE_SIZE, accessBits(protection));
    return { file: this, index, before: pages.window(page, PAGE_SIZE).slice() };
  }

  /** What was changed through any mapping since `open` is in all of them. */
  merge({ index, before }: OpenPage): void {
    const { pages } = this.map;
    const areas = this.areas;
    const [first, ...others] = this.places(index, areas).map(({ page }) => page);
    if (first === undefined) return;
    const merged = pages.window(first, PAGE_SIZE);
    for (const other of others) {
      pages.window(other, PAGE_SIZE).forEach((byte, i) => {
        if (byte !== before[i]) merged[i] = byte;
      });
    }
    this.owners.set(index, first);
    this.sharePage(index, areas);
  }

  flush(start: number, end: number): number {
    const size = this.inode.size();
    if (size < 0) return size;
    const areas = this.areas;
    for (const area of areas) {
      for (const [index] of pagesOf(area, start, Math.min(end, size))) {
        const then = this.pristine.get(index);
        if (then === undefined) continue;
        const position = index * PAGE_SIZE;
        const now = this.map.pages.window(this.current(index, areas)!, Math.min(PAGE_SIZE, size - position));
        if (isEqual(now, then)) continue;
        const written = this.inode.writeAt(now, position);
        if (written < 0) return written;
        then.set(now);
      }
    }
    return 0;
  }

  changed(start: number, end: number): void {
    const size = this.inode.size();
    if (size < 0) return;
    const before = this.size;
    this.resize(size);
    this.refresh(start, end);
    // What mappings hold beyond the end does not become part of a file that grows.
    if (size > before) this.refresh(before, Math.min(size, pageCount(before) * PAGE_SIZE));
  }

  /** Mappings take the file's bytes [start, end) over. */
  private refresh(start: number, end: number): void {
    const { pages } = this.map;
    const areas = this.areas;
    for (const area of areas) {
      for (const [index, page] of pagesOf(area, start, end)) {
        const position = Math.max(start, index * PAGE_SIZE);
        const length = Math.min(end, (index + 1) * PAGE_SIZE) - position;
        const at = page + (position % PAGE_SIZE);
        pages.forgetCode(at, length);
        const bytes = pages.window(at, length);
        const count = fill(this.inode, bytes, position);
        if (count < 0) return;
        bytes.fill(0, count);
        this.pristine.get(index)?.set(bytes, position % PAGE_SIZE);
      }
    }
  }

  /** What is beyond the end of the file has no contents; what has come to be within it is read. */
  private resize(size: number): void {
    this.size = size;
    const { pages } = this.map;
    for (const area of this.areas) {
      const { offset, writable } = area.backing!;
      const length = Math.max(0, size - offset);
      const present = Math.min(area.end, area.start + pageCount(length) * PAGE_SIZE);
      if (present === area.present) continue;
      const resized = { ...area, present };
      const edge = offset + Math.min(present, area.present) - area.start;
      for (const [index] of pagesOf(area, edge)) this.owners.delete(index);
      for (const [index, page] of pagesOf(resized, edge)) {
        const bytes = pages.window(page, PAGE_SIZE);
        bytes.fill(0, Math.max(0, fill(this.inode, bytes, index * PAGE_SIZE)));
        if (writable) this.pristine.set(index, bytes.slice());
      }
      this.map.resize(area, resized);
    }
  }

  private get areas(): readonly Area[] {
    return this.map.areas.filter(({ backing }) => backing?.shared === this);
  }

  private places(index: number, areas: readonly Area[]): readonly Place[] {
    const found: Place[] = [];
    for (const area of areas) {
      const page = area.start + index * PAGE_SIZE - area.backing!.offset;
      if (page >= area.start && page < area.present) found.push({ page, protection: area.protection });
    }
    return found;
  }

  /** A place that holds the page as it is now. */
  private current(index: number, areas: readonly Area[]): number | undefined {
    return this.owners.get(index) ?? this.places(index, areas)[0]?.page;
  }

  private sharePage(index: number, areas: readonly Area[]): void {
    const { pages } = this.map;
    const owner = this.owners.get(index);
    this.owners.delete(index);
    const places = this.places(index, areas);
    for (const { page, protection } of places) {
      const bits = accessBits(protection);
      if (owner !== undefined && owner !== page) pages.move(owner, page, PAGE_SIZE);
      pages.protect(page, page + PAGE_SIZE, places.length > 1 ? bits & ~WRITE : bits);
    }
  }
}

/** The file's bytes that have a place in `area`: start and end. */
function extent({ start, end, backing }: Area): readonly [number, number] {
  return [backing!.offset, backing!.offset + end - start];
}

function indexOf({ start, backing }: Area, page: number): number {
  return (page - start + backing!.offset) / PAGE_SIZE;
}

/** The pages of `area` that have contents and touch the file's bytes [start, end): their index and address. */
function* pagesOf(area: Area, start = 0, end = Infinity): Generator<readonly [number, number]> {
  const base = area.start - area.backing!.offset;
  const first = Math.max(area.start, base + start - (start % PAGE_SIZE));
  const last = Math.min(area.present, base + end);
  for (let page = first; page < last; page += PAGE_SIZE) yield [(page - base) / PAGE_SIZE, page];
}

/** Does `then` begin with `now`? */
function isEqual(now: Uint8Array, then: Uint8Array): boolean {
  for (let i = 0; i < now.length; i++) if (now[i] !== then[i]) return false;
  return true;
}
