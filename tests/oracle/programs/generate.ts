/** Random programs, each by its seed and number: always the same. */
import type { XmmState } from "../case.ts";
import { ARITHMETIC_FLAGS, DF } from "../case.ts";
import { EBP, EBX, EDI, ESI, ESP } from "../draft.ts";
import { someMmx, someXmm, vectorSource } from "../forms/simd-values.ts";
import { someX87 } from "../forms/x87.ts";
import { Random } from "../random.ts";
import { littleEndian, someValue } from "../values.ts";
import { CODE, DATA, EDGE, FIXED, PATCHWORK, STACK } from "../window.ts";
import { Builder } from "./builder.ts";
import { call, conditional, jumpTable, loop, ownAddress, pushAndReturn } from "./control.ts";
import { copyCode, selfModify } from "./modification.ts";
import { idiom, probe, pushesAndPops, stackFrame, stringInstruction, x87Block } from "./data.ts";
import { NO_EFFECT } from "./effects.ts";
import type { Program } from "./program.ts";
import { assemble } from "./program.ts";

const INT3 = 0xcc;
const MOST_FUNCTIONS = 4;
const DEEPEST = 4;

/** A function that is called before it is written. */
interface Callee {
  readonly label: number;
  /** Doublewords on the stack that it takes off. */
  readonly parameters: number;
}

/** Where a program lies: pages that it may write to, pages that it may not, both; or the end of what may be executed. */
type Layout = "written" | "fixed" | "both" | "end";

class Author {
  private readonly builder: Builder;
  private readonly random: Random;
  private readonly layout: Layout;
  private readonly callees: Callee[] = [];
  private depth = 0;
  /** Functions call those behind them only, so that none calls itself. */
  private current = -1;
  private left: number;

  constructor(random: Random) {
    this.random = random;
    this.builder = new Builder(random);
    this.left = 10 + random.below(random.pick([20, 60, 190]));
    const places: readonly Layout[] = ["written", "written", "written", "written", "written", "fixed", "both", "both"];
    this.layout = random.oneIn(40) ? "end" : random.pick(places);
  }

  private readonly body = (statements: number): void => {
    this.depth++;
    for (let i = 0; i < statements; i++) this.statement();
    this.depth--;
  };

  private readonly few = (): void => this.body(1 + this.random.below(3));

  private statement(): void {
    const { builder, random } = this;
    const before = builder.count;
    const nested = this.depth < DEEPEST && this.left > 0;
    const kind = random.below(nested ? 60 : 30);
    if (kind < 18) builder.row();
    else if (kind < 24) this.neighbours();
    else if (kind < 28) idiom(builder);
    else if (kind === 28) stringInstruction(builder);
    else if (kind === 29) this.maybeProbe();
    else if (kind < 38) conditional(builder, this.body);
    else if (kind < 42) loop(builder, this.body);
    else if (kind < 45) this.call();
    else if (kind < 46) jumpTable(builder, this.body);
    else if (kind < 50) pushesAndPops(builder, this.few);
    else if (kind < 53) stackFrame(builder, this.few);
    else if (kind < 54) random.pick([ownAddress, pushAndReturn])(builder);
    else if (kind < 56) x87Block(builder);
    else if (kind < 57) stringInstruction(builder);
    else this.modify();
    this.left -= builder.count - before;
  }

  /** Instructions side by side, with nothing in between that loads addresses. */
  private neighbours(): void {
    for (let i = 2 + this.random.below(8); i > 0; i--) this.builder.row({ compact: true });
  }

  private maybeProbe(): void {
    // A probe may write; not where the program itself lies.
    if (this.builder.risk > 0 && this.layout !== "both" && this.layout !== "end") probe(this.builder);
    else this.builder.row();
  }

  private modify(): void {
    const { builder, random } = this;
    if (this.layout !== "written" && !random.oneIn(12)) builder.row();
    else if (random.oneIn(5)) copyCode(builder);
    else selfModify(builder, this.body);
  }

  private call(): void {
    const { builder, random } = this;
    // A function knows nothing of registers that count its caller's loops.
    const possible = this.callees.filter((_, i) => i > this.current);
    const full = this.callees.length >= MOST_FUNCTIONS;
    if (builder.protectedRegisters !== 0 || (full && possible.length === 0)) {
      builder.row();
      return;
    }
    let callee = possible.length > 0 && (full || random.oneIn(2)) ? random.pick(possible) : null;
    if (!callee) {
      callee = { label: builder.label(), parameters: random.oneIn(3) ? 1 + random.below(3) : 0 };
      this.callees.push(callee);
    }
    for (let i = 0; i < callee.parameters; i++) builder.push([0x50 + random.below(8)]);
    call(builder, callee.label);
  }

  private functions(): void {
    const { builder, random } = this;
    builder.stackPointer = null;
    for (let i = 0; i < this.callees.length; i++) {
      const callee = this.callees[i];
      if (!callee) break;
      this.current = i;
      builder.define(callee.label);
      this.left = Math.max(this.left, random.below(12));
      this.body(1 + random.below(6));
      if (callee.parameters > 0) {
        builder.push([0xc2, ...littleEndian(4 * callee.parameters, 2)], NO_EFFECT, { transfers: true });
      } else {
        builder.push([0xc3], NO_EFFECT, { transfers: true });
      }
    }
  }

  write(): Program | null {
    const { builder, random } = this;
    const registers = new Uint32Array(8).map(() => someValue(random, 4));
    registers[ESP] = STACK.address + 0xc00 + 4 * random.below(512) + (random.oneIn(12) ? random.below(4) : 0);
    builder.stackPointer = registers[ESP] ?? 0;
    for (const register of [EBX, EBP, ESI, EDI]) {
      if (!random.oneIn(3)) continue;
      const region = random.oneIn(8) ? EDGE : DATA;
      registers[register] = region.address + 0x100 + random.below(region.size - 0x200);
      builder.known.set(register, registers[register] ?? 0);
    }
    while (this.left > 0) this.statement();
    builder.push([INT3]);
    this.functions();
    const vector = vectorSource(random, random.pick(["integer", "single", "double"] as const));
    const program: Program = {
      origin: CODE.address + 0x400,
      items: builder.items,
      registers,
      eflags: 0x202 | (random.word() & ARITHMETIC_FLAGS) | (random.oneIn(4) ? DF : 0),
      memory: builder.memory(),
      pointers: builder.pointers,
      x87: random.oneIn(4) ? someMmx(random, vector) : this.x87(),
      xmm: this.xmm(someXmm(random, vector)),
    };
    return this.settle(program);
  }

  private x87(): Program["x87"] {
    const { random } = this;
    const x87 = someX87(random, "loads");
    if (random.oneIn(8)) return x87;
    // All exceptions masked, none pending; mostly as FNINIT leaves it.
    const status = x87.status & 0x3800;
    const usual = random.oneIn(2);
    return { ...x87, control: usual ? 0x37f : x87.control | 0x3f, status, valid: usual ? 0 : x87.valid };
  }

  private xmm(xmm: XmmState): XmmState {
    return this.random.oneIn(8) ? xmm : { ...xmm, mxcsr: this.random.oneIn(2) ? 0x1f80 : xmm.mxcsr | 0x1f80 };
  }

  /** Puts the program where its layout wants it, if it fits there. */
  private settle(program: Program): Program | null {
    const { random } = this;
    const assembled = assemble(program);
    if (!assembled) return null;
    const size = (assembled.addresses.at(-1) ?? 0) - program.origin;
    const patchwork = PATCHWORK[0]?.address ?? 0;
    const across = (end: number): number => end - random.below(size);
    let origin: number;
    switch (this.layout) {
      case "fixed":
        origin = FIXED.address + 0x200 + random.below(0x400);
        break;
      case "both":
        origin = across(patchwork + 0x1000);
        break;
      case "end":
        origin = across(patchwork + 0x2000);
        break;
      default:
        origin = random.oneIn(3) ? CODE.address + 0x400 + random.below(0x400) : across(CODE.address + 0x1000);
    }
    const placed = { ...program, origin };
    return assemble(placed) ? placed : null;
  }
}

/** Program number `index` of a seed. Null if it came out with a branch too far or too long for its place: a few do. */
export function generateProgram(seed: number, index: number): Program | null {
  return new Author(new Random(`program ${index}`, seed)).write();
}
