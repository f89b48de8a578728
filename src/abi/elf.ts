/** linux/elf.h, for ELFCLASS32. Offsets in bytes. */
export const ELF_MAGIC = 0x464c_457f;
export const ELFCLASS32 = 1;
export const ELFDATA2LSB = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;
export const EM_386 = 3;
export const EM_X86_64 = 62;

export const ELF_HEADER = {
  size: 52,
  class: 4,
  data: 5,
  e_type: 16,
  e_machine: 18,
  e_version: 20,
  e_entry: 24,
  e_phoff: 28,
  e_phentsize: 42,
  e_phnum: 44,
} as const;

export const PROGRAM_HEADER = {
  size: 32,
  p_type: 0,
  p_offset: 4,
  p_vaddr: 8,
  p_filesz: 16,
  p_memsz: 20,
  p_flags: 24,
  p_align: 28,
} as const;

export const PT_LOAD = 1;
export const PT_INTERP = 3;
export const PT_PHDR = 6;
export const PT_GNU_STACK = 0x6474_e551;

export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;
