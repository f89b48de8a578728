/** The memory map as /proc/PID/maps prints it (show_map_vma in linux/fs/proc/task_mmu.c, in its 32-bit form). */
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../../abi/mman.ts";
import { deviceMajor, deviceMinor } from "../../abi/stat.ts";
import { pathOf, type Dentry } from "../../fs/index.ts";
import { gateMappings, type Gates } from "../../gates/index.ts";
import type { Area } from "./area.ts";
import type { MemoryMap } from "./memory-map.ts";

/** What comes before a name is padded to this: 25 + 6 * sizeof(void *) - 1. */
const NAME_PADDING = 48;

/** One line each area, lowest first, with the pages above user space last. */
export function describeMap(map: MemoryMap, gates: Gates, root: Dentry): string {
  const lines = map.areas.map((area) => describeArea(map, area, root));
  for (const { start, end, permissions, name } of gateMappings(gates)) {
    lines.push(line(start, end, permissions, 0, 0, "0", name));
  }
  return lines.join("");
}

/** The name of an area: a file's path, [heap], [stack], [vdso], or nothing. */
export function areaName(map: MemoryMap, area: Area, root: Dentry): string {
  if (area.backing !== undefined) return pathOf(area.backing.dentry, root).replaceAll("\n", "\\012");
  if (area.special !== undefined) return area.special.name;
  if (area.shared) return "/dev/zero (deleted)";
  if (area.start < map.heapEnd && area.end > map.heapStart) return "[heap]";
  return area.start <= map.stackStart && area.end >= map.stackStart ? "[stack]" : "";
}

function describeArea(map: MemoryMap, area: Area, root: Dentry): string {
  const attributes = area.backing?.dentry.inode.attributes();
  const known = typeof attributes === "object" ? attributes : undefined;
  const permissions =
    (area.protection & PROT_READ ? "r" : "-") +
    (area.protection & PROT_WRITE ? "w" : "-") +
    (area.protection & PROT_EXEC ? "x" : "-") +
    (area.shared ? "s" : "p");
  const inode = known === undefined ? "0" : known.inode.toString();
  const name = areaName(map, area, root);
  return line(area.start, area.end, permissions, area.backing?.offset ?? 0, known?.device ?? 0, inode, name);
}

function line(
  start: number,
  end: number,
  permissions: string,
  offset: number,
  device: number,
  inode: string,
  name: string,
): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  const place = `${hex(deviceMajor(device), 2)}:${hex(deviceMinor(device), 2)}`;
  const head = `${hex(start, 8)}-${hex(end, 8)} ${permissions} ${hex(offset, 8)} ${place} ${inode} `;
  return `${name === "" ? head : `${head.padEnd(NAME_PADDING)} ${name}`}\n`;
}
