/** The memory map's system calls: mmap(2), munmap(2), mprotect(2), mremap(2), brk(2), madvise(2) and their kind. */
import { EACCES, EBADF, EFAULT, EINVAL, ENODEV, ENOMEM, EOPNOTSUPP, EOVERFLOW, EPERM } from "../../abi/errno.ts";
import { MMAP_MIN_ADDR, PAGE_SIZE, TASK_SIZE } from "../../abi/layout.ts";
import {
  MADV_COLD,
  MADV_DODUMP,
  MADV_DOFORK,
  MADV_DONTDUMP,
  MADV_DONTFORK,
  MADV_DONTNEED,
  MADV_FREE,
  MADV_HUGEPAGE,
  MADV_KEEPONFORK,
  MADV_MERGEABLE,
  MADV_NOHUGEPAGE,
  MADV_NORMAL,
  MADV_PAGEOUT,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_UNMERGEABLE,
  MADV_WILLNEED,
  MADV_WIPEONFORK,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_HUGETLB,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_SYNC,
  MAP_TYPE,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  PROT_EXEC,
  PROT_GROWSDOWN,
  PROT_GROWSUP,
  PROT_READ,
  PROT_WRITE,
} from "../../abi/mman.ts";
import { makeDevice, S_IFCHR, S_IFREG } from "../../abi/stat.ts";
import { accessBits, anonymous, type Area, type Backing } from "../memory/area.ts";
import { pageDown, pageUp } from "../memory/memory-map.ts";
import { remap } from "../memory/remap.ts";
import { adopt, SharedFile } from "../memory/shared-file.ts";
import type { Task } from "../task.ts";

const ZERO_DEVICE = makeDevice(1, 5);
const OLD_MMAP_ARGUMENTS = 24;

/** `offset` counts pages of 4096 bytes. */
export function sysMmap2(
  task: Task,
  address: number,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
): number {
  if ((flags & MAP_ANONYMOUS) === 0) return mapDescriptor(task, address, length, protection, flags, fd, offset);
  const isShared = sharingOf(flags);
  if (typeof isShared === "number") return isShared;
  return place(task, address, length, protection, flags, (start, end, bits) =>
    anonymous(start, end, bits, { shared: isShared }),
  );
}

/** The first mmap had its arguments in memory, and an offset in bytes. */
export function sysOldMmap(task: Task, address: number): number {
  if (task.readable(address, OLD_MMAP_ARGUMENTS) === null) return -EFAULT;
  const argument = (index: number): number => task.machine.view.getUint32(address + 4 * index, true);
  if (argument(5) % PAGE_SIZE !== 0) return -EINVAL;
  return sysMmap2(task, argument(0), argument(1), argument(2), argument(3), argument(4), argument(5) / PAGE_SIZE);
}

function mapDescriptor(
  task: Task,
  address: number,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  pages: number,
): number {
  const file = task.files.get(fd);
  if (file === undefined) return -EBADF;
  const isShared = sharingOf(flags);
  if (typeof isShared === "number") return isShared;
  if (!file.isReadable) return -EACCES;
  if (isShared && protection & PROT_WRITE && !file.isWritable) return -EACCES;
  if (pages + pageUp(length) / PAGE_SIZE > 0x10_0000_0000) return -EOVERFLOW;
  const { inode } = file;
  const attributes = inode.attributes();
  if (typeof attributes === "number") return attributes;
  if (inode.type === S_IFCHR && attributes.representedDevice === ZERO_DEVICE) {
    return place(task, address, length, protection, flags, (start, end, bits) =>
      anonymous(start, end, bits, { shared: isShared }),
    );
  }
  if (inode.type !== S_IFREG) return -ENODEV;
  const shared = isShared ? SharedFile.of(inode, task.memory) : undefined;
  const backing: Backing = {
    dentry: file.dentry,
    offset: pages * PAGE_SIZE,
    writable: isShared && file.isWritable,
    ...(shared === undefined ? {} : { shared }),
  };
  const start = place(task, address, length, protection, flags, (from, end, bits) =>
    anonymous(from, end, bits, { shared: isShared, backing }),
  );
  if (start >= 0) shared?.keep(file);
  return start;
}

/** MAP_SHARED or not; -EINVAL if neither is asked for. */
function sharingOf(flags: number): boolean | number {
  const type = flags & MAP_TYPE;
  if (type === MAP_SHARED_VALIDATE && (flags & MAP_SYNC) !== 0) return -EOPNOTSUPP;
  if (type === MAP_SHARED || type === MAP_SHARED_VALIDATE) return true;
  return type === MAP_PRIVATE ? false : -EINVAL;
}

/** Chooses the address as the flags say, and maps what `make` makes there. */
function place(
  task: Task,
  address: number,
  length: number,
  protection: number,
  flags: number,
  make: (start: number, end: number, protection: number) => Area,
): number {
  const { memory } = task;
  const isFixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0;
  const keeps = (flags & MAP_FIXED_NOREPLACE) !== 0;
  if (length === 0) return -EINVAL;
  if (flags & (MAP_GROWSDOWN | MAP_HUGETLB)) {
    const name = flags & MAP_GROWSDOWN ? "MAP_GROWSDOWN" : "MAP_HUGETLB";
    task.reportOnce(name, `mmap: ${name} is not supported`);
    return flags & MAP_GROWSDOWN ? -EOPNOTSUPP : -ENOMEM;
  }
  const size = pageUp(length);
  if (size > TASK_SIZE) return -ENOMEM;
  if (!isFixed) {
    const start = memory.findUnmappedArea(size, address);
    return start < 0 ? start : memory.map(make(start, start + size, protection & 7));
  }
  if (address + size > TASK_SIZE) return -ENOMEM;
  if (address % PAGE_SIZE !== 0) return -EINVAL;
  if (address < MMAP_MIN_ADDR) return -EPERM;
  return memory.map(make(address, address + size, protection & 7), keeps);
}

export function sysMunmap(task: Task, address: number, length: number): number {
  const size = pageUp(length);
  if (address % PAGE_SIZE !== 0 || size === 0 || address + size > TASK_SIZE) return -EINVAL;
  return task.memory.unmap(address, address + size);
}

export function sysMprotect(task: Task, address: number, length: number, protection: number): number {
  const grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
  if (grows === (PROT_GROWSDOWN | PROT_GROWSUP) || address % PAGE_SIZE !== 0) return -EINVAL;
  if (length === 0) return 0;
  const end = address + pageUp(length);
  const bits = protection & ~grows;
  if (end > 2 ** 32) return -ENOMEM;
  if ((bits & ~(PROT_READ | PROT_WRITE | PROT_EXEC | 8)) !== 0) return -EINVAL;
  if (end > TASK_SIZE) return -ENOMEM;
  if (grows === 0) return task.memory.protect(address, end, bits & 7);
  const area = task.memory.find(address);
  if (area === undefined) return -ENOMEM;
  if (grows === PROT_GROWSUP || !area.growsDown) return -EINVAL;
  return task.memory.protect(area.start, end, bits & 7);
}

/** A [vdso] that moves takes the place where SYSENTER and SYSCALL return along with it. */
export function sysMremap(
  task: Task,
  address: number,
  oldLength: number,
  newLength: number,
  flags: number,
  target: number,
): number {
  const { gates } = task;
  const moved = remap(task.memory, address, oldLength, newLength, flags, target);
  if (moved < 0 || moved === address) return moved;
  const { registers } = task.machine;
  if (gates.vvar === address) gates.vvar = moved;
  if (gates.vdso === address) {
    if (registers.eip >= address && registers.eip < address + newLength)
      registers.eip = registers.eip - address + moved;
    gates.vdso = moved;
  }
  return moved;
}

/** Gives the end of the heap, whether or not it could be moved; never an error (brk(2), C library/kernel differences). */
export function sysBrk(task: Task, address: number): number {
  return task.memory.setHeapEnd(address);
}

/** There is nothing to swap, so advice is taken and does nothing, but for DONTNEED and FREE, which empty pages. */
export function sysMadvise(task: Task, address: number, length: number, advice: number): number {
  if (address % PAGE_SIZE !== 0) return -EINVAL;
  const end = address + pageUp(length);
  if (end > 2 ** 32) return -EINVAL;
  switch (advice) {
    case MADV_DONTNEED:
    case MADV_FREE:
      return discard(task, address, end, advice === MADV_FREE);
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_DONTFORK:
    case MADV_DOFORK:
    case MADV_MERGEABLE:
    case MADV_UNMERGEABLE:
    case MADV_HUGEPAGE:
    case MADV_NOHUGEPAGE:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
    case MADV_WIPEONFORK:
    case MADV_KEEPONFORK:
    case MADV_COLD:
    case MADV_PAGEOUT:
    case MADV_POPULATE_READ:
    case MADV_POPULATE_WRITE:
      return task.memory.isCovered(address, Math.min(end, TASK_SIZE)) ? 0 : -ENOMEM;
    default:
      return -EINVAL;
  }
}

/** Anonymous private pages become zero, private pages of a file are read again; shared ones keep what they hold. */
function discard(task: Task, start: number, end: number, onlyAnonymous: boolean): number {
  const { memory } = task;
  for (const area of memory.within(start, end)) {
    if (onlyAnonymous && (area.shared || area.backing !== undefined)) return -EINVAL;
    if (area.special !== undefined) return -EINVAL;
    if (area.shared) continue;
    const [from, to] = [Math.max(area.start, start), Math.min(area.end, end)];
    memory.pages.zero(from, to, accessBits(area.protection));
    if (area.backing === undefined) continue;
    const backing = { ...area.backing, offset: area.backing.offset + from - area.start };
    const read = adopt(memory.pages, { ...area, start: from, end: to }, backing);
    if (typeof read === "number") return read;
  }
  return memory.isCovered(start, Math.min(end, TASK_SIZE)) ? 0 : -ENOMEM;
}

export function sysMsync(task: Task, address: number, length: number, flags: number): number {
  if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) !== 0 || address % PAGE_SIZE !== 0) return -EINVAL;
  if ((flags & MS_ASYNC) !== 0 && (flags & MS_SYNC) !== 0) return -EINVAL;
  const end = address + pageUp(length);
  if (end > 2 ** 32) return -ENOMEM;
  const written = task.memory.synchronize(address, end);
  if (written < 0) return written;
  return task.memory.isCovered(address, Math.min(end, TASK_SIZE)) ? 0 : -ENOMEM;
}

/** Every mapped page is in memory. */
export function sysMincore(task: Task, address: number, length: number, vector: number): number {
  if (address % PAGE_SIZE !== 0) return -EINVAL;
  const end = address + pageUp(length);
  if (end > TASK_SIZE) return -ENOMEM;
  const pages = (end - address) / PAGE_SIZE;
  if (task.writable(vector, pages) === null) return -EFAULT;
  if (!task.memory.isCovered(address, end)) return -ENOMEM;
  task.writable(vector, pages)?.fill(1);
  return 0;
}

/** Nothing is ever swapped out, so everything is locked. */
export function sysMlock(task: Task, address: number, length: number): number {
  const end = pageUp(address + length);
  return task.memory.isCovered(pageDown(address), Math.min(end, TASK_SIZE)) ? 0 : -ENOMEM;
}

export function sysMlockall(_task: Task, flags: number): number {
  return flags === 0 || flags > 7 ? -EINVAL : 0;
}

export function sysMunlockall(): number {
  return 0;
}
