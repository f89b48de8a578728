/** The registers of one core, read and written in place in its memory. General registers are unsigned numbers. */
import type { CoreExports } from "./core.ts";

/** Words of the core's state that `words` covers. */
const STATE_WORDS = 64;

export class Registers {
  /** The core's state as words; the fields in capitals index it. */
  readonly words: Int32Array;
  readonly EAX: number;
  readonly ECX: number;
  readonly EDX: number;
  readonly EBX: number;
  readonly ESP: number;
  readonly EBP: number;
  readonly ESI: number;
  readonly EDI: number;
  readonly EIP: number;

  private readonly core: CoreExports;

  constructor(memory: ArrayBuffer, core: CoreExports) {
    const state = core.STATE.value >>> 0;
    const index = (address: { readonly value: number }): number => ((address.value >>> 0) - state) >>> 2;
    this.core = core;
    this.words = new Int32Array(memory, state, STATE_WORDS);
    this.EAX = index(core.EAX);
    this.ECX = index(core.ECX);
    this.EDX = index(core.EDX);
    this.EBX = index(core.EBX);
    this.ESP = index(core.ESP);
    this.EBP = index(core.EBP);
    this.ESI = index(core.ESI);
    this.EDI = index(core.EDI);
    this.EIP = index(core.EIP);
  }

  get eax(): number {
    return this.words[this.EAX]! >>> 0;
  }
  set eax(value: number) {
    this.words[this.EAX] = value;
  }
  get ecx(): number {
    return this.words[this.ECX]! >>> 0;
  }
  set ecx(value: number) {
    this.words[this.ECX] = value;
  }
  get edx(): number {
    return this.words[this.EDX]! >>> 0;
  }
  set edx(value: number) {
    this.words[this.EDX] = value;
  }
  get ebx(): number {
    return this.words[this.EBX]! >>> 0;
  }
  set ebx(value: number) {
    this.words[this.EBX] = value;
  }
  get esp(): number {
    return this.words[this.ESP]! >>> 0;
  }
  set esp(value: number) {
    this.words[this.ESP] = value;
  }
  get ebp(): number {
    return this.words[this.EBP]! >>> 0;
  }
  set ebp(value: number) {
    this.words[this.EBP] = value;
  }
  get esi(): number {
    return this.words[this.ESI]! >>> 0;
  }
  set esi(value: number) {
    this.words[this.ESI] = value;
  }
  get edi(): number {
    return this.words[this.EDI]! >>> 0;
  }
  set edi(value: number) {
    this.words[this.EDI] = value;
  }
  get eip(): number {
    return this.words[this.EIP]! >>> 0;
  }
  set eip(value: number) {
    this.words[this.EIP] = value;
  }
  get eflags(): number {
    return this.core.getEflags() >>> 0;
  }
  set eflags(value: number) {
    this.core.setEflags(value);
  }
}
