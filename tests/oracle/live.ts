/**
 * A live run: the items of its plan, shared among processes, with the progress in a file. Started again with the same
 * options it goes on where it was, unless the core, the forms or the harness have changed since.
 */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FindingsImage } from "./findings.ts";
import { Findings } from "./findings.ts";
import type { LiveOptions } from "./plan.ts";
import { planOf } from "./plan.ts";
import type { Report } from "./worker.ts";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const WORKER = `${HERE}worker.ts`;

const SAVE_MILLISECONDS = 2000;
/** Between two lines of progress where they can't overwrite each other. */
const LINE_MILLISECONDS = 30_000;
/** Exit status of a process that SIGINT ended. */
const INTERRUPTED = 130;

/** What the file holds. */
interface Progress {
  /** Of all that the results depend on. */
  readonly digest: string;
  /** Every item below is done ... */
  readonly next: number;
  /** ... and these. */
  readonly beyond: readonly number[];
  readonly findings: FindingsImage;
}

function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Of the core, the generator and the harness. */
function digestOfSources(): string {
  const files = ["", "forms/", "native/"].flatMap((folder) =>
    readdirSync(HERE + folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[tchS]s?$/.test(entry.name) && !entry.name.endsWith(".test.ts"))
      .map((entry) => `${HERE}${folder}${entry.name}`),
  );
  return digestOf([`${DIST}core.wasm`, ...files.sort()].map((file) => readFileSync(file)));
}

/** Where the progress of a run with these options is kept, unless it is said. */
export function progressFile(options: LiveOptions): string {
  return `${DIST}oracle/live-${digestOf([JSON.stringify(options)])}.json`;
}

function readProgress(file: string): Progress | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Progress;
  } catch {
    return null;
  }
}

function writeProgress(file: string, progress: Progress): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.partial`, JSON.stringify(progress));
  renameSync(`${file}.partial`, file);
}

/** `1:02:03` */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** Tells how far it is: on one line of a terminal, elsewhere with a line now and then. */
class Display {
  private readonly started = performance.now();
  private readonly before: number;
  private readonly total: number;
  private shown = -Infinity;

  constructor(before: number, total: number) {
    this.before = before;
    this.total = total;
  }

  show({ cases, count }: Findings): void {
    const now = performance.now();
    const terminal = process.stderr.isTTY;
    if (now - this.shown < (terminal ? 200 : LINE_MILLISECONDS)) return;
    this.shown = now;
    const rate = ((cases - this.before) / (now - this.started)) * 1000;
    const left = rate > 0 ? duration((this.total - cases) / rate) : "?";
    const text = `${cases} of ${this.total} cases, ${Math.round(rate)} a second, ${left} left, ${count} differ`;
    process.stderr.write(terminal ? `\r${text}\x1b[K` : `${text}\n`);
  }

  clear(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  }
}

/** Runs a plan on `jobs` processes; `examples` cases are kept of each form that differs. */
export async function runLive(options: LiveOptions, jobs: number, file: string, examples: number): Promise<Findings> {
  const plan = planOf(options);
  const total = plan.reduce((sum, { cases }) => sum + cases, 0);
  const digest = digestOfSources();
  const old = readProgress(file);
  const usable = old?.digest === digest ? old : null;
  if (usable) console.error(`going on from ${usable.findings.cases} cases (${file})`);
  else if (old) console.error("the core, the forms or the harness have changed since: starting from the beginning");

  const findings = new Findings(examples, usable?.findings);
  const display = new Display(findings.cases, total);
  const done = new Set(usable?.beyond);
  let next = usable?.next ?? 0;
  let offered = next;
  let saved = performance.now();
  const children: ChildProcess[] = [];

  const save = (): void => writeProgress(file, { digest, next, beyond: [...done], findings: findings.image() });
  const interrupt = (): void => {
    for (const child of children) child.kill("SIGKILL");
    display.clear();
    save();
    console.error(`interrupted at ${findings.cases} cases; the same command goes on (${file})`);
    process.exit(INTERRUPTED);
  };
  const take = ({ number, cases, found }: Report): void => {
    findings.cases += cases;
    for (const one of found) findings.add(one);
    done.add(number);
    while (done.delete(next)) next++;
    display.show(findings);
    if (performance.now() - saved < SAVE_MILLISECONDS) return;
    save();
    saved = performance.now();
  };
  /** Gives the child the next item that nobody has; without one, lets it end. */
  const offer = (child: ChildProcess): void => {
    while (done.has(offered)) offered++;
    const item = plan[offered];
    if (item) child.send({ number: offered++, item });
    else child.disconnect();
  };

  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const ends = Array.from({ length: Math.min(jobs, plan.length) }, () => {
      const child = fork(WORKER, [JSON.stringify(options)]);
      children.push(child);
      child.on("message", (report: Report) => {
        take(report);
        offer(child);
      });
      offer(child);
      return new Promise<void>((resolve, reject) => {
        child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error("a process of the run has failed"))));
      });
    });
    await Promise.all(ends);
  } catch (error) {
    for (const child of children) child.kill("SIGKILL");
    save();
    throw error;
  } finally {
    display.clear();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
  rmSync(file, { force: true });
  return findings;
}
