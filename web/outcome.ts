/** How a run ended, in words and figures. */
import { SIGNAL_NAMES } from "../src/abi/signal.ts";
import { element } from "./element.ts";
import { count, duration, plural } from "./format.ts";
import type { RunEnd } from "./messages.ts";

/** Exit statuses of a program that could not be started. */
const NOT_STARTED = [126, 127];

/** The report of a fault is on the terminal already. */
export function describeEnd(end: RunEnd, milliseconds: number): readonly HTMLElement[] {
  if (end.report !== undefined && NOT_STARTED.includes(end.status) && end.signal === undefined) {
    return [...describeFailure(end.report), element("p", {}, `Exit status ${end.status}.`)];
  }
  return [
    element("p", { class: end.status === 0 ? "good" : "bad" }, element("strong", {}, statusText(end))),
    figures(end, milliseconds),
  ];
}

/** Stopped, and its worker ended before it could tell more. */
export function describeStop(milliseconds: number): readonly HTMLElement[] {
  return [element("p", { class: "bad" }, element("strong", {}, "Stopped"), ` after ${duration(milliseconds)}.`)];
}

export function describeFailure(message: string): readonly HTMLElement[] {
  return [element("p", { class: "bad" }, message)];
}

function statusText({ status, signal }: RunEnd): string {
  return signal === undefined ? `Exit status ${status}` : `Killed by ${SIGNAL_NAMES[signal]!}, exit status ${status}`;
}

function figures({ instructions, entries, faults }: RunEnd, milliseconds: number): HTMLElement {
  const used = Object.entries(entries)
    .filter(([, times]) => times > 0)
    .map(([gate, times]) => `${gate} ${count(times)}`);
  const gates = used.length > 0 ? `entries: ${used.join(", ")}` : "no entry into the kernel";
  const parts = [plural(instructions, "instruction", "instructions"), gates];
  if (faults > 0) parts.push(plural(faults, "fault", "faults"));
  return element("p", { class: "figures" }, [...parts, duration(milliseconds)].join(" · "));
}
