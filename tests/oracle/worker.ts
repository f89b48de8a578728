/** One process of a live run: takes items, runs them on both processors, sends back what differs. */
import type { Failure, Tally } from "./check.ts";
import { checkForm } from "./check.ts";
import { compare } from "./compare.ts";
import { Emulated } from "./emulated.ts";
import type { Found } from "./findings.ts";
import { foundOf } from "./findings.ts";
import { casesOf } from "./generate.ts";
import { runNative, runNativeSurely } from "./native.ts";
import type { Item, LiveOptions } from "./plan.ts";
import { formsNamed } from "./plan.ts";

/** What live.ts sends: an item by its number in the plan. */
export interface Order {
  readonly number: number;
  readonly item: Item;
}

/** What comes back. */
export interface Report {
  readonly number: number;
  readonly cases: number;
  readonly found: readonly Found[];
}

const options = JSON.parse(process.argv[2] ?? "") as LiveOptions;
const forms = formsNamed(options.form);
const emulated = await Emulated.create();

/** A difference counts only if the processor says the same twice (see runNativeSurely). */
function confirmed(failures: readonly Failure[]): Found[] {
  const again = runNativeSurely(failures.map(({ input }) => input));
  return failures.flatMap((failure, i) => {
    const outcome = again[i];
    if (!outcome) return [];
    const differences = compare(failure.input, outcome, emulated.run(failure.input), options.strict);
    return differences.length > 0 ? [foundOf({ ...failure, differences })] : [];
  });
}

function work({ seed, first, last }: Item): Omit<Report, "number"> {
  const group = forms.slice(first, last);
  const cases = group.map((form) => casesOf(form, seed));
  const outcomes = runNative(cases.flat());
  const tally: Tally = { cases: 0, failures: [] };
  let at = 0;
  group.forEach((form, i) => {
    const list = cases[i] ?? [];
    const { index, strict } = options;
    checkForm(emulated, form, seed, list, outcomes.slice(at, at + list.length), tally, { index, strict });
    at += list.length;
  });
  return { cases: tally.cases, found: confirmed(tally.failures) };
}

// Without the process that hands out the items there is nothing to do.
process.on("disconnect", () => process.exit()).on("error", () => process.exit());
process.on("message", ({ number, item }: Order) => process.send?.({ number, ...work(item) } satisfies Report));
