/** The ruler beside the table of an address space: 4 GiB to scale, with a line from each region to its row. */
import { ADDRESS_SPACE, TASK_SIZE } from "./address-space.ts";
import { svgElement } from "./element.ts";
import type { MapRow } from "./map-table.ts";

const GIB = 0x4000_0000;
/** Pixels: the ruler's left edge and width, the least height of a mark. */
const LEFT = 18;
const WIDTH = 14;
const LEAST_MARK = 3;

/** Draws into `svg`, which stands left of the rows and is as high as they are. */
export function drawRuler(svg: SVGSVGElement, rows: readonly MapRow[]): void {
  const { width, height, top } = svg.getBoundingClientRect();
  if (height === 0) return;
  const edge = LEFT + WIDTH;
  const at = (place: number): number => 1 + (height - 2) * (1 - place / ADDRESS_SPACE);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);

  const parts: SVGElement[] = [
    svgElement("rect", { class: "ruler-user", x: LEFT, width: WIDTH, y: at(TASK_SIZE), height: at(0) - at(TASK_SIZE) }),
    svgElement("rect", {
      class: "ruler-kernel",
      x: LEFT,
      width: WIDTH,
      y: at(ADDRESS_SPACE),
      height: at(TASK_SIZE) - 1,
    }),
  ];
  for (let gib = 0; gib <= 4; gib++) {
    const y = at(gib * GIB);
    const text = svgElement(
      "text",
      { class: "tick", x: LEFT - 6, y: Math.min(Math.max(y + 4, 10), height - 2) },
      `${gib}`,
    );
    parts.push(svgElement("line", { class: "tick-line", x1: LEFT - 3, x2: LEFT, y1: y, y2: y }), text);
  }
  for (const { row, region, before } of rows) {
    if (region === undefined) continue;
    const size = Math.max(LEAST_MARK, at(region.start) - at(region.end));
    const y = at((region.start + region.end) / 2);
    const box = row.getBoundingClientRect();
    const target = box.top - top + box.height / 2;
    const middle = (edge + width) / 2;
    const leader = `M${edge} ${y}C${middle} ${y} ${middle} ${target} ${width} ${target}`;
    if (before !== undefined) {
      parts.push(
        svgElement("line", { class: `ghost ${region.kind}`, x1: LEFT - 4, x2: edge, y1: at(before), y2: at(before) }),
      );
    }
    parts.push(
      svgElement("path", { class: `leader ${region.kind}`, d: leader }),
      svgElement("rect", { class: `mark ${region.kind}`, x: LEFT, width: WIDTH, y: y - size / 2, height: size }),
    );
  }
  svg.replaceChildren(...parts);
}
