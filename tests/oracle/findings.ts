/** What differs, form by form: how often, in what, and the few cases that are the easiest to understand. */
import type { Failure } from "./check.ts";
import { describe } from "./check.ts";
import type { Difference } from "./compare.ts";
import type { Emulated } from "./emulated.ts";
import { caseOf, FORMS } from "./generate.ts";

/** A case that came out differently, by the numbers that make it again. */
export interface Found {
  readonly form: string;
  readonly seed: number;
  readonly index: number;
  /** Bytes of code and pieces of memory: the fewer, the easier to understand. */
  readonly size: number;
  readonly differences: readonly Difference[];
}

interface FormFindings {
  count: number;
  readonly kinds: string[];
  /** The smallest, in order. */
  examples: Found[];
}

/** All of it as JSON has it. */
export interface FindingsImage {
  readonly cases: number;
  readonly forms: readonly (readonly [string, FormFindings])[];
}

export function foundOf({ form, seed, index, input, differences }: Failure): Found {
  return { form: form.name, seed, index, size: input.code.length + input.memory.length, differences };
}

/** Takes no more memory however many cases differ. */
export class Findings {
  cases = 0;
  private readonly forms: Map<string, FormFindings>;
  private readonly examples: number;

  /** `examples`: how many are kept of each form. */
  constructor(examples: number, image?: FindingsImage) {
    this.examples = examples;
    this.cases = image?.cases ?? 0;
    this.forms = new Map(image?.forms);
  }

  add(found: Found): void {
    const entry = this.forms.get(found.form) ?? { count: 0, kinds: [], examples: [] };
    this.forms.set(found.form, entry);
    entry.count++;
    for (const { what } of found.differences) if (!entry.kinds.includes(what)) entry.kinds.push(what);
    entry.examples = [...entry.examples, found].sort((a, b) => a.size - b.size).slice(0, this.examples);
  }

  /** How many cases differ. */
  get count(): number {
    return [...this.forms.values()].reduce((sum, { count }) => sum + count, 0);
  }

  image(): FindingsImage {
    return { cases: this.cases, forms: [...this.forms] };
  }

  /** A paragraph for each form. */
  report(emulated: Emulated): string[] {
    return [...this.forms].map(([name, { count, kinds, examples }]) => {
      const form = FORMS.find((one) => one.name === name);
      const cases = examples.flatMap(({ seed, index, differences }) =>
        form ? describe({ form, seed, index, input: caseOf(form, seed, index), differences }, emulated) : [],
      );
      return [`${form?.family}: ${name}: ${count} differ (${kinds.join(", ")})`, ...cases].join("\n");
    });
  }
}
