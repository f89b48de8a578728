/** The switches for the kernel parameters, set as on a boot line. */
import { byId, element } from "./element.ts";
import type { KernelParameters } from "./messages.ts";

interface Parameter {
  readonly name: keyof KernelParameters;
  /** Value to what it means; the first is the default. */
  readonly values: Readonly<Record<string, string>>;
}

const PARAMETERS: readonly Parameter[] = [
  {
    name: "vdso",
    values: {
      on: "The vDSO lies at a random page, as since Linux 2.6.18.",
      fixed: "The vDSO lies at 0xffffe000 in every process, as under COMPAT_VDSO.",
      off: "No vDSO: programs find no address of one, and use int 0x80.",
    },
  },
  {
    name: "vsyscall",
    values: {
      xonly: "Calls fault and the kernel performs them; nothing can be read. The default of today.",
      none: "No such page: whoever calls it dies of SIGSEGV.",
      emulate: "Calls fault and the kernel performs them; the page can be read.",
      native: "A system call instruction and a return in each slot, at a known address.",
      classic: "Code in the page reads the clock, as in Linux 2.6.",
    },
  },
  {
    name: "gate",
    values: {
      sysenter: "The processor is an Intel with SYSENTER; the vDSO uses it.",
      syscall: "The processor is an AMD with SYSCALL; the vDSO uses it.",
      int80: "The processor has neither; the vDSO falls back to int 0x80.",
    },
  },
  {
    name: "clock",
    values: {
      tsc: "The vDSO’s clocks read the time-stamp counter.",
      none: "No clock that programs can read: the vDSO makes the system call.",
    },
  },
  {
    name: "aslr",
    values: {
      on: "Every start has other addresses.",
      off: "Every start has the same addresses.",
    },
  },
];

/** Fills `form` with the switches. */
export class ParameterSwitches {
  private readonly form: HTMLFormElement;

  /** `changed` is called after each change. */
  constructor(form: HTMLFormElement, changed: () => void) {
    this.form = form;
    form.append(element("p", { class: "boot", "aria-hidden": true }, "linux"), ...PARAMETERS.map(switchFor));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      this.showMeanings();
      changed();
    });
    this.showMeanings();
  }

  /** As they are set now. */
  get values(): KernelParameters {
    const data = new FormData(this.form);
    const { aslr, ...rest } = Object.fromEntries(PARAMETERS.map(({ name }) => [name, data.get(name)]));
    return { ...rest, aslr: aslr === "on" } as KernelParameters;
  }

  private showMeanings(): void {
    const data = new FormData(this.form);
    for (const { name, values } of PARAMETERS) {
      for (const value of Object.keys(values)) {
        byId(`${name}-${value}`, HTMLElement).classList.toggle("shown", data.get(name) === value);
      }
    }
  }
}

/** A group of radio buttons, with what each value means below; only the chosen one's is seen. */
function switchFor({ name, values }: Parameter): HTMLElement {
  const options = Object.keys(values).map((value, index) =>
    element(
      "label",
      {},
      element("input", { type: "radio", name, value, checked: index === 0, "aria-describedby": `${name}-${value}` }),
      element("span", {}, value),
    ),
  );
  const meanings = Object.entries(values).map(([value, meaning]) =>
    element("span", { id: `${name}-${value}` }, meaning),
  );
  return element(
    "fieldset",
    { class: "switch" },
    element("legend", {}, `${name}=`),
    element("div", { class: "options" }, ...options),
    element("p", { class: "meanings" }, ...meanings),
  );
}
