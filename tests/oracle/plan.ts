/**
 * A live run's work, in items that follow from its options alone: which forms under which seed. So a run may stop at any
 * item and go on later, and its items may be done in any order.
 */
import { FORMS } from "./generate.ts";
import type { Form } from "./rows.ts";

/** What a live run compares. */
export interface LiveOptions {
  /** Text in `family: name`, or a form's whole name. */
  readonly form: string;
  /** Only this case of each form. */
  readonly index: number | undefined;
  readonly strict: boolean;
  /** The first seed. */
  readonly seed: number;
  /** Cases at least; the last item is done whole. */
  readonly cases: number;
}

/** The forms `first` to `last - 1` of those selected, under one seed. */
export interface Item {
  readonly seed: number;
  readonly first: number;
  readonly last: number;
  readonly cases: number;
}

/** Cases in an item: about a second's work. */
const ITEM_CASES = 16_384;

/** The forms whose family and name contain the text, or the one of just that name. */
export function formsNamed(text: string): readonly Form[] {
  const named = FORMS.find((form) => form.name === text);
  return named ? [named] : FORMS.filter((form) => `${form.family}: ${form.name}`.includes(text));
}

/** Cases of one seed. */
export function casesOfSeed({ form, index }: Pick<LiveOptions, "form" | "index">): number {
  return formsNamed(form).reduce((sum, one) => sum + casesOfForm(one, index), 0);
}

function casesOfForm(form: Form, index: number | undefined): number {
  return index === undefined ? form.cases : 1;
}

export function planOf(options: LiveOptions): Item[] {
  const sizes = formsNamed(options.form).map((form) => casesOfForm(form, options.index));
  const items: Item[] = [];
  let left = sizes.length > 0 ? options.cases : 0;
  for (let seed = options.seed; left > 0; seed++) {
    for (let first = 0; first < sizes.length && left > 0;) {
      let last = first;
      let cases = 0;
      while (last < sizes.length && cases < ITEM_CASES) cases += sizes[last++] ?? 0;
      items.push({ seed, first, last, cases });
      left -= cases;
      first = last;
    }
  }
  return items;
}
