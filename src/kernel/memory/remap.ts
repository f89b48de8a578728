/** mremap(2): grow, shrink or move a mapping. */
import { EFAULT, EINVAL, ENOMEM } from "../../abi/errno.ts";
import { TASK_SIZE } from "../../abi/layout.ts";
import { MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from "../../abi/mman.ts";
import { accessBits, anonymous, slice, type Area } from "./area.ts";
import { pageUp, type MemoryMap } from "./memory-map.ts";

/**
 * Changes [from, from + oldLength) to `newLength` bytes, at `fixed` with MREMAP_FIXED: the new address or -errno.
 * Lengths are not rounded yet. An old length of zero (which copies a shared mapping) is -EINVAL here.
 */
export function remap(
  map: MemoryMap,
  from: number,
  oldLength: number,
  newLength: number,
  flags: number,
  fixed: number,
): number {
  const mayMove = (flags & MREMAP_MAYMOVE) !== 0;
  const isFixed = (flags & MREMAP_FIXED) !== 0;
  const keepsOld = (flags & MREMAP_DONTUNMAP) !== 0;
  if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0) return -EINVAL;
  if ((isFixed || keepsOld) && !mayMove) return -EINVAL;
  const [before, after] = [pageUp(oldLength), pageUp(newLength)];
  if (from % 4096 !== 0 || after === 0 || before === 0 || after > TASK_SIZE) return -EINVAL;
  if (keepsOld && before !== after) return -EINVAL;

  const area = map.find(from);
  if (area === undefined) return -EFAULT;
  if (isFixed || keepsOld) {
    if (fixed % 4096 !== 0 || fixed + after > TASK_SIZE) return -EINVAL;
    if (fixed < from + before && from < fixed + after) return -EINVAL;
    if (from + Math.min(before, after) > area.end) return -EFAULT;
    if (area.special !== undefined && (area.start !== from || area.end !== from + before)) return -EINVAL;
    const target = isFixed ? fixed : map.findUnmappedArea(after, fixed);
    return target < 0 ? target : move(map, area, from, Math.min(before, area.end - from), after, target, keepsOld);
  }
  if (after <= before) {
    if (area.special !== undefined && (after < before || area.end !== from + before)) return -EINVAL;
    const unmapped = after < before ? map.unmap(from + after, from + before) : 0;
    return unmapped < 0 ? unmapped : from;
  }
  if (from + before > area.end || area.special !== undefined) return -EFAULT;
  if (from + before === area.end && growInPlace(map, area, from + after)) return from;
  if (!mayMove) return -ENOMEM;
  const target = map.findUnmappedArea(after);
  return target < 0 ? target : move(map, area, from, before, after, target, false);
}

/** Extends `area` to `end` where it is, if nothing is in the way. */
function growInPlace(map: MemoryMap, area: Area, end: number): boolean {
  if (end > TASK_SIZE || map.isOccupied(area.end, end)) return false;
  return map.map(extension(area, area.end, end)) >= 0;
}

/** New pages [start, end) that go on where `area` ends. */
function extension(area: Area, start: number, end: number): Area {
  if (area.backing === undefined) return anonymous(start, end, area.protection, { shared: area.shared });
  const offset = area.backing.offset + area.end - area.start;
  return anonymous(start, end, area.protection, { shared: area.shared, backing: { ...area.backing, offset } });
}

/** Moves [from, from + oldLength), which lies in `area`, to `target`, where it becomes `newLength` bytes. */
function move(
  map: MemoryMap,
  area: Area,
  from: number,
  oldLength: number,
  newLength: number,
  target: number,
  keepsOld: boolean,
): number {
  const length = Math.min(oldLength, newLength);
  const more = newLength - (keepsOld ? 0 : length);
  const allowed = map.allows(more, accessBits(area.protection) === 0 ? 0 : more);
  if (allowed < 0) return allowed;
  const cleared = map.unmap(target, target + newLength);
  if (cleared < 0) return cleared;
  if (newLength > length) {
    const grown = map.map(extension(slice(area, from, from + length), target + length, target + newLength));
    if (grown < 0) return grown;
  }

  map.gather(from, from + length);
  const part = slice(area, from, from + length);
  const moved = { ...part, start: target, end: target + length, present: target + part.present - from };
  map.pages.clear(target, target + length);
  map.pages.move(from, target, length);
  if (keepsOld && area.backing?.shared !== undefined) {
    // The old pages show the file again.
  } else if (keepsOld) {
    map.pages.zero(from, from + length, accessBits(area.protection));
  } else {
    map.cut(from, from + length);
    map.pages.protect(from, from + length, 0);
    if (oldLength > length) map.unmap(from + length, from + oldLength);
  }
  map.insert(moved);
  map.applyAccess(moved);
  return target;
}
