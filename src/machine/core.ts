/**
 * The processor core as the host sees it: the exports of dist/core.wasm, and the little of the WebAssembly API that
 * is needed to start it. Declared here because this folder compiles with neither DOM nor Node types.
 */

/** A compiled core (a `WebAssembly.Module`). */
export type CoreModule = object;

/** An exported Wasm global of type i32. */
interface ExportedGlobal {
  readonly value: number;
}

/** What the core exports; assembly/index.ts says what each does. Addresses and counts are signed i32 bit patterns. */
export interface CoreExports {
  reset(): void;
  unmapAll(): void;
  run(budget: number): number;
  setPermissions(firstPage: number, pageCount: number, bits: number): void;
  getPermissions(page: number): number;
  invalidateCode(address: number, length: number): void;
  readable(address: number, length: number): number;
  writableRange(address: number, length: number): number;
  setSegment(register: number, selector: number): number;
  disassemble(address: number): number;
  disassembledLater(): number;
  getEflags(): number;
  setEflags(value: number): void;
  getX87Tag(): number;
  setCpu(vendor: number, model: number, gates: number): void;
  cpuid(): void;
  features(): number;
  mxcsrMask(): number;
  resetFloatingPoint(): void;
  saveFxsr(address: number): void;
  decodedBytes(): number;
  decodedInstructions(): number;
  readonly STATE: ExportedGlobal;
  readonly EAX: ExportedGlobal;
  readonly ECX: ExportedGlobal;
  readonly EDX: ExportedGlobal;
  readonly EBX: ExportedGlobal;
  readonly ESP: ExportedGlobal;
  readonly EBP: ExportedGlobal;
  readonly ESI: ExportedGlobal;
  readonly EDI: ExportedGlobal;
  readonly EIP: ExportedGlobal;
  readonly SEGMENT_BASE: ExportedGlobal;
  readonly SEGMENT_SELECTOR: ExportedGlobal;
  readonly SEGMENT_LIMIT: ExportedGlobal;
  readonly SEGMENT_ATTRIBUTES: ExportedGlobal;
  readonly EXCEPTION_VECTOR: ExportedGlobal;
  readonly EXCEPTION_ERROR: ExportedGlobal;
  readonly EXCEPTION_ADDRESS: ExportedGlobal;
  readonly RETIRED: ExportedGlobal;
  readonly TSC_BASE: ExportedGlobal;
  readonly TSC_START: ExportedGlobal;
  readonly TSC_RATE: ExportedGlobal;
  readonly X87_CONTROL: ExportedGlobal;
  readonly X87_STATUS: ExportedGlobal;
  readonly X87_EMPTY: ExportedGlobal;
  readonly X87_INSTRUCTION: ExportedGlobal;
  readonly X87_INSTRUCTION_SELECTOR: ExportedGlobal;
  readonly X87_OPERAND: ExportedGlobal;
  readonly X87_OPERAND_SELECTOR: ExportedGlobal;
  readonly X87_OPCODE: ExportedGlobal;
  readonly X87_REGISTERS: ExportedGlobal;
  readonly MXCSR: ExportedGlobal;
  readonly XMM: ExportedGlobal;
  readonly XMM_SIZE: ExportedGlobal;
  readonly GDT: ExportedGlobal;
  readonly LDTR: ExportedGlobal;
  readonly LDT: ExportedGlobal;
  readonly LDT_ENTRIES: ExportedGlobal;
  readonly SOFTWARE_INTERRUPTS: ExportedGlobal;
  readonly TEXT: ExportedGlobal;
  readonly FEATURES: ExportedGlobal;
}

/** A `WebAssembly.Memory`. */
interface CoreMemory {
  readonly buffer: ArrayBuffer;
}

interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum: number }) => CoreMemory;
  instantiate(module: CoreModule, imports: object): Promise<{ readonly exports: unknown }>;
}

const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

/** The 32-bit address space, in Wasm pages of 64 KiB. It never grows, so that views of it stay valid. */
const ADDRESS_SPACE_PAGES = 65536;

/** Starts a core on a fresh, zeroed 4 GiB memory; `gate` is called for INT 0x80 (0), SYSENTER (1) and SYSCALL (2). */
export async function instantiateCore(
  module: CoreModule,
  gate: (kind: number) => number,
): Promise<{ readonly memory: ArrayBuffer; readonly core: CoreExports }> {
  const memory = new webAssembly.Memory({ initial: ADDRESS_SPACE_PAGES, maximum: ADDRESS_SPACE_PAGES });
  const abort = (): never => {
    throw new Error("the processor core aborted: this is a bug of linux-gate");
  };
  const instance = await webAssembly.instantiate(module, { env: { memory, abort }, gate: { gate } });
  return { memory: memory.buffer, core: instance.exports as CoreExports };
}
