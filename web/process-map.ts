/** The map of a process: starts a program of ours, shows its address space, and what has moved since the last start. */
import { parseMaps, placesBefore, vdsoOf, type Region } from "./address-space.ts";
import { byId, element, svgElement } from "./element.ts";
import { address } from "./format.ts";
import { RunningJob } from "./job.ts";
import { drawRuler } from "./map-ruler.ts";
import { mapRows, type MapRow } from "./map-table.ts";
import type { KernelParameters, RunEnd } from "./messages.ts";
import { fetchSample, MAPPED_SAMPLE } from "./samples.ts";

const COLUMNS = ["address", "what", "permissions", "size", "since the last start"];

export class ProcessMap {
  private readonly button = byId("map-start", HTMLButtonElement);
  private readonly state = byId("map-state", HTMLElement);
  private readonly whereabouts = byId("whereabouts", HTMLElement);
  private readonly body = element("tbody", { role: "rowgroup" });
  private readonly ruler = svgElement("svg", { class: "ruler", "aria-hidden": true });
  private readonly parameters: () => KernelParameters;
  private rows: readonly MapRow[] = [];
  private regions: readonly Region[] | undefined;
  private job: RunningJob | undefined;

  constructor(parameters: () => KernelParameters) {
    this.parameters = parameters;
    const titles = COLUMNS.map((title) => element("th", { scope: "col", role: "columnheader" }, title));
    const table = element(
      "table",
      { role: "table" },
      element("caption", {}, "Highest address first; the ruler on the left is to scale, in GiB."),
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...titles)),
      this.body,
    );
    byId("map", HTMLElement).append(this.ruler, table);
    new ResizeObserver(() => drawRuler(this.ruler, this.rows)).observe(table);
    this.button.addEventListener("click", () => void this.start());
  }

  /** Starts the process anew under the parameters as they are now; a start that is under way is dropped. */
  async start(): Promise<void> {
    this.job?.kill();
    this.state.textContent = "Starting …";
    const parameters = this.parameters();
    let job: RunningJob;
    try {
      const contents = await fetchSample(MAPPED_SAMPLE);
      this.job?.kill();
      job = new RunningJob(
        { kind: "run", name: MAPPED_SAMPLE, contents, arguments: [], parameters, trace: false },
        () => undefined,
      );
    } catch (error) {
      this.state.textContent = String(error);
      return;
    }
    this.job = job;
    const end = await job.ended;
    if (this.job !== job) return;
    this.job = undefined;
    if (end.kind === "failed") this.state.textContent = end.message;
    else if (end.kind === "done" && end.end) this.show(end.end, parameters);
  }

  private show({ status, report, memoryMap }: RunEnd, parameters: KernelParameters): void {
    if (status !== 0) {
      this.state.textContent = report ?? `The program ended with status ${status}.`;
      return;
    }
    const earlier = this.regions;
    this.regions = parseMaps(memoryMap);
    this.rows = mapRows(this.regions, parameters, earlier && placesBefore(earlier));
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
    drawRuler(this.ruler, this.rows);
    const vdso = vdsoOf(this.regions);
    this.whereabouts.textContent = vdso ? address(vdso.start) : "nowhere";
    this.state.textContent = earlier ? movedText(this.rows) : "Started. Start it again to see what moves.";
  }
}

function movedText(rows: readonly MapRow[]): string {
  const regions = rows.filter(({ region }) => region !== undefined);
  const moved = regions.filter(({ before }) => before !== undefined).length;
  if (moved === 0) return `Started again: nothing has moved.`;
  return `Started again: ${moved} of ${regions.length} regions have moved.`;
}
