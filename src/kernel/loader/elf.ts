/** Reads and judges the headers of a program (load_elf_binary in linux/fs/binfmt_elf.c). Trusts nothing it reads. */
import {
  EM_386,
  EM_X86_64,
  ELF_HEADER,
  ELF_MAGIC,
  ELFCLASS32,
  ELFDATA2LSB,
  ET_DYN,
  ET_EXEC,
  PF_R,
  PF_W,
  PF_X,
  PROGRAM_HEADER,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
} from "../../abi/elf.ts";
import { MMAP_MIN_ADDR, PAGE_SIZE, TASK_SIZE } from "../../abi/layout.ts";
import { PATH_MAX } from "../../abi/limits.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../../abi/mman.ts";
import { binaryString } from "../../text.ts";

/** Reads up to `length` bytes of the file at `position`; fewer at its end. */
export type FileReader = (position: number, length: number) => Uint8Array;

/** One PT_LOAD. */
export interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
  /** PROT_* */
  readonly protection: number;
}

export interface ElfFile {
  readonly isPositionIndependent: boolean;
  readonly entry: number;
  readonly headersOffset: number;
  readonly headerCount: number;
  readonly segments: readonly Segment[];
  /** Lowest and highest address of the segments, in whole pages. */
  readonly low: number;
  readonly high: number;
  readonly interpreter?: string;
  /** PT_GNU_STACK: is the stack executable? undefined: the file does not say. */
  readonly executableStack?: boolean;
}

/** Linux reads at most this much of program headers. */
const MAX_HEADERS = 65536;

/** The program in a file of `fileSize` bytes, or a sentence that says what is wrong with it. */
export function parseElf(read: FileReader, fileSize: number): ElfFile | string {
  const header = read(0, ELF_HEADER.size);
  if (header.length < 4 || word(header, 0) !== ELF_MAGIC) return "it is no ELF file";
  if (header.length < ELF_HEADER.size) return "its ELF header is cut short";
  const wrong = judgeHeader(header);
  if (wrong !== undefined) return wrong;

  const count = half(header, ELF_HEADER.e_phnum);
  const offset = word(header, ELF_HEADER.e_phoff);
  const size = count * PROGRAM_HEADER.size;
  if (half(header, ELF_HEADER.e_phentsize) !== PROGRAM_HEADER.size) return "its program headers have a wrong size";
  if (count === 0 || size > MAX_HEADERS) return `it has ${count} program headers`;
  const headers = read(offset, size);
  if (headers.length < size) return "its program headers are beyond the end of the file";

  const segments: Segment[] = [];
  let interpreter: string | undefined;
  let executableStack: boolean | undefined;
  for (let at = 0; at < size; at += PROGRAM_HEADER.size) {
    const type = word(headers, at + PROGRAM_HEADER.p_type);
    if (type === PT_LOAD) {
      const segment = readSegment(headers, at);
      const fault = judgeSegment(segment, segments.length, fileSize);
      if (fault !== undefined) return fault;
      if (segment.memorySize > 0) segments.push(segment);
    } else if (type === PT_GNU_STACK) {
      executableStack = (word(headers, at + PROGRAM_HEADER.p_flags) & PF_X) !== 0;
    } else if (type === PT_INTERP && interpreter === undefined) {
      const name = readInterpreter(read, headers, at);
      if (name === undefined) return "the name of its interpreter is malformed";
      interpreter = name;
    }
  }
  if (segments.length === 0) return "it has nothing to load";
  const overlap = overlapOf(segments);
  if (overlap !== undefined) return overlap;

  const isPositionIndependent = half(header, ELF_HEADER.e_type) === ET_DYN;
  const low = Math.min(...segments.map(({ address }) => Math.floor(address / PAGE_SIZE))) * PAGE_SIZE;
  const high =
    Math.max(...segments.map(({ address, memorySize }) => Math.ceil((address + memorySize) / PAGE_SIZE))) * PAGE_SIZE;
  if (!isPositionIndependent && low < MMAP_MIN_ADDR) return "it wants to be loaded below 64 KiB";
  return {
    isPositionIndependent,
    entry: word(header, ELF_HEADER.e_entry),
    headersOffset: offset,
    headerCount: count,
    segments,
    low,
    high,
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(executableStack === undefined ? {} : { executableStack }),
  };
}

function judgeHeader(header: Uint8Array): string | undefined {
  const machine = half(header, ELF_HEADER.e_machine);
  if (header[ELF_HEADER.class] !== ELFCLASS32) {
    return machine === EM_X86_64 ? "it is a 64-bit x86-64 program, not a 32-bit one" : "it is no 32-bit ELF file";
  }
  if (header[ELF_HEADER.data] !== ELFDATA2LSB) return "it is big-endian";
  if (machine !== EM_386) return `it is for another processor (ELF machine ${machine}), not for the i386`;
  const type = half(header, ELF_HEADER.e_type);
  return type === ET_EXEC || type === ET_DYN ? undefined : `it is no program (ELF type ${type})`;
}

function readSegment(headers: Uint8Array, at: number): Segment {
  const flags = word(headers, at + PROGRAM_HEADER.p_flags);
  return {
    offset: word(headers, at + PROGRAM_HEADER.p_offset),
    address: word(headers, at + PROGRAM_HEADER.p_vaddr),
    fileSize: word(headers, at + PROGRAM_HEADER.p_filesz),
    memorySize: word(headers, at + PROGRAM_HEADER.p_memsz),
    align: word(headers, at + PROGRAM_HEADER.p_align),
    protection: (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0),
  };
}

function judgeSegment(segment: Segment, index: number, fileSize: number): string | undefined {
  const { offset, address, fileSize: size, memorySize, align } = segment;
  const name = `segment ${index}`;
  if (size > memorySize) return `${name} is larger in the file than in memory`;
  if (size > 0 && offset + size > fileSize)
    return `the file is cut short: ${name} ends at byte ${offset + size} of ${fileSize}`;
  if (address + memorySize > TASK_SIZE) return `${name} reaches beyond user space`;
  if (size > 0 && offset % PAGE_SIZE !== address % PAGE_SIZE) return `${name} lies across the pages of the file`;
  if (align > 1 && (align & (align - 1)) !== 0) return `${name} has the alignment ${align}`;
  return undefined;
}

function overlapOf(segments: readonly Segment[]): string | undefined {
  const sorted = [...segments].sort((a, b) => a.address - b.address);
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]!;
    if (before.address + before.memorySize > sorted[i]!.address) {
      return `two of its segments overlap at 0x${sorted[i]!.address.toString(16)}`;
    }
  }
  return undefined;
}

function readInterpreter(read: FileReader, headers: Uint8Array, at: number): string | undefined {
  const size = word(headers, at + PROGRAM_HEADER.p_filesz);
  if (size < 2 || size > PATH_MAX) return undefined;
  const bytes = read(word(headers, at + PROGRAM_HEADER.p_offset), size);
  if (bytes.length < size || bytes[size - 1] !== 0) return undefined;
  return binaryString(bytes.subarray(0, bytes.indexOf(0)));
}

function half(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function word(bytes: Uint8Array, at: number): number {
  return (half(bytes, at) | (half(bytes, at + 2) << 16)) >>> 0;
}
