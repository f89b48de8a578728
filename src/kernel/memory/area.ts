/** A stretch of the address space with one protection and one origin: Linux's vm_area_struct. */
import type { Dentry } from "../../fs/index.ts";
import { PROT_READ, PROT_WRITE } from "../../abi/mman.ts";
import { EXECUTE, READ, WRITE } from "../../machine/machine.ts";
import type { SharedFile } from "./shared-file.ts";

/** The file that an area shows. */
export interface Backing {
  readonly dentry: Dentry;
  /** Position in the file of the area's first byte. */
  readonly offset: number;
  /** MAP_SHARED through a descriptor open for writing: mprotect may add PROT_WRITE, and changes go back to the file. */
  readonly writable: boolean;
  /** Of MAP_SHARED: what all such mappings of the file have in common. */
  readonly shared?: SharedFile;
}

/** Pages that the kernel itself installed: [vdso], [vvar]. Only whole ones can be changed. */
export interface Special {
  readonly name: string;
  /** mprotect may add PROT_WRITE. */
  readonly mayWrite: boolean;
}

export interface Area {
  readonly start: number;
  readonly end: number;
  /** PROT_* bits as asked for; the processor's are `accessBits`. */
  readonly protection: number;
  readonly shared: boolean;
  /** End of the pages that have contents; the rest are beyond the end of the file and raise SIGBUS. */
  readonly present: number;
  readonly growsDown: boolean;
  /** It could once be written privately (VM_ACCOUNT): such an area never merges with one that could not. */
  readonly accounted: boolean;
  readonly backing?: Backing;
  readonly special?: Special;
}

/** What the processor is told: on IA-32 a page that can be written or executed can be read too. */
export function accessBits(protection: number): number {
  const bits = protection & (READ | WRITE | EXECUTE);
  return bits === 0 ? 0 : bits | PROT_READ;
}

/** Bytes of an area that count against the memory limit: those that the guest can reach. */
export function charge(area: Area): number {
  return accessBits(area.protection) === 0 ? 0 : Math.max(0, area.present - area.start);
}

/** An anonymous private area, or what `more` says. */
export function anonymous(start: number, end: number, protection: number, more: Partial<Area> = {}): Area {
  const accounted = (protection & PROT_WRITE) !== 0 && more.shared !== true;
  return { start, end, protection, shared: false, present: end, growsDown: false, accounted, ...more };
}

/** `area` with another protection. */
export function withProtection(area: Area, protection: number): Area {
  return { ...area, protection, accounted: area.accounted || ((protection & PROT_WRITE) !== 0 && !area.shared) };
}

/** The part [start, end) of `area`. */
export function slice(area: Area, start: number, end: number): Area {
  const { backing } = area;
  const part = { ...area, start, end, present: Math.max(start, Math.min(area.present, end)) };
  if (backing === undefined) return part;
  return { ...part, backing: { ...backing, offset: backing.offset + start - area.start } };
}

/** `low` and `high`, which touch, as one area; undefined if they differ in anything but their place. */
export function merged(low: Area, high: Area): Area | undefined {
  if (low.end !== high.start || low.protection !== high.protection || low.shared !== high.shared) return undefined;
  if (low.growsDown !== high.growsDown || low.special !== undefined || high.special !== undefined) return undefined;
  if (low.present !== low.end || low.accounted !== high.accounted) return undefined;
  const whole = { ...low, end: high.end, present: high.present };
  const [a, b] = [low.backing, high.backing];
  if (a === undefined && b === undefined) return low.shared ? undefined : whole;
  if (a === undefined || b === undefined) return undefined;
  const same = a.dentry === b.dentry && a.writable === b.writable && a.shared === b.shared;
  return same && a.offset + low.end - low.start === b.offset ? whole : undefined;
}
