/** Every form of the oracle, and the cases of a form. */
import type { Case } from "./case.ts";
import { ALIGNMENT, alignmentForms } from "./forms/alignment.ts";
import { ARITHMETIC } from "./forms/arithmetic.ts";
import { BITS } from "./forms/bits.ts";
import { BRANCHES } from "./forms/branches.ts";
import { DATA_SEGMENTS } from "./forms/data-segments.ts";
import { DEBUG, singleStepForms } from "./forms/debug.ts";
import { ENCODING, fetchForm, lockAll, lockForms } from "./forms/encoding.ts";
import { FAR } from "./forms/far.ts";
import { modesForm } from "./forms/modes.ts";
import { FLAGS, MOVES } from "./forms/moves.ts";
import { NEWER } from "./forms/newer.ts";
import { HINTS, LOCKABLE_REFUSED, LOCKED_ALONE, REFUSED } from "./forms/refused.ts";
import { LOCAL_SEGMENT_FORMS, SEGMENTS } from "./forms/segments.ts";
import { SHIFTS } from "./forms/shifts.ts";
import { SIMD_ENCODING } from "./forms/simd-encoding.ts";
import { SIMD_STATE } from "./forms/simd-state.ts";
import { SIMD } from "./forms/simd.ts";
import { basedCodeForms, SIXTEEN_BIT, sixteenBitForms } from "./forms/sixteen-bit.ts";
import { STACK_FORMS } from "./forms/stack.ts";
import { STACKS_FORMS } from "./forms/stacks.ts";
import { STRINGS } from "./forms/strings.ts";
import { SINGLE as X87_SINGLE, X87 } from "./forms/x87.ts";
import { TRANSCENDENTAL } from "./forms/x87-transcendental.ts";
import { Random } from "./random.ts";
import type { Form } from "./rows.ts";

const INTEGER: readonly Form[] = [
  ...ARITHMETIC,
  ...SHIFTS,
  ...BITS,
  ...MOVES,
  ...FLAGS,
  ...STACK_FORMS,
  ...BRANCHES,
  ...STRINGS,
  ...SEGMENTS,
];

/** Every instruction in 32-bit code, with flat CS and SS and neither TF nor AC. */
const FLAT: readonly Form[] = [
  ...INTEGER,
  ...X87,
  ...TRANSCENDENTAL,
  ...REFUSED,
  ...HINTS,
  ...ENCODING,
  fetchForm(INTEGER),
  ...lockForms(INTEGER),
  lockAll("x87", [...X87_SINGLE, ...TRANSCENDENTAL], 4),
  lockAll("MMX and SSE", [...SIMD, ...SIMD_STATE], 4),
  lockAll("what is refused", LOCKABLE_REFUSED, 4),
  lockAll("hints", HINTS, 64),
  LOCKED_ALONE,
  lockAll("POPCNT, MOVBE, CRC32", NEWER, 12),
  ...NEWER,
  ...SIMD,
  ...SIMD_STATE,
  ...SIMD_ENCODING,
];

export const FORMS: readonly Form[] = [
  ...FLAT,
  ...LOCAL_SEGMENT_FORMS,
  ...FAR,
  ...STACKS_FORMS,
  ...DATA_SEGMENTS,
  ...SIXTEEN_BIT,
  ...sixteenBitForms(FLAT),
  ...basedCodeForms(FLAT),
  ...DEBUG,
  ...singleStepForms(FLAT),
  ...ALIGNMENT,
  ...alignmentForms(FLAT),
  modesForm(FLAT),
];

/** Forms are recorded by family. */
export const FAMILIES: readonly string[] = [...new Set(FORMS.map((form) => form.family))];

const names = new Set(FORMS.map((form) => form.name));
if (names.size !== FORMS.length) {
  const twice = FORMS.filter((form, i) => FORMS.findIndex((other) => other.name === form.name) !== i);
  throw new Error(`forms of one name: ${twice.map((form) => form.name).join("; ")}`);
}

/** Case number `index` of a form under a seed: always the same. */
export function caseOf(form: Form, seed: number, index: number): Case {
  return form.build(new Random(`${form.name} ${index}`, seed), index);
}

export function casesOf(form: Form, seed: number, count = form.cases): Case[] {
  return Array.from({ length: count }, (_, index) => caseOf(form, seed, index));
}
