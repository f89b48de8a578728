/** A task as the gates see it: no processor, no kernel, but a memory of 4 GiB and permissions that are noted. */
import type { GateTask, Gates, SpecialMapping } from "../../src/gates/index.ts";
import { NO_GATES } from "../../src/gates/index.ts";

/** Backed by the first memory asked for: an address space costs nothing until touched, but they are not many. */
let memory: ArrayBuffer | undefined;

export class FakeTask implements GateTask {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly registers = { eax: 0, esp: 0, eip: 0 };
  readonly machine = this;
  readonly memory = this;
  readonly permissions = new Map<number, number>();
  readonly mappings: SpecialMapping[] = [];
  /** Where the next mapping goes; negative: -errno. */
  unmappedArea = 0xb7ff_0000;
  /** What system calls give, and which were made. */
  result = 0;
  readonly calls: number[][] = [];
  gates: Gates = { ...NO_GATES };

  constructor() {
    memory ??= new WebAssembly.Memory({ initial: 65536, maximum: 65536 }).buffer;
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
  }

  setPermissions(firstPage: number, pageCount: number, bits: number): void {
    for (let page = firstPage; page < firstPage + pageCount; page++) this.permissions.set(page, bits);
  }

  findUnmappedArea(): number {
    return this.unmappedArea;
  }

  mapSpecial(mapping: SpecialMapping): void {
    this.mappings.push(mapping);
    this.bytes.fill(0, mapping.address, mapping.address + mapping.length);
  }

  /** User space is all readable but for its first 64 KiB. */
  readU32(address: number): number | null {
    return address < 0x1_0000 || address + 4 > 0xc000_0000 ? null : this.view.getUint32(address, true);
  }

  systemCall(number: number, first: number, second: number, third: number): number {
    this.calls.push([number, first, second, third]);
    return this.result;
  }
}
