/** Statements whose code changes code. */
import { AF } from "../case.ts";
import { EBP, ECX, EDI, ESI } from "../draft.ts";
import { littleEndian } from "../values.ts";
import { BASED } from "../window.ts";
import type { Builder } from "./builder.ts";
import { COMPARES, jump, jumpIf } from "./control.ts";
import type { Body } from "./control.ts";
import { load } from "./data.ts";
import type { Effect } from "./effects.ts";
import { conditionFlags, DEFINES_ALL, effectOf, NO_EFFECT } from "./effects.ts";
import type { Reference } from "./program.ts";

const NOTHING = { flags: 0 };

/** A change that stores make to an instruction: where, and which bytes to which. */
interface Target {
  readonly bytes: readonly number[];
  readonly effect: Effect;
  /** The offset of what may change; all of `size` bytes may take any value, or one byte is toggled by `toggle`. */
  readonly at: number;
  readonly size: number;
  readonly toggle: number;
}

/** An instruction that stands being changed. */
function someTarget(builder: Builder): Target {
  const { random } = builder;
  const a = builder.scratch();
  const b = builder.scratch();
  const immediate = littleEndian(random.word(), 4);
  const value = { at: 1, size: 4, toggle: 0 };
  const condition = random.below(16);
  const modrm = 0xc0 | (a << 3) | b;
  switch (random.below(7)) {
    case 0:
      return { bytes: [0xb8 + a, ...immediate], effect: NO_EFFECT, ...value };
    case 1:
      // ADD, SUB, CMP r32,imm32
      return { bytes: [0x81, random.pick([0xc0, 0xe8, 0xf8]) | a, ...immediate], effect: DEFINES_ALL, ...value, at: 2 };
    case 2:
      // LEA r32,[r32+disp32]
      return { bytes: [0x8d, 0x80 | (a << 3) | 3, ...immediate], effect: NO_EFFECT, ...value, at: 2 };
    case 3:
      // ADD and SUB
      return { bytes: [random.pick([0x01, 0x29]), modrm], effect: DEFINES_ALL, at: 0, size: 1, toggle: 0x28 };
    case 4:
      // INC and DEC
      return { bytes: [0x40 + a], effect: effectOf("INC", NOTHING), at: 0, size: 1, toggle: 8 };
    case 5: {
      // CMOVcc and CMOVNcc
      const effect = { ...NO_EFFECT, reads: conditionFlags(condition) };
      return { bytes: [0x0f, 0x40 | condition, modrm], effect, at: 1, size: 1, toggle: 1 };
    }
    default:
      // ADD r8,imm8
      return {
        bytes: [0x80, 0xc0 | builder.scratch(0x0f), random.below(256)],
        effect: DEFINES_ALL,
        at: 2,
        size: 1,
        toggle: 0,
      };
  }
}

/** A store to `label` + target.at. */
function changeTarget(builder: Builder, label: number, target: Target): void {
  const { random } = builder;
  const { at, size, toggle } = target;
  if (toggle) {
    // XOR m8,imm8
    builder.pushAbsolute([0x80, 0x35], label, at, effectOf("XOR", { flags: 0x10 }), [toggle]);
    return;
  }
  const part = size === 4 ? random.below(4) : 0;
  const register = random.below(8);
  const free = builder.scratch();
  switch (random.below(size === 4 ? 11 : 4)) {
    case 0:
      builder.pushAbsolute([0xc6, 0x05], label, at + part, NO_EFFECT, [random.below(256)]);
      break;
    case 1:
      // MOV m8,r8
      builder.pushAbsolute([0x88, 0x05 | (register << 3)], label, at + part);
      break;
    case 2:
      // ADD m8,r8
      builder.pushAbsolute([0x00, 0x05 | (register << 3)], label, at + part, DEFINES_ALL);
      break;
    case 3:
      // MOV r32,label; INC byte [r32] (r32 is none of ESP and EBP)
      if (free === EBP) break;
      builder.pushAbsolute([0xb8 + free], label, at + part);
      builder.push([0xfe, free], effectOf("INC", NOTHING));
      break;
    case 4:
      builder.pushAbsolute([0xc7, 0x05], label, at, NO_EFFECT, littleEndian(random.word(), 4));
      break;
    case 5:
      // ADD m32,imm8
      builder.pushAbsolute([0x83, 0x05], label, at, DEFINES_ALL, [random.below(256)]);
      break;
    case 6:
      // MOVD m32,xmm
      builder.pushAbsolute([0x66, 0x0f, 0x7e, 0x05 | (register << 3)], label, at);
      break;
    case 7:
      // MOV r32,label; STOSD
      if (!builder.isFree(EDI)) break;
      builder.pushAbsolute([0xb8 + EDI], label, at);
      builder.push([0xfc]);
      builder.push([random.pick([0xab, 0xaa])]);
      break;
    case 8:
      // Through FS
      builder.pushAbsolute([0x64, 0x89, 0x05 | (register << 3)], label, at - BASED.base);
      break;
    case 9:
      // XCHG m32,r32
      builder.pushAbsolute([0x87, 0x05 | (free << 3)], label, at);
      break;
    default:
      builder.pushAbsolute([0x89, 0x05 | (register << 3)], label, at);
  }
}

/** Stores that change an instruction: the next one, one farther on, or one that ran before and runs again. */
export function selfModify(builder: Builder, body: Body): void {
  const { random } = builder;
  const target = someTarget(builder);
  const label = builder.label();
  const place = (): void => {
    builder.define(label);
    builder.push(target.bytes, target.effect);
  };
  switch (random.below(4)) {
    case 0:
      changeTarget(builder, label, target);
      place();
      break;
    case 1:
      changeTarget(builder, label, target);
      body(1 + random.below(4));
      place();
      break;
    case 2: {
      // Ran before: the loop's second time sees the change.
      const cell = littleEndian(builder.cell(), 4);
      builder.push([0xc7, 0x05, ...cell, ...littleEndian(1 + random.below(4), 4)]);
      place();
      if (random.oneIn(2)) body(1 + random.below(2));
      changeTarget(builder, label, target);
      if (random.oneIn(2)) body(1 + random.below(2));
      builder.push([0xff, 0x0d, ...cell], effectOf("DEC", NOTHING));
      jumpIf(builder, random.pick([5, 15]), label);
      break;
    }
    default: {
      // A short branch whose condition is turned round.
      const condition = random.below(16);
      const end = builder.label();
      builder.pushAbsolute([0x80, 0x35], label, 0, effectOf("XOR", { flags: 0x10 }), [1]);
      if (random.oneIn(2)) builder.row({ family: "arithmetic", filter: COMPARES, compact: true });
      builder.define(label);
      const references: Reference[] = [{ at: 1, kind: "relative8", label: end, addend: 0 }];
      const effect = { ...NO_EFFECT, reads: conditionFlags(condition) };
      builder.push([0x70 + condition, 0], effect, { references, transfers: true });
      for (let i = 1 + random.below(3); i > 0; i--) builder.row({ compact: true, family: "moves" });
      builder.define(end);
    }
  }
}

/** A piece of code copied to another place, and run there. */
export function copyCode(builder: Builder): void {
  const { random } = builder;
  if (![ECX, EDI, ESI].every((register) => builder.isFree(register))) return;
  const from = builder.label();
  const to = builder.label();
  const over = builder.label();
  const length = 6 + random.below(12);
  builder.push([0xfc]);
  builder.pushAbsolute([0xb8 + ESI], from);
  builder.pushAbsolute([0xb8 + EDI], to);
  load(builder, ECX, length);
  builder.push([0xf3, 0xa4]);
  jump(builder, over);
  builder.define(from);
  const bytes: number[] = [];
  while (bytes.length < length) {
    const left = length - bytes.length;
    const register = builder.scratch();
    if (left >= 5 && random.oneIn(2)) bytes.push(0xb8 + register, ...littleEndian(random.word(), 4));
    else if (left >= 2) bytes.push(0x31, 0xc0 | (random.below(8) << 3) | register);
    else bytes.push(0x90);
  }
  builder.push(bytes);
  builder.define(over);
  if (random.oneIn(2)) builder.row();
  builder.define(to);
  builder.push(
    Array.from({ length }, () => 0x90),
    { reads: 0, defines: 0, undefines: AF },
  );
}
