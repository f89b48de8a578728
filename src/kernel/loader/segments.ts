/** Puts the segments of an ELF file into the memory map. */
import { ENOMEM } from "../../abi/errno.ts";
import { PROT_WRITE } from "../../abi/mman.ts";
import type { Dentry } from "../../fs/index.ts";
import { pageDown, pageUp } from "../memory/memory-map.ts";
import type { Task } from "../task.ts";
import type { ElfFile, Segment } from "./elf.ts";

/** Maps every segment at its address plus `bias`: 0 or -errno. */
export function mapSegments(task: Task, elf: ElfFile, dentry: Dentry, bias: number): number {
  for (const segment of elf.segments) {
    const mapped = mapSegment(task, segment, dentry, bias);
    if (mapped < 0) return mapped;
  }
  return 0;
}

function mapSegment(task: Task, segment: Segment, dentry: Dentry, bias: number): number {
  const { memory } = task;
  const { protection, fileSize, memorySize } = segment;
  const address = segment.address + bias;
  const start = pageDown(address);
  const fileEnd = address + fileSize;
  let end = start;
  if (fileSize > 0) {
    const backing = { dentry, offset: segment.offset - (address - start), writable: false };
    const mapped = memory.mapFile(start, fileEnd - start, protection, backing);
    if (mapped < 0) return mapped;
    end = pageUp(fileEnd);
  }
  if (memorySize <= fileSize) return 0;
  // What follows the file's bytes on their last page is zero if the segment can be written (padzero in Linux).
  if (protection & PROT_WRITE && fileSize > 0) {
    if (task.writable(fileEnd, end - fileEnd)?.fill(0) === undefined) return -ENOMEM;
  }
  const top = pageUp(address + memorySize);
  return top > end ? Math.min(0, memory.mapAnonymous(end, top - end, protection)) : 0;
}
