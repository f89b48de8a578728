/** Statements that steer: conditions, loops, calls, tables of targets. */
import { AF, ZF } from "../case.ts";
import { EAX, EBP, EBX, ECX, EDI, ESI } from "../draft.ts";
import { littleEndian, someValue } from "../values.ts";
import type { Builder } from "./builder.ts";
import { load } from "./data.ts";
import { conditionFlags, DEFINES_ALL, effectOf, NO_EFFECT } from "./effects.ts";
import type { Reference } from "./program.ts";

const NOTHING = { flags: 0 };

export function jump(builder: Builder, target: number): void {
  builder.branch([0xeb], [0xe9], target);
}

export function jumpIf(builder: Builder, condition: number, target: number): void {
  builder.branch([0x70 + condition], [0x0f, 0x80 + condition], target, conditionFlags(condition));
}

export const COMPARES = /^(CMP|TEST|SUB|ADD|AND|OR|XOR|INC|DEC|NEG)$/;

/** CMP or TEST of registers, or of a register and a constant, as compilers have them before most branches. */
function plainCompare(builder: Builder): void {
  const { random } = builder;
  const a = random.below(8);
  const modrm = 0xc0 | (random.below(8) << 3) | a;
  switch (random.below(6)) {
    case 0:
      builder.push([0x83, 0xf8 | a, random.below(256)], DEFINES_ALL);
      break;
    case 1:
      builder.push([0x81, 0xf8 | a, ...littleEndian(someValue(random, 4), 4)], DEFINES_ALL);
      break;
    case 2:
      // TEST r32,r32, mostly of one register with itself
      builder.push([0x85, random.oneIn(4) ? modrm : 0xc0 | (a << 3) | a], effectOf("TEST", { flags: AF }));
      break;
    case 3:
      builder.push([0xf7, 0xc0 | a, ...littleEndian(someValue(random, 4), 4)], effectOf("TEST", { flags: AF }));
      break;
    default:
      builder.push([random.pick([0x39, 0x3b]), modrm], DEFINES_ALL);
  }
}

/** SETcc: shows the flags behind a branch, or where branches meet. */
function lookAtFlags(builder: Builder): void {
  const { random } = builder;
  const condition = random.below(16);
  const effect = { ...NO_EFFECT, reads: conditionFlags(condition) };
  const register = builder.scratch(0x0f) | (random.oneIn(2) ? 4 : 0);
  if (random.oneIn(2)) builder.push([0x0f, 0x90 | condition, 0xc0 | register], effect);
  else builder.push([0x0f, 0x90 | condition, 0x05, ...littleEndian(builder.cell(1), 4)], effect);
}

/** Compares something, and goes to `target` or not. */
function compareAndJump(builder: Builder, target: number, isShort: boolean): void {
  const { random } = builder;
  const compact = builder.known.size > 0 && !random.oneIn(4);
  switch (random.below(isShort ? 9 : 7)) {
    case 0:
      builder.row({ family: "x87", filter: /^F(U?COMP?|I?COM|TST|XAM)$/, compact });
      if (!builder.isFree(EAX)) break;
      builder.push([0xdf, 0xe0], effectOf("FNSTSW", NOTHING));
      if (random.oneIn(2)) {
        builder.push([0x9e], effectOf("SAHF", NOTHING));
        jumpIf(builder, random.pick([2, 3, 4, 5, 6, 7, 10, 11]), target);
      } else {
        // TEST AH,imm8
        builder.push(
          [0xf6, 0xc4, random.pick([0x01, 0x05, 0x40, 0x41, 0x44, 0x45])],
          effectOf("TEST", { flags: 0x10 }),
        );
        jumpIf(builder, random.pick([4, 5, 10, 11]), target);
      }
      return;
    case 1:
      builder.row({ family: "x87", filter: /^FU?COMIP?$/, compact });
      jumpIf(builder, random.pick([2, 3, 4, 5, 6, 7, 10, 11]), target);
      return;
    case 2:
      builder.row({ family: "sse", filter: /^U?COMIS[SD]$/, compact });
      jumpIf(builder, random.pick([2, 3, 4, 5, 6, 7, 10, 11]), target);
      return;
    case 3:
      builder.row({ family: "bits", filter: /^BT[SRC]?$/, compact });
      jumpIf(builder, 2 + random.below(2), target);
      return;
    case 7:
      // JECXZ or JCXZ
      builder.branch(random.oneIn(4) ? [0x67, 0xe3] : [0xe3], null, target);
      return;
    case 8:
      if (!builder.isFree(ECX)) break;
      if (random.oneIn(2)) load(builder, ECX, random.below(3));
      builder.branch([0xe0 + random.below(3)], null, target, ZF);
      return;
    default:
  }
  if (random.oneIn(2)) plainCompare(builder);
  else builder.row({ family: "arithmetic", filter: COMPARES, compact });
  // E, NE, B, AE, L, GE, LE, G more often than the others.
  jumpIf(builder, random.oneIn(2) ? random.below(16) : random.pick([4, 5, 2, 3, 12, 13, 14, 15]), target);
}

/** Makes so many statements. */
export type Body = (statements: number) => void;

/** A body that is left out or not, perhaps with another one in its place. */
export function conditional(builder: Builder, body: Body): void {
  const { random } = builder;
  const end = builder.label();
  const isShort = random.oneIn(3);
  const alternative = builder.label();
  const both = !isShort && random.oneIn(3);
  compareAndJump(builder, both ? alternative : end, isShort);
  if (random.oneIn(3)) lookAtFlags(builder);
  if (isShort) {
    for (let i = 1 + random.below(3); i > 0; i--) builder.row({ compact: true, family: "arithmetic" });
  } else {
    body(1 + random.below(4));
  }
  if (both) {
    jump(builder, end);
    builder.define(alternative);
    if (random.oneIn(3)) lookAtFlags(builder);
    body(1 + random.below(3));
  }
  builder.define(end);
  if (random.oneIn(3)) lookAtFlags(builder);
}

/** A body that runs a known number of times at most. */
export function loop(builder: Builder, body: Body): void {
  const { random } = builder;
  const head = builder.label();
  const times = 1 + random.below(random.oneIn(4) ? 40 : 6);
  const size = 1 + random.below(5);
  const counters = [EBX, EBP, EDI, ESI, ECX].filter((register) => builder.isFree(register));
  if (counters.length > 0 && random.oneIn(2)) {
    const register = random.pick(counters);
    load(builder, register, times);
    builder.protectedRegisters |= 1 << register;
    builder.define(head);
    if (register === ECX && random.oneIn(2)) {
      for (let i = 1 + random.below(3); i > 0; i--) builder.row({ compact: true });
      builder.branch([0xe0 + random.below(3)], null, head, ZF);
    } else {
      body(size);
      if (random.oneIn(2)) builder.push([0x48 + register], effectOf("DEC", NOTHING));
      else builder.push([0x83, 0xe8 | register, 1], DEFINES_ALL);
      jumpIf(builder, random.pick([5, 5, 15]), head);
    }
    builder.protectedRegisters &= ~(1 << register);
    return;
  }
  const cell = littleEndian(builder.cell(), 4);
  const up = random.oneIn(2);
  builder.push([0xc7, 0x05, ...cell, ...littleEndian(up ? 0 : times, 4)]);
  builder.define(head);
  body(size);
  if (up) {
    if (random.oneIn(2)) builder.push([0xff, 0x05, ...cell], effectOf("INC", NOTHING));
    else builder.push([0x83, 0x05, ...cell, 1], DEFINES_ALL);
    // CMP [m],imm8; JB, JL or JNE
    builder.push([0x83, 0x3d, ...cell, times], DEFINES_ALL);
    jumpIf(builder, random.pick([2, 12, 5]), head);
  } else {
    if (random.oneIn(2)) builder.push([0xff, 0x0d, ...cell], effectOf("DEC", NOTHING));
    else builder.push([0x83, 0x2d, ...cell, 1], DEFINES_ALL);
    jumpIf(builder, random.pick([5, 15]), head);
  }
}

/** Calls `label` by any of the ways there are; `arguments` doublewords go onto the stack before. */
export function call(builder: Builder, label: number): void {
  const { random } = builder;
  const transfers = { transfers: true };
  const pointer = (): number => {
    const address = builder.cell();
    builder.pointers.push({ address, label });
    return address;
  };
  const register = builder.scratch(0x0f);
  const relative: Reference[] = [{ at: 1, kind: "relative32", label, addend: 0 }];
  switch (random.below(6)) {
    case 0:
      builder.pushAbsolute([0xb8 + register], label);
      builder.push([0xff, 0xd0 + register], NO_EFFECT, transfers);
      break;
    case 1:
      builder.push([0xff, 0x15, ...littleEndian(pointer(), 4)], NO_EFFECT, transfers);
      break;
    case 2: {
      // The return address by hand: PUSH label; JMP
      const back = builder.label();
      builder.pushAbsolute([0x68], back);
      jump(builder, label);
      builder.define(back);
      break;
    }
    default:
      builder.push([0xe8, 0, 0, 0, 0], NO_EFFECT, { references: relative, ...transfers });
  }
}

/** CALL to the next instruction, and POP: how position-independent code finds its address. */
export function ownAddress(builder: Builder): void {
  const next = builder.label();
  const references: Reference[] = [{ at: 1, kind: "relative32", label: next, addend: 0 }];
  builder.push([0xe8, 0, 0, 0, 0], NO_EFFECT, { references, transfers: true });
  builder.define(next);
  builder.push([0x58 + builder.scratch()]);
}

/** PUSH label; RET */
export function pushAndReturn(builder: Builder): void {
  const next = builder.label();
  builder.pushAbsolute([0x68], next);
  builder.push([0xc3], NO_EFFECT, { transfers: true });
  if (builder.random.oneIn(2)) builder.row();
  builder.define(next);
}

/** One of four bodies by a table of their addresses. */
export function jumpTable(builder: Builder, body: Body): void {
  const { random } = builder;
  const register = builder.scratch(0x0f);
  const labels = Array.from({ length: 4 }, () => builder.label());
  const end = builder.label();
  const table = builder.cell(16);
  labels.forEach((label, i) => builder.pointers.push({ address: table + 4 * i, label }));
  builder.push([0x83, 0xe0 | register, 3], effectOf("AND", { flags: 0x10 }));
  builder.push([0xff, 0x24, 0x85 | (register << 3), ...littleEndian(table, 4)], NO_EFFECT, { transfers: true });
  for (const label of labels) {
    builder.define(label);
    if (random.oneIn(3)) body(1);
    else builder.row();
    jump(builder, end);
  }
  builder.define(end);
}
