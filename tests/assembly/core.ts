/** A bare core for tests of the processor alone: no kernel. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { instantiateCore, type CoreExports } from "../../src/machine/core.ts";
import { CPU_MODELS, type CpuModel } from "../../src/machine/machine.ts";

export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

export const EXIT_BUDGET = 0;
export const EXIT_GATE = 1;
export const EXIT_EXCEPTION = 2;

const CORE = fileURLToPath(new URL("../../dist/core.wasm", import.meta.url));

/** Where the core keeps what no host asks for. */
type Tables = Readonly<
  Record<
    | "ARENA"
    | "ARENA_END"
    | "PERMISSIONS"
    | "PAGE_BLOCKS"
    | "HASH_TABLE"
    | "HASH_SIZE"
    | "JUMP_CACHE"
    | "JUMP_CACHE_SIZE",
    { readonly value: number }
  >
>;

export class BareCore {
  readonly core: CoreExports & Tables;
  readonly bytes: Uint8Array;
  readonly view: DataView;

  private constructor(core: CoreExports & Tables, memory: ArrayBuffer) {
    this.core = core;
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    core.reset();
    this.setModel("max");
    // INT3, INTO and INT 0x80 are open to user mode.
    this.bytes[(core.SOFTWARE_INTERRUPTS.value >>> 0) + 0] = (1 << 3) | (1 << 4);
    this.bytes[(core.SOFTWARE_INTERRUPTS.value >>> 0) + 16] = 1;
  }

  /** `gate` is called for INT 0x80 and its like: 1 leaves `run`, 0 goes on. */
  static async create(gate: () => number = () => 1): Promise<BareCore> {
    const { memory, core } = await instantiateCore(await WebAssembly.compile(readFileSync(CORE)), gate);
    return new BareCore(core as CoreExports & Tables, memory);
  }

  /** Chooses the processor: vendor 0 Intel, 1 AMD; gates bit 0 SYSENTER, bit 1 SYSCALL. */
  setModel(model: CpuModel, { vendor = 0, gates = 1 } = {}): void {
    this.core.setCpu(vendor, CPU_MODELS.indexOf(model), gates);
  }

  /** Reads a 32-bit word at the address that a core's export names. */
  word(place: { readonly value: number }): number {
    return this.view.getUint32(place.value >>> 0, true);
  }

  setWord(place: { readonly value: number }, value: number): void {
    this.view.setUint32(place.value >>> 0, value >>> 0, true);
  }

  retired(): bigint {
    return this.view.getBigUint64(this.core.RETIRED.value >>> 0, true);
  }

  /** Writes code and tells the core. */
  put(address: number, bytes: Uint8Array | readonly number[]): void {
    this.bytes.set(bytes, address);
    this.core.invalidateCode(address, bytes.length);
  }
}
