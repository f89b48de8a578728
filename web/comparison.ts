/** The comparison: measures in a worker, fills the table, the chart and the figures beside the drawings. */
import type { ComparisonRow } from "../src/gates/compare.ts";
import { COMPARED_PATHS } from "../src/gates/compare-paths.ts";
import { CostChart } from "./chart.ts";
import { ComparisonTable } from "./comparison-table.ts";
import { byId } from "./element.ts";
import { nanoseconds, plural } from "./format.ts";
import { callOf, SHOWN_ROWS } from "./gates.ts";
import { RunningJob } from "./job.ts";

/** The progress is told aloud this often, in rows. */
const NEWS_EVERY = 9;

export class Comparison {
  private readonly table = new ComparisonTable(byId("compare-table", HTMLElement));
  private readonly chart = new CostChart(byId("compare-chart", HTMLElement));
  private readonly startButton = byId("compare-start", HTMLButtonElement);
  private readonly stopButton = byId("compare-stop", HTMLButtonElement);
  private readonly progress = byId("compare-progress", HTMLProgressElement);
  private readonly state = byId("compare-state", HTMLElement);
  private readonly news = byId("compare-news", HTMLElement);
  private job: RunningJob | undefined;

  constructor() {
    this.progress.max = COMPARED_PATHS.length;
    this.startButton.addEventListener("click", () => void this.measure());
    this.stopButton.addEventListener("click", () => this.job?.kill());
    this.clear();
    this.showRunning(false);
  }

  /** Measures all of it anew. */
  async measure(): Promise<void> {
    if (this.job) return;
    this.clear();
    let count = 0;
    this.job = new RunningJob({ kind: "compare" }, (report) => {
      if (report.kind === "row") this.showRow(count++, report.row);
    });
    this.showRunning(true);
    this.showNext(0);
    const end = await this.job.ended;
    this.job = undefined;
    this.table.showNext(undefined);
    this.showRunning(false);
    if (end.kind === "failed") this.tell(end.message);
    else if (end.kind === "stopped") this.tell(`Stopped after ${count} of ${COMPARED_PATHS.length} rows.`);
    else this.tell(`All ${COMPARED_PATHS.length} rows are measured.`);
  }

  private showRow(index: number, row: ComparisonRow): void {
    this.table.showRow(index, row);
    this.chart.showRow(index, row);
    const family = SHOWN_ROWS.get(index);
    if (family !== undefined) showCost(family, costOf(index, row));
    this.showNext(index + 1);
    if ((index + 1) % NEWS_EVERY === 0)
      this.news.textContent = `${index + 1} of ${COMPARED_PATHS.length} rows measured`;
  }

  private showNext(index: number): void {
    this.progress.value = index;
    const next = COMPARED_PATHS[index];
    if (next === undefined) return;
    this.table.showNext(index);
    this.state.textContent = `${index} of ${COMPARED_PATHS.length}`;
  }

  private clear(): void {
    this.table.clear();
    this.chart.clear();
    for (const family of SHOWN_ROWS.values()) showCost(family, "not measured yet");
    this.state.textContent = "";
  }

  private tell(sentence: string): void {
    this.state.textContent = sentence;
    this.news.textContent = sentence;
  }

  /** One of the two buttons can be pressed; the keyboard's focus moves along. */
  private showRunning(isRunning: boolean): void {
    const focused = document.activeElement;
    this.startButton.disabled = isRunning;
    this.stopButton.disabled = !isRunning;
    if (focused === this.startButton || focused === this.stopButton) {
      (isRunning ? this.stopButton : this.startButton).focus({ preventScroll: true });
    }
  }
}

function costOf(index: number, { entries, faults, nanoseconds: time, outcome }: ComparisonRow): string {
  if (time === null) return outcome;
  const call = callOf(COMPARED_PATHS[index]!);
  return `${call}: ${plural(entries, "entry", "entries")} · ${plural(faults, "fault", "faults")} · ${nanoseconds(time)} ns`;
}

function showCost(family: string, text: string): void {
  for (const place of document.querySelectorAll(`.cost[data-family="${family}"]`)) place.textContent = text;
}
