/** Loads a program into a fresh task: the first half of execve(2). */
import {
  AT_BASE,
  AT_CLKTCK,
  AT_EGID,
  AT_ENTRY,
  AT_EUID,
  AT_EXECFN,
  AT_FLAGS,
  AT_GID,
  AT_HWCAP,
  AT_HWCAP2,
  AT_MINSIGSTKSZ,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_PLATFORM,
  AT_RANDOM,
  AT_SECURE,
  AT_SYSINFO,
  AT_SYSINFO_EHDR,
  AT_UID,
} from "../../abi/auxvec.ts";
import { PROGRAM_HEADER } from "../../abi/elf.ts";
import { EACCES, ENOENT, ENOEXEC } from "../../abi/errno.ts";
import { ELF_ET_DYN_BASE, PAGE_SIZE, STACK_GUARD_GAP, TASK_SIZE } from "../../abi/layout.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../../abi/mman.ts";
import { READ_IMPLIES_EXEC } from "../../abi/personality.ts";
import { RLIMIT_STACK } from "../../abi/resource.ts";
import { USER_HZ } from "../../abi/time.ts";
import type { Dentry, OpenFile } from "../../fs/index.ts";
import { openProgram } from "../../fs/open.ts";
import { mapVdso, mapVsyscall, type VdsoEntry } from "../../gates/index.ts";
import { anonymous } from "../memory/area.ts";
import { largestFrame } from "../signals/frame.ts";
import type { Task } from "../task.ts";
import { parseElf, type ElfFile, type FileReader } from "./elf.ts";
import { readInterpreterLine } from "./script.ts";
import { mapSegments } from "./segments.ts";
import { judgeStrings, writeStack, type StackPlaces } from "./stack.ts";

/** Why a program was not started: what execve(2) returns, and a sentence where that alone says too little. */
export interface ExecFailure {
  readonly errno: number;
  readonly path: string;
  readonly reason?: string;
}

/** How deep interpreters of interpreters go (BINPRM_BUF_SIZE and the loop in linux/fs/exec.c). */
const MAX_SCRIPT_DEPTH = 5;
/** Pages of randomness: mmap base 8 bits, stack 11 bits (arch/x86/Kconfig, STACK_RND_MASK); bytes for the heap. */
const MMAP_RANDOM_PAGES = 256;
const STACK_RANDOM_PAGES = 0x800;
const HEAP_RANDOM_BYTES = 0x200_0000;
/** A stack is at least this large at the start (stack_expand in setup_arg_pages). */
const STACK_EXPAND = 128 << 10;
const PLATFORM = "i686";

/**
 * Loads `path` with `argv` and `envp` (binary strings). The task's memory must be empty. undefined, or why not; after
 * a failure the task cannot be used.
 */
export function loadProgram(
  task: Task,
  path: string,
  argv: readonly string[],
  envp: readonly string[],
): ExecFailure | undefined {
  let [name, strings] = [path, argv];
  for (let depth = 0; depth <= MAX_SCRIPT_DEPTH; depth++) {
    const file = openProgram(task, name);
    if (typeof file === "number") return { errno: file, path: name };
    file.retain();
    try {
      const script = readInterpreterLine(readerOf(file));
      if (script === undefined) return loadElf(task, file, name, path, strings, envp);
      if (typeof script === "string") return { errno: -ENOEXEC, path: name, reason: script };
      strings = [
        script.interpreter,
        ...(script.argument === undefined ? [] : [script.argument]),
        name,
        ...strings.slice(1),
      ];
      if (!isThere(task, script.interpreter)) {
        return { errno: -ENOENT, path, reason: `its interpreter ${script.interpreter} is not there` };
      }
      name = script.interpreter;
    } finally {
      file.release();
    }
  }
  return { errno: -ENOEXEC, path, reason: "its interpreters are scripts themselves" };
}

function isThere(task: Task, path: string): boolean {
  const file = openProgram(task, path);
  if (typeof file !== "number") file.retain().release();
  return file !== -ENOENT;
}

function readerOf(file: OpenFile): FileReader {
  return (position, length) => {
    const bytes = new Uint8Array(length);
    const count = file.readAt(bytes, position);
    return bytes.subarray(0, Math.max(0, count));
  };
}

function parse(file: OpenFile): ElfFile | string {
  const attributes = file.inode.attributes();
  return typeof attributes === "number" ? "it cannot be read" : parseElf(readerOf(file), attributes.size);
}

function loadElf(
  task: Task,
  file: OpenFile,
  path: string,
  execfn: string,
  argv: readonly string[],
  envp: readonly string[],
): ExecFailure | undefined {
  const elf = parse(file);
  if (typeof elf === "string") return { errno: -ENOEXEC, path, reason: elf };
  const fail = (errno: number, reason?: string): ExecFailure => ({
    errno,
    path,
    ...(reason === undefined ? {} : { reason }),
  });
  const stackLimit = task.limits.soft(RLIMIT_STACK);
  const judged = judgeStrings(argv, envp, stackLimit);
  if (judged < 0) return fail(judged);
  const interpreter = elf.interpreter === undefined ? undefined : openInterpreter(task, elf.interpreter);
  if (typeof interpreter === "string") return fail(-ENOENT, interpreter);

  const { memory, kernel } = task;
  memory.readImpliesExec = elf.executableStack === undefined;
  if (memory.readImpliesExec) task.personality |= READ_IMPLIES_EXEC;
  const stackTop = TASK_SIZE - kernel.randomBelow(STACK_RANDOM_PAGES) * PAGE_SIZE;
  memory.mmapBase = mmapBase(stackLimit) - kernel.randomBelow(MMAP_RANDOM_PAGES) * PAGE_SIZE;
  const stackProtection = PROT_READ | PROT_WRITE | (elf.executableStack === false ? 0 : PROT_EXEC);
  const stack = memory.map(
    anonymous(stackTop - STACK_EXPAND - PAGE_SIZE, stackTop, stackProtection, { growsDown: true }),
  );
  if (stack < 0) return fail(stack);

  const bias = chooseBias(task, elf);
  if (bias === undefined) return fail(-ENOEXEC, "there is no room for it");
  const mapped = mapSegments(task, elf, file.dentry, bias);
  if (mapped < 0) return fail(mapped, "its segments could not be mapped");
  placeHeap(task, elf, bias);

  let entry = elf.entry + bias;
  let interpreterBase = 0;
  if (interpreter !== undefined) {
    const base = memory.findUnmappedArea(interpreter.elf.high - interpreter.elf.low);
    interpreterBase = base - interpreter.elf.low;
    const loaded = base < 0 ? base : mapSegments(task, interpreter.elf, interpreter.dentry, interpreterBase);
    if (loaded < 0) return fail(loaded, "its interpreter could not be mapped");
    entry = interpreter.elf.entry + interpreterBase;
  }

  const gates = kernel.options.gates;
  const vdso = mapVdso(task, gates);
  if (typeof vdso === "number") return fail(vdso, "there is no room for the vDSO");
  mapVsyscall(task, gates.vsyscall);
  task.gates = { vdso: vdso?.vdso ?? 0, vvar: vdso?.vvar ?? 0, vsyscall: gates.vsyscall };

  const random = new Uint8Array(16);
  kernel.platform.random(random);
  const shift = kernel.randomBelow(8192);
  const contents = { argv, envp, path: execfn, platform: PLATFORM, random, shift };
  const written = writeStack(task, stackTop, contents, (places) =>
    auxiliaryVector(task, elf, bias, interpreterBase, vdso, places),
  );
  if (typeof written === "number") return fail(written);
  const { places, auxiliaryVector: auxv, esp } = written;
  memory.stackStart = esp;
  task.image = { executable: file.dentry, entry, ...extent(elf, bias), ...places, auxiliaryVector: auxv };
  task.name = path.slice(path.lastIndexOf("/") + 1).slice(0, 15);
  task.machine.registers.esp = esp;
  task.machine.registers.eip = entry;
  return undefined;
}

function openInterpreter(task: Task, path: string): { readonly elf: ElfFile; readonly dentry: Dentry } | string {
  const file = openProgram(task, path);
  if (file === -EACCES) return `its interpreter ${path} may not be executed`;
  if (typeof file === "number") return `its interpreter ${path} is not there`;
  file.retain();
  const elf = parse(file);
  file.release();
  if (typeof elf === "string") return `its interpreter ${path} is of no use: ${elf}`;
  return elf.isPositionIndependent
    ? { elf, dentry: file.dentry }
    : `its interpreter ${path} is of no use: it cannot be moved`;
}

/** The top of the mmap area, before randomness: below the stack's limit and room for its own randomness. */
function mmapBase(stackLimit: number): number {
  const pad = STACK_RANDOM_PAGES * PAGE_SIZE - PAGE_SIZE + STACK_GUARD_GAP;
  const gap = Math.min((TASK_SIZE / 6) * 5, Math.max(128 << 20, stackLimit + pad));
  return TASK_SIZE - gap;
}

/** What is added to the file's addresses. A program that is its own interpreter (static PIE) goes where mmap puts things. */
function chooseBias(task: Task, elf: ElfFile): number | undefined {
  if (!elf.isPositionIndependent) return 0;
  const length = elf.high - elf.low;
  const page = task.kernel.randomBelow(MMAP_RANDOM_PAGES) * PAGE_SIZE;
  const alignment = Math.max(PAGE_SIZE, ...elf.segments.map(({ align }) => align));
  const wanted =
    elf.interpreter === undefined
      ? task.memory.findUnmappedArea(length + alignment - PAGE_SIZE)
      : ELF_ET_DYN_BASE + page;
  if (wanted < 0) return undefined;
  const base = Math.ceil(wanted / alignment) * alignment;
  return base + length > TASK_SIZE || task.memory.isOccupied(base, base + length) ? undefined : base - elf.low;
}

/** The heap begins behind the program; behind ELF_ET_DYN_BASE if the program is up among the mappings. */
function placeHeap(task: Task, elf: ElfFile, bias: number): void {
  const isUpThere = elf.isPositionIndependent && elf.interpreter === undefined;
  const end = isUpThere ? ELF_ET_DYN_BASE : elf.high + bias;
  const start = end + Math.floor(task.kernel.randomBelow(HEAP_RANDOM_BYTES) / PAGE_SIZE) * PAGE_SIZE;
  task.memory.heapStart = start;
  task.memory.heapEnd = start;
}

function extent(
  elf: ElfFile,
  bias: number,
): { codeStart: number; codeEnd: number; dataStart: number; dataEnd: number } {
  const code = elf.segments.filter(({ protection }) => protection & PROT_EXEC);
  const data = elf.segments.filter(({ protection }) => protection & PROT_WRITE);
  const start = (segments: typeof code): number =>
    Math.min(...segments.map(({ address }) => address + bias), TASK_SIZE);
  const end = (segments: typeof code): number => Math.max(...segments.map((s) => s.address + s.fileSize + bias), 0);
  return { codeStart: start(code), codeEnd: end(code), dataStart: start(data), dataEnd: end(data) };
}

/** In Linux's order (ARCH_DLINFO, then create_elf_tables). */
function auxiliaryVector(
  task: Task,
  elf: ElfFile,
  bias: number,
  interpreterBase: number,
  vdso: VdsoEntry | undefined,
  places: StackPlaces,
): readonly number[] {
  const { credentials } = task;
  const first = elf.segments.find((s) => s.offset <= elf.headersOffset && elf.headersOffset < s.offset + s.fileSize);
  const headers = first === undefined ? 0 : elf.headersOffset - first.offset + first.address + bias;
  const gates = vdso === undefined ? [] : [AT_SYSINFO, vdso.sysinfo, AT_SYSINFO_EHDR, vdso.sysinfoEhdr];
  return [
    ...gates,
    ...[AT_MINSIGSTKSZ, largestFrame(task.machine)],
    ...[AT_HWCAP, task.machine.features],
    ...[AT_PAGESZ, PAGE_SIZE],
    ...[AT_CLKTCK, USER_HZ],
    ...[AT_PHDR, headers],
    ...[AT_PHENT, PROGRAM_HEADER.size],
    ...[AT_PHNUM, elf.headerCount],
    ...[AT_BASE, interpreterBase],
    ...[AT_FLAGS, 0],
    ...[AT_ENTRY, elf.entry + bias],
    ...[AT_UID, credentials.uid],
    ...[AT_EUID, credentials.euid],
    ...[AT_GID, credentials.gid],
    ...[AT_EGID, credentials.egid],
    ...[AT_SECURE, 0],
    ...[AT_RANDOM, places.random],
    ...[AT_HWCAP2, 0],
    ...[AT_EXECFN, places.execfn],
    ...[AT_PLATFORM, places.platform],
    ...[AT_NULL, 0],
  ];
}
