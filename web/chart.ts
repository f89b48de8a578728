/** A bar for each row of the comparison: nanoseconds a call, on a logarithmic scale, grouped by the call. */
import type { ComparisonRow } from "../src/gates/compare.ts";
import { COMPARED_PATHS, type ComparedPath } from "../src/gates/compare-paths.ts";
import { element } from "./element.ts";
import { nanoseconds } from "./format.ts";
import { callOf, familyOf, GATES, LABELS } from "./gates.ts";

/** The scale runs from 1 ns to at least this power of ten. */
const LEAST_DECADES = 3;

interface Bar {
  readonly line: HTMLElement;
  readonly value: HTMLElement;
  /** Nanoseconds; null: none. */
  time: number | null;
}

export class CostChart {
  private readonly bars: readonly Bar[];
  private readonly scale = element("div", { class: "scale", "aria-hidden": true });
  private readonly figure: HTMLElement;
  private decades = LEAST_DECADES;

  constructor(figure: HTMLElement) {
    this.figure = figure;
    this.bars = COMPARED_PATHS.map(barFor);
    const groups = [...new Set(COMPARED_PATHS.map(callOf))].map((call) => this.groupOf(call));
    figure.append(
      element(
        "figcaption",
        { id: "chart-title" },
        element("strong", {}, "Nanoseconds a call"),
        " in this emulator, not on hardware. Logarithmic: each line is ten times the one before.",
      ),
      legend(),
      this.scale,
      ...groups,
    );
    this.drawScale();
  }

  showRow(index: number, { nanoseconds: time, outcome }: ComparisonRow): void {
    const bar = this.bars[index];
    if (bar === undefined) return;
    bar.time = time;
    bar.value.textContent = time === null ? outcome : `${nanoseconds(time)} ns`;
    bar.line.classList.toggle("died", time === null);
    this.draw();
  }

  clear(): void {
    for (const bar of this.bars) {
      bar.time = null;
      bar.value.textContent = "";
      bar.line.classList.remove("died");
    }
    this.draw();
  }

  private draw(): void {
    const longest = Math.max(1, ...this.bars.map(({ time }) => time ?? 1));
    const decades = Math.max(LEAST_DECADES, Math.ceil(Math.log10(longest)));
    if (decades !== this.decades) {
      this.decades = decades;
      this.drawScale();
    }
    for (const { line, time } of this.bars) {
      const part = time === null ? 0 : Math.max(0.004, Math.log10(Math.max(1, time)) / decades);
      line.style.setProperty("--part", part.toFixed(4));
    }
  }

  private drawScale(): void {
    const steps = Array.from({ length: this.decades + 1 }, (_, power) =>
      element("span", {}, power < 3 ? `${10 ** power}` : `${10 ** (power - 3)}k`),
    );
    this.scale.replaceChildren(...steps);
    this.figure.style.setProperty("--decades", `${this.decades}`);
  }

  private groupOf(call: string): HTMLElement {
    const lines = this.bars.filter((_, index) => callOf(COMPARED_PATHS[index]!) === call).map(({ line }) => line);
    const title = call === "read" ? "a read of the vsyscall page" : call;
    const heading = element("h3", {}, call === "read" ? title : element("code", {}, title));
    return element("div", { class: "group" }, heading, element("ul", {}, ...lines));
  }
}

/** Which colour is which gate, with the labels. */
function legend(): HTMLElement {
  const entries = GATES.map(({ family, title, label }) =>
    element(
      "li",
      { class: family },
      element("span", { class: "swatch" }, element("span", { class: "bar" })),
      label === undefined ? title : `${title}, ${label}`,
    ),
  );
  return element("ul", { class: "legend" }, ...entries);
}

function barFor(path: ComparedPath): Bar {
  const value = element("span", { class: "value" });
  const line = element(
    "li",
    { class: familyOf(path) },
    element("span", { class: "name" }, nameOf(path)),
    element("span", { class: "track", "aria-hidden": true }, element("span", { class: "bar" })),
    value,
  );
  return { line, value, time: null };
}

/** What the bar stands for, in a few words: the way and the parameter that makes the difference. */
function nameOf(path: ComparedPath): string {
  const value = path.mode.replace(/^.*=/, "");
  switch (familyOf(path)) {
    case "int80":
      return "int 0x80";
    case "gate":
      return `gate, ${value}`;
    case "vdso":
      return LABELS.vdso;
    case "fixed":
      return "vDSO, fixed page";
    case "vsyscall":
      return `vsyscall, ${value}`;
  }
}
