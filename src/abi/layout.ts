/** How i386 Linux splits the address space 3G/1G (asm/page_32_types.h, asm/processor.h, mm/Kconfig). */
export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;
/** The end of user space, PAGE_OFFSET. */
export const TASK_SIZE = 0xc000_0000;
/** Nothing is mapped below this (vm.mmap_min_addr). */
export const MMAP_MIN_ADDR = 0x1_0000;
/** A stack does not grow nearer than this to the mapping below it (stack_guard_gap, 256 pages). */
export const STACK_GUARD_GAP = 0x10_0000;
/** Where a position-independent program with an interpreter is loaded, before randomisation (asm/elf.h). */
export const ELF_ET_DYN_BASE = 0x40_0000;
