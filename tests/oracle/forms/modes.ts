/** Any form with TF, AC, NT and ID as they come, in 32-bit code, 16-bit code, or code with a base. */
import type { Case } from "../case.ts";
import { AC, ID, NT, TF } from "../case.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { OWN_ORDER } from "./alignment.ts";
import { inBasedCode, inSixteenBitCode, LEFT_OUT, MANDATORY } from "./sixteen-bit.ts";

export function modesForm(forms: readonly Form[]): Form {
  const list = forms.filter(({ name }) => !LEFT_OUT.test(name) && !OWN_ORDER.test(name));
  return {
    family: "modes",
    name: "any instruction in any mode",
    cases: 6000,
    build: (random: Random): Case => {
      const form = random.pick(list);
      const input = form.build(random, random.below(form.cases));
      const flags = [TF, AC, NT, ID].reduce((sum, flag) => sum | (random.oneIn(2) ? flag : 0), 0);
      const moved = random.pick([
        (one: Case): Case => one,
        (one: Case): Case => inSixteenBitCode(one, MANDATORY.test(form.family)),
        inBasedCode,
      ])(input);
      return { ...moved, eflags: moved.eflags | flags, ...(flags & TF ? { instructions: 1 } : {}) };
    },
  };
}
