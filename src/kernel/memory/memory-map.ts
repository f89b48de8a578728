/**
 * The memory map of a process: which areas there are, and the rules by which they come, change and go (mmap(2),
 * mprotect(2), munmap(2), brk(2)). Areas are kept sorted and merged as Linux merges them. Addresses and lengths here
 * are whole pages within user space: the system calls have seen to that.
 */
import { EACCES, EEXIST, EINVAL, ENOMEM } from "../../abi/errno.ts";
import { MMAP_MIN_ADDR, PAGE_SIZE, STACK_GUARD_GAP, TASK_SIZE } from "../../abi/layout.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../../abi/mman.ts";
import type { Machine } from "../../machine/machine.ts";
import { accessBits, anonymous, charge, merged, slice, withProtection, type Area, type Backing } from "./area.ts";
import { Pages } from "./pages.ts";
import { adopt, type OpenPage } from "./shared-file.ts";

/** vm.max_map_count */
const MAX_MAP_COUNT = 65530;
/** Where mmap looks when there is no room below its base. */
const TASK_UNMAPPED_BASE = TASK_SIZE / 3;

export interface MemoryLimits {
  /** Bytes the guest may reach in all; more is -ENOMEM. */
  readonly memory: number;
  /** RLIMIT_STACK, RLIMIT_AS, RLIMIT_DATA now, in bytes. */
  stack(): number;
  addressSpace(): number;
  data(): number;
}

/** What may be read and written through `mapSpecial`: see gates/ports.ts. */
export interface SpecialPlacement {
  readonly address: number;
  readonly length: number;
  readonly permissions: number;
  readonly mayWrite: boolean;
  readonly name: string;
}

export function pageDown(address: number): number {
  return address - (address % PAGE_SIZE);
}

export function pageUp(address: number): number {
  return Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;
}

/** A memory in which more than this was used is left to the garbage collector. */
const MOST_RECYCLED = 64 << 20;

export class MemoryMap {
  readonly pages: Pages;
  readonly limits: MemoryLimits;
  /** In rising order, without overlap. */
  private readonly sorted: Area[] = [];
  /** Bytes of all areas, and of those that the guest can reach. */
  private mappedBytes = 0;
  private chargedBytes = 0;

  private readonly opened: OpenPage[] = [];

  /** Top of the area that mmap fills downward. */
  mmapBase = TASK_SIZE - 0x800_0000;
  /** The heap: [heapStart, heapEnd), heapEnd as brk set it, not rounded. */
  heapStart = 0;
  heapEnd = 0;
  /** The stack pointer that the program began with. */
  stackStart = 0;
  /** READ_IMPLIES_EXEC: a program without PT_GNU_STACK gets whatever it can read executable too. */
  readImpliesExec = false;

  constructor(machine: Machine, limits: MemoryLimits) {
    this.pages = new Pages(machine);
    this.limits = limits;
  }

  /** Clears all pages for another process. False: there are so many that a new memory is cheaper. */
  recycle(): boolean {
    if (this.pages.usedBytes > MOST_RECYCLED) return false;
    this.pages.clearAll();
    return true;
  }

  get areas(): readonly Area[] {
    return this.sorted;
  }

  /** Bytes of address space in use. */
  get size(): number {
    return this.mappedBytes;
  }

  /** Bytes that the guest can reach. */
  get charged(): number {
    return this.chargedBytes;
  }

  /** The area that holds `address`. */
  find(address: number): Area | undefined {
    const area = this.sorted[this.indexFrom(address)];
    return area !== undefined && area.start <= address ? area : undefined;
  }

  /** Does any area overlap [start, end)? */
  isOccupied(start: number, end: number): boolean {
    const area = this.sorted[this.indexFrom(start)];
    return area !== undefined && area.start < end;
  }

  /** The areas that overlap [start, end), in rising order. */
  within(start: number, end: number): readonly Area[] {
    const found: Area[] = [];
    for (let i = this.indexFrom(start); i < this.sorted.length && this.sorted[i]!.start < end; i++) {
      found.push(this.sorted[i]!);
    }
    return found;
  }

  /** Is all of [start, end) covered by areas? */
  isCovered(start: number, end: number): boolean {
    let at = start;
    for (const area of this.within(start, end)) {
      if (area.start > at) return false;
      at = area.end;
    }
    return at >= end;
  }

  /** Where a mapping of `length` bytes goes: at `hint` if that is free, else the highest gap; or -ENOMEM. */
  findUnmappedArea(length: number, hint = 0): number {
    const rounded = pageUp(length);
    if (hint !== 0 && this.fits(pageDown(Math.max(hint, MMAP_MIN_ADDR)), rounded)) {
      return pageDown(Math.max(hint, MMAP_MIN_ADDR));
    }
    let high = this.mmapBase;
    for (let i = this.sorted.length - 1; i >= 0; i--) {
      const area = this.sorted[i]!;
      if (area.end <= high && high - area.end >= rounded) return high - rounded;
      high = Math.min(high, lowEdge(area));
    }
    if (high - MMAP_MIN_ADDR >= rounded) return high - rounded;
    return this.findUpward(rounded);
  }

  /** May mappings grow by `bytes` of address space and `reachable` bytes of memory? -ENOMEM if not. */
  allows(bytes: number, reachable: number): number {
    if (this.sorted.length >= MAX_MAP_COUNT) return -ENOMEM;
    if (this.mappedBytes + bytes > this.limits.addressSpace()) return -ENOMEM;
    return this.chargedBytes + reachable > this.limits.memory ? -ENOMEM : 0;
  }

  /**
   * Maps zeros, or a file, at [area.start, area.end); whatever was there goes, unless `keep`: then it is -EEXIST.
   * The area's start, or -errno.
   */
  map(area: Area, keep = false): number {
    if (keep && this.isOccupied(area.start, area.end)) return -EEXIST;
    const wanted =
      this.readImpliesExec && area.protection & PROT_READ ? { ...area, protection: area.protection | PROT_EXEC } : area;
    const freed = this.within(area.start, area.end).map((old) =>
      slice(old, Math.max(old.start, area.start), Math.min(old.end, area.end)),
    );
    const freedBytes = freed.reduce((sum, old) => sum + old.end - old.start, 0);
    const allowed = this.allows(
      wanted.end - wanted.start - freedBytes,
      charge(wanted) - freed.reduce((sum, old) => sum + charge(old), 0),
    );
    if (allowed < 0) return allowed;
    const unmapped = this.unmap(area.start, area.end);
    if (unmapped < 0) return unmapped;
    this.pages.clear(wanted.start, wanted.end);
    const filled = wanted.backing === undefined ? wanted : adopt(this.pages, wanted, wanted.backing);
    if (typeof filled === "number") return filled;
    filled.backing?.shared?.enter(filled);
    this.insert(filled);
    this.applyAccess(filled);
    return filled.start;
  }

  /** Maps `length` zeroed bytes at `start`. */
  mapAnonymous(start: number, length: number, protection: number): number {
    return this.map(anonymous(start, start + pageUp(length), protection));
  }

  /** Maps `length` bytes of a file privately at `start`. */
  mapFile(start: number, length: number, protection: number, backing: Backing): number {
    return this.map(anonymous(start, start + pageUp(length), protection, { backing }));
  }

  /** Installs pages of the kernel's own, zeroed; the caller fills them. */
  mapSpecial(place: SpecialPlacement): void {
    const { address, length, permissions, mayWrite, name } = place;
    this.pages.clear(address, address + length);
    this.pages.markUsed(address, address + length);
    const area = anonymous(address, address + length, permissions, { special: { name, mayWrite } });
    this.applyAccess(area);
    this.insert(area);
  }

  /** Takes [start, end) away; holes in it are no mistake. Half a special mapping is -EINVAL. */
  unmap(start: number, end: number): number {
    if (this.cutsSpecial(start, end)) return -EINVAL;
    this.synchronize(start, end);
    this.gather(start, end);
    for (const area of this.cut(start, end)) {
      this.pages.protect(area.start, area.end, 0);
      area.backing?.shared?.left(area);
    }
    return 0;
  }

  /** mprotect: -ENOMEM at a hole (what is below it has been changed, as on Linux), -EACCES, -EINVAL. */
  protect(start: number, end: number, wanted: number): number {
    const protection = this.readImpliesExec && wanted & PROT_READ ? wanted | PROT_EXEC : wanted;
    if (this.cutsSpecial(start, end)) return -EINVAL;
    let at = start;
    for (const area of this.within(start, end)) {
      if (area.start > at) return -ENOMEM;
      if (protection & PROT_WRITE && !mayWrite(area)) return -EACCES;
      at = Math.min(area.end, end);
      const from = Math.max(area.start, start);
      const changed = withProtection(slice(area, from, at), protection);
      if (this.chargedBytes + charge(changed) - charge(slice(area, from, at)) > this.limits.memory) return -ENOMEM;
      this.cut(from, at);
      this.insert(changed);
      this.applyAccess(changed);
    }
    return at < end ? -ENOMEM : 0;
  }

  /**
   * The page at `address` is missing: if the stack may grow there, it does (true). It may not come nearer than the
   * guard gap to what is mapped below it, nor pass RLIMIT_STACK.
   */
  growStack(address: number): boolean {
    const index = this.indexFrom(address);
    const stack = this.sorted[index];
    if (stack === undefined || !stack.growsDown || stack.start <= address || address < MMAP_MIN_ADDR) return false;
    const start = pageDown(address);
    if (stack.end - start > this.limits.stack()) return false;
    const below = this.sorted[index - 1];
    const guarded = below !== undefined && below.protection !== 0 && !below.growsDown;
    if (guarded && start - below.end < STACK_GUARD_GAP) return false;
    if (below !== undefined && start < below.end) return false;
    const grown = { ...stack, start };
    if (this.allows(stack.start - start, stack.start - start) < 0) return false;
    this.pages.clear(start, stack.start);
    this.pages.protect(start, stack.start, accessBits(stack.protection));
    this.sorted[index] = grown;
    this.mappedBytes += stack.start - start;
    this.chargedBytes += charge(grown) - charge(stack);
    return true;
  }

  /** brk(2): the end of the heap afterwards, which is the old one if `wanted` could not be had. */
  setHeapEnd(wanted: number): number {
    if (wanted < this.heapStart || wanted > TASK_SIZE) return this.heapEnd;
    const [before, after] = [pageUp(this.heapEnd), pageUp(wanted)];
    if (wanted - this.heapStart > this.limits.data()) return this.heapEnd;
    if (after < before) {
      if (this.unmap(after, before) < 0) return this.heapEnd;
    } else if (after > before) {
      const next = this.sorted[this.indexFrom(before)];
      if (next !== undefined && lowEdge(next) < after + PAGE_SIZE) return this.heapEnd;
      if (after > TASK_SIZE - PAGE_SIZE) return this.heapEnd;
      if (this.mapAnonymous(before, after - before, PROT_READ | PROT_WRITE) < 0) return this.heapEnd;
    }
    this.heapEnd = wanted;
    return wanted;
  }

  /** Writes every changed shared file mapping in [start, end) back: msync, exit. 0 or -errno. */
  synchronize(start: number, end: number): number {
    let result = 0;
    for (const { start: first, end: last, backing } of this.within(start, end)) {
      if (backing?.shared === undefined) continue;
      const base = backing.offset - first;
      result = backing.shared.flush(base + Math.max(first, start), base + Math.min(last, end)) || result;
    }
    return result;
  }

  /** Gives all mappings of shared file pages in [start, end) the same contents, before some of them go. */
  gather(start: number, end: number): void {
    for (const area of this.within(start, end)) {
      area.backing?.shared?.share(slice(area, Math.max(area.start, start), Math.min(area.end, end)));
    }
  }

  /**
   * Gives pages in [start, end) back that another mapping of the same file had instead: true if there were any. The
   * protection of the areas must allow to write, or else to read or run.
   */
  regain(start: number, end: number, needed: number): boolean {
    let isChanged = false;
    for (const area of this.within(start, end)) {
      const file = area.backing?.shared;
      if (file === undefined || (accessBits(area.protection) & needed) === 0) continue;
      const last = Math.min(area.present, end);
      for (let page = pageDown(Math.max(area.start, start)); page < last; page += PAGE_SIZE) {
        if ((this.pages.permissions(page) & needed) === 0) isChanged = file.regain(area, page, needed) || isChanged;
      }
    }
    return isChanged;
  }

  /**
   * For the kernel to write to a range that shows one page of a file twice: until `settle`, which comes before the
   * guest runs again, all mappings of the page can be written. True if there was such a page.
   */
  open(start: number, end: number): boolean {
    const before = this.opened.length;
    for (const area of this.within(start, end)) {
      if ((area.protection & PROT_WRITE) === 0) continue;
      const last = Math.min(area.present, end);
      for (let page = pageDown(Math.max(area.start, start)); page < last; page += PAGE_SIZE) {
        if ((this.pages.permissions(page) & PROT_WRITE) !== 0) continue;
        const opened = area.backing?.shared?.open(area, page);
        if (opened !== undefined) this.opened.push(opened);
      }
    }
    return this.opened.length > before;
  }

  /** What the kernel has written by way of `open` is in all mappings. */
  settle(): void {
    if (this.opened.length === 0) return;
    for (const page of this.opened.splice(0)) page.file.merge(page);
  }

  /** The file that `area` shows has become longer or shorter, and with it the area's contents. */
  resize(area: Area, changed: Area): void {
    this.sorted[this.sorted.indexOf(area)] = changed;
    this.chargedBytes += charge(changed) - charge(area);
    this.applyAccess(changed);
  }

  /** Closes the files that shared mappings have kept open: at the end of the process. */
  close(): void {
    for (const area of this.sorted) area.backing?.shared?.close();
  }

  /** Takes areas out (splitting at the edges) without touching their pages: for mremap. */
  cut(start: number, end: number): readonly Area[] {
    const first = this.indexFrom(start);
    const gone: Area[] = [];
    const rest: Area[] = [];
    let index = first;
    for (; index < this.sorted.length && this.sorted[index]!.start < end; index++) {
      const area = this.sorted[index]!;
      if (area.start < start) rest.push(slice(area, area.start, start));
      gone.push(slice(area, Math.max(area.start, start), Math.min(area.end, end)));
      if (area.end > end) rest.push(slice(area, end, area.end));
    }
    this.sorted.splice(first, index - first, ...rest);
    for (const area of gone) {
      this.mappedBytes -= area.end - area.start;
      this.chargedBytes -= charge(area);
    }
    return gone;
  }

  /** Enters an area where nothing is, and merges it with its neighbours; its pages are the caller's business. */
  insert(area: Area): void {
    const index = this.indexFrom(area.start);
    this.mappedBytes += area.end - area.start;
    this.chargedBytes += charge(area);
    const [before, after] = [this.sorted[index - 1], this.sorted[index]];
    const low = before === undefined || this.isSeam(area.start) ? undefined : merged(before, area);
    const whole = low ?? area;
    const high = after === undefined || this.isSeam(area.end) ? undefined : merged(whole, after);
    this.sorted.splice(low === undefined ? index : index - 1, (low ? 1 : 0) + (high ? 1 : 0), high ?? whole);
  }

  /** Tells the processor what the guest may do in `area`, which has been entered. */
  applyAccess(area: Area): void {
    this.pages.protect(area.start, area.present, accessBits(area.protection));
    this.pages.protect(area.present, area.end, 0);
    area.backing?.shared?.share(area);
  }

  /** Would [start, end) cut a special mapping in two? */
  cutsSpecial(start: number, end: number): boolean {
    return this.within(start, end).some((area) => area.special !== undefined && (area.start < start || area.end > end));
  }

  /** The heap stays apart from the program's own zeroed data below it. */
  private isSeam(address: number): boolean {
    return address === this.heapStart;
  }

  /** Index of the first area that ends above `address`. */
  private indexFrom(address: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]!.end > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private fits(start: number, length: number): boolean {
    if (start + length > TASK_SIZE) return false;
    const next = this.sorted[this.indexFrom(start)];
    return next === undefined || lowEdge(next) >= start + length;
  }

  /** Linux's second try: upward from a third of the address space. */
  private findUpward(length: number): number {
    let low = TASK_UNMAPPED_BASE;
    for (const area of this.sorted) {
      if (area.end <= low) continue;
      if (lowEdge(area) - low >= length) return low;
      low = Math.max(low, area.end);
    }
    return TASK_SIZE - low >= length ? low : -ENOMEM;
  }
}

/** Where an area begins for those who want to be below it: a stack keeps its guard gap. */
function lowEdge(area: Area): number {
  return area.growsDown ? Math.max(0, area.start - STACK_GUARD_GAP) : area.start;
}

/** May PROT_WRITE be given to `area`? Not to a shared mapping of a file that was opened to read, nor to [vvar]. */
function mayWrite(area: Area): boolean {
  if (area.special !== undefined) return area.special.mayWrite;
  return !area.shared || area.backing === undefined || area.backing.writable;
}
