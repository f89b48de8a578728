/** EFLAGS.TF: every form under single step, and what TF's own rules are about. POPF and IRET with every flag a user has. */
import type { Case } from "../case.ts";
import { AC, DF, ID, NT, TF } from "../case.ts";
import type { Draft } from "../draft.ts";
import { EAX, ECX, EDI, EDX, ESI, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { CODE, DATA, EDGE, LOCAL, SELECTOR, STACK } from "../window.ts";

const FAMILY = "single step";

/** FXSAVE's form is two instructions: it would trap before the second one clears what is the processor's own. */
const LEFT_OUT = /FXSAVE|^LOCK/;

/** Each of the forms with TF set. */
export function singleStepForms(forms: readonly Form[]): Form[] {
  return forms
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map((form) => ({
      family: FAMILY,
      name: `TF: ${form.name}`,
      cases: 8,
      build: (random: Random, index: number): Case => {
        const input = form.build(random, index * 23);
        return { ...input, eflags: input.eflags | TF, instructions: 1 };
      },
    }));
}

/** Several instructions; which of them is the last one is for the processor to tell. */
function sequence(name: string, cases: number, build: (draft: Draft, index: number) => void): Form {
  const form = custom(FAMILY, name, cases, build);
  return { ...form, build: (random, index) => ({ ...form.build(random, index), instructions: null }) };
}

const stackPointer = (draft: Draft): number => {
  const esp = STACK.address + 0x800 + 4 * draft.random.below(0x200);
  draft.reserve(ESP, esp);
  return esp;
};

/** Images with one flag, all of them, any. */
function someImage(random: Random): number {
  switch (random.below(4)) {
    case 0:
      return random.word();
    case 1:
      return 1 << random.below(32);
    case 2:
      return random.pick([0, TF, TF | 0x202, NT, AC, ID, 0xffff_ffff, ~TF, 0x202, 0x3002]);
    default:
      return random.word() & 0x3f_ffff & ~AC;
  }
}

/** Flags that a case may start with, besides those that all of them have. */
function someFlags(draft: Draft): void {
  const { random } = draft;
  for (const flag of [TF, NT, ID]) draft.setFlag(flag, random.oneIn(3));
  draft.setFlag(AC, random.oneIn(4));
}

/** POPF, then NOPs: with TF in the image, or before, or both. */
function popFlags(size: number): Form {
  return sequence(`9d POPF ${8 * size}-bit, every flag`, 400, (draft) => {
    const { random } = draft;
    someFlags(draft);
    const esp = stackPointer(draft);
    draft.writeMemory(esp, littleEndian(someImage(random), size));
    draft.code.push(...(size === 2 ? [0x66] : []), 0x9d, 0x90, 0x90, 0x90);
  });
}

/** IRET to NOPs. With NT set it is refused. */
function interruptReturn(size: number): Form {
  return sequence(`cf IRET ${8 * size}-bit, every flag`, 400, (draft) => {
    const { random } = draft;
    someFlags(draft);
    if (!random.oneIn(4)) draft.setFlag(NT, false);
    const esp = stackPointer(draft);
    const segment = size === 2 ? random.pick([LOCAL.code16Limited, LOCAL.code32Limited]) : null;
    const offset = 0x100 + random.below(0x200);
    const eip = segment ? offset : CODE.address + offset;
    const words = [eip, segment?.selector ?? SELECTOR.code, someImage(random)];
    words.forEach((word, i) => draft.writeMemory(esp + i * size, littleEndian(word, size)));
    draft.writeMemory(CODE.address + offset, [0x90, 0x90, 0x90]);
    draft.code.push(...(size === 2 ? [0x66] : []), 0xcf);
  });
}

const PUSH_FLAGS: Form = sequence("9c PUSHF, every flag", 100, (draft) => {
  someFlags(draft);
  stackPointer(draft);
  if (draft.random.oneIn(3)) draft.prefixes.push(0x66);
  draft.code.push(0x9c);
});

/** Loads of SS, of which some hold the trap back until after the next instruction. EAX holds a selector for SS. */
const STACK_LOADS: readonly (readonly [string, readonly number[]])[] = [
  ["MOV SS,AX", [0x8e, 0xd0]],
  ["POP SS", [0x17]],
  ["LSS ESP,[EDX]", [0x0f, 0xb2, 0x22]],
  ["MOV DS,AX", [0x8e, 0xd8]],
  ["POP DS", [0x1f]],
  ["LDS EBX,[EDX]", [0xc5, 0x1a]],
];

/** What may come behind them. */
const FOLLOWERS: readonly (readonly [string, readonly number[]])[] = [
  ["NOP", [0x90]],
  ["MOV SS,AX", [0x8e, 0xd0]],
  ["POP SS", [0x17]],
  ["LSS ESP,[EDX]", [0x0f, 0xb2, 0x22]],
  ["PUSHF", [0x9c]],
  ["POPF", [0x9d]],
  ["INT3", [0xcc]],
  ["INTO", [0xce]],
  ["JMP", [0xeb, 0x02]],
  ["CALL", [0xe8, 2, 0, 0, 0]],
  ["REP MOVSB", [0xf3, 0xa4]],
  ["UD2", [0x0f, 0x0b]],
  ["HLT", [0xf4]],
  ["MOV EAX,[0]", [0xa1, 0, 0, 0, 0]],
  ["LOCK NOP", [0xf0, 0x90]],
  ["MOV ESP,EBP", [0x89, 0xec]],
  ["RET", [0xc3]],
];

function stackLoad([name, code]: (typeof STACK_LOADS)[number]): Form {
  return sequence(`${name}, then another`, 160, (draft, index) => {
    const { random } = draft;
    draft.setFlag(TF, !random.oneIn(4));
    const esp = stackPointer(draft);
    const selector = random.oneIn(4) ? LOCAL.stackAbsent.selector : SELECTOR.data;
    draft.registers[EAX] = random.oneIn(8) ? selector : SELECTOR.data;
    draft.registers[EDX] = DATA.address + 0x100;
    draft.registers[ECX] = random.below(4);
    draft.registers[ESI] = DATA.address + 0x200;
    draft.registers[EDI] = DATA.address + 0x300;
    draft.writeMemory(DATA.address + 0x100, [...littleEndian(esp, 4), ...littleEndian(SELECTOR.data, 2)]);
    const words = [SELECTOR.data, random.oneIn(2) ? SELECTOR.data : TF | 2, random.pick([TF, 0, 2])];
    words.forEach((word, i) => draft.writeMemory(esp + 4 * i, littleEndian(word, 4)));
    const [, follower = []] = FOLLOWERS[index % FOLLOWERS.length] ?? [];
    const again = random.oneIn(4) ? code : [];
    draft.code.push(...code, ...again, ...follower, 0x90, 0x90, 0x90);
  });
}

/** A repeated string instruction is one step an iteration. */
function repeated(name: string, opcode: number, prefix: number, size: number): Form {
  return sequence(`TF: ${name}, one iteration`, 40, (draft) => {
    const { random } = draft;
    draft.setFlag(TF, true);
    draft.setFlag(DF, random.oneIn(3));
    draft.registers[ECX] = random.pick([0, 1, 2, 3, 100, 0x8000_0000]);
    const place = (): number =>
      random.oneIn(4)
        ? EDGE.address + random.pick([0, 0x1000 - size, 0x1000])
        : DATA.address + size * random.below(0x400);
    draft.registers[ESI] = place();
    draft.registers[EDI] = random.oneIn(2) ? draft.register(ESI) : place();
    if (random.oneIn(2)) draft.writeMemory(draft.register(EDI), littleEndian(draft.register(EAX), size));
    draft.allowance = { flags: 0, faultAddress: true };
    draft.code.push(...(size === 2 ? [0x66] : []), prefix, opcode, 0x90);
  });
}

const REPEATED = [
  ["REP MOVSB", 0xa4, 0xf3, 1],
  ["REP MOVSD", 0xa5, 0xf3, 4],
  ["REP STOSB", 0xaa, 0xf3, 1],
  ["REP STOSW", 0xab, 0xf3, 2],
  ["REP STOSD", 0xab, 0xf3, 4],
  ["REP LODSD", 0xad, 0xf3, 4],
  ["REPE CMPSB", 0xa6, 0xf3, 1],
  ["REPNE CMPSD", 0xa7, 0xf2, 4],
  ["REPE SCASB", 0xae, 0xf3, 1],
  ["REPNE SCASW", 0xaf, 0xf2, 2],
] as const;

/** Steps that set off from one code segment and arrive in another. */
const SEGMENT_STEP: Form = sequence("TF: JMP Ap to other code", 60, (draft) => {
  const { random } = draft;
  draft.setFlag(TF, true);
  const segment = random.pick([LOCAL.code16Limited, LOCAL.code32Limited, LOCAL.code16, LOCAL.codeAbsent]);
  draft.code.push(0xea, ...littleEndian(random.below(0x2000), 4), ...littleEndian(segment.selector, 2));
});

export const DEBUG: readonly Form[] = [
  ...[4, 2].flatMap((size) => [popFlags(size), interruptReturn(size)]),
  PUSH_FLAGS,
  ...STACK_LOADS.map(stackLoad),
  ...REPEATED.map(([name, opcode, prefix, size]) => repeated(name, opcode, prefix, size)),
  SEGMENT_STEP,
];
