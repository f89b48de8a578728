/**
 * Files in memory. A mapping is read when it is made. Changes of a shared one go back to the file at msync, munmap
 * and exit: only the pages that differ from what was read, and never beyond the file's end. What the program writes
 * to the same file by write(2) in between does not show in the mapping; docs/system-calls.md says so.
 */
import { PAGE_SIZE } from "../../abi/layout.ts";
import type { Area, Backing } from "./area.ts";
import type { Pages } from "./pages.ts";

/** Reads `backing` into the area's pages; the area with its `present` end and pristine copy, or -errno. */
export function adopt(pages: Pages, area: Area, backing: Backing): Area | number {
  const attributes = backing.dentry.inode.attributes();
  if (typeof attributes === "number") return attributes;
  const available = Math.max(0, attributes.size - backing.offset);
  const length = Math.min(area.end - area.start, available);
  const target = pages.window(area.start, length);
  let done = 0;
  while (done < length) {
    const count = backing.dentry.inode.readAt(target.subarray(done), backing.offset + done);
    if (count < 0) return count;
    if (count === 0) break;
    done += count;
  }
  const present = Math.min(area.end, area.start + Math.ceil(done / PAGE_SIZE) * PAGE_SIZE);
  if (!area.shared || !backing.writable) return { ...area, present };
  const kept = { ...backing, pristine: target.slice(0, done), pristineOffset: backing.offset };
  return { ...area, present, backing: kept };
}

/** Writes the pages of a shared, writable file mapping that were changed back: 0 or -errno. */
export function writeBack(pages: Pages, area: Area): number {
  const { backing } = area;
  if (backing?.pristine === undefined || backing.pristineOffset === undefined) return 0;
  const { pristine } = backing;
  const skip = backing.offset - backing.pristineOffset;
  const length = Math.min(area.present - area.start, pristine.length - skip);
  for (let at = 0; at < length; at += PAGE_SIZE) {
    const size = Math.min(PAGE_SIZE, length - at);
    const now = pages.window(area.start + at, size);
    const then = pristine.subarray(skip + at, skip + at + size);
    if (now.every((byte, i) => byte === then[i])) continue;
    const written = backing.dentry.inode.writeAt(now, backing.offset + at);
    if (written < 0) return written;
    then.set(now);
  }
  return 0;
}
