/** Runs a program of the visitor's in the terminal. */
import { byId, element } from "./element.ts";
import { bytes as byteCount } from "./format.ts";
import { RunningJob } from "./job.ts";
import type { KernelParameters, Report } from "./messages.ts";
import { describeEnd, describeFailure, describeStop } from "./outcome.ts";
import { fetchSample, SAMPLES, type Sample } from "./samples.ts";
import { preloadTerminal, TerminalView } from "./terminal.ts";
import { splitWords } from "./words.ts";

/** A file that can be run. */
interface Chosen {
  readonly name: string;
  readonly contents: Uint8Array;
}

export class ProgramRunner {
  private readonly drop = byId("drop", HTMLElement);
  private readonly file = byId("file", HTMLInputElement);
  private readonly chosenLine = byId("chosen", HTMLElement);
  private readonly samples = byId("samples", HTMLElement);
  private readonly arguments = byId("arguments", HTMLInputElement);
  private readonly trace = byId("trace", HTMLInputElement);
  private readonly runButton = byId("run", HTMLButtonElement);
  private readonly stopButton = byId("stop", HTMLButtonElement);
  private readonly screen = byId("terminal", HTMLElement);
  private readonly outcome = byId("outcome", HTMLElement);
  private readonly parameters: () => KernelParameters;
  private terminal: Promise<TerminalView> | undefined;
  private chosen: Chosen | undefined;
  private job: RunningJob | undefined;
  private isStarting = false;

  constructor(parameters: () => KernelParameters) {
    this.parameters = parameters;
    this.samples.append(...SAMPLES.map((sample) => this.sampleButton(sample)));
    this.file.addEventListener("change", () => void this.chooseFile(this.file.files?.[0]));
    this.runButton.addEventListener("click", () => void this.run());
    this.stopButton.addEventListener("click", () => this.job?.stop());
    this.arguments.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) void this.run();
    });
    this.acceptDrops();
    this.preloadWhenNear();
  }

  /** A dropped file is chosen and run; one that misses the zone must not replace the page. */
  private acceptDrops(): void {
    const over = (event: DragEvent, isOver: boolean): void => {
      event.preventDefault();
      this.drop.classList.toggle("over", isOver);
    };
    document.addEventListener("dragover", (event) => over(event, true));
    document.addEventListener("dragleave", (event) => over(event, event.relatedTarget !== null));
    document.addEventListener("drop", (event) => {
      over(event, false);
      void this.chooseFile(event.dataTransfer?.files[0]).then((isRead) => {
        this.screen.scrollIntoView({ block: "nearest" });
        return isRead ? this.run() : undefined;
      });
    });
  }

  private preloadWhenNear(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        preloadTerminal();
      },
      { rootMargin: "100%" },
    );
    observer.observe(this.screen);
  }

  private async chooseFile(file: File | undefined): Promise<boolean> {
    if (!file) return false;
    const buffer = await file.arrayBuffer().catch(() => null);
    if (buffer === null) {
      this.show(describeFailure(`${file.name} can’t be read. (A folder can’t be run.)`));
      return false;
    }
    this.choose({ name: file.name, contents: new Uint8Array(buffer) });
    return true;
  }

  private choose(chosen: Chosen): void {
    this.chosen = chosen;
    this.chosenLine.textContent = `${chosen.name}, ${byteCount(chosen.contents.length)}`;
    this.showRunning();
  }

  private sampleButton(sample: Sample): HTMLButtonElement {
    const button = element("button", { type: "button", title: sample.text }, sample.name);
    button.addEventListener("click", () => {
      fetchSample(sample.name).then(
        (contents) => {
          this.arguments.value = sample.arguments;
          this.choose({ name: sample.name, contents });
          return this.run();
        },
        (error: unknown) => this.show(describeFailure(error instanceof Error ? error.message : String(error))),
      );
    });
    return button;
  }

  /** Runs the chosen file; one that is running is ended first. */
  private async run(): Promise<void> {
    const words = splitWords(this.arguments.value);
    if (typeof words === "string") return this.show(describeFailure(words));
    if (!this.chosen || this.isStarting) return;
    this.isStarting = true;
    this.job?.kill();
    try {
      await this.job?.ended;
      this.show([element("p", {}, "Starting …")]);
      this.terminal ??= TerminalView.open(this.screen);
      await this.runIn(await this.terminal, this.chosen, words);
    } catch (error) {
      this.terminal = undefined;
      this.show(describeFailure(`The terminal could not be loaded: ${String(error)}`));
    } finally {
      this.isStarting = false;
    }
  }

  private async runIn(terminal: TerminalView, { name, contents }: Chosen, words: readonly string[]): Promise<void> {
    const parameters = this.parameters();
    const started = performance.now();
    let shown: Promise<unknown> = Promise.resolve();
    const listener = (report: Report): void => {
      if (report.kind !== "output" || this.job !== job) return;
      const { bytes } = report;
      shown = terminal.write(bytes).then(() => job.send({ kind: "shown", count: bytes.length }));
    };
    const job = new RunningJob(
      {
        kind: "run",
        name,
        contents,
        arguments: words,
        parameters,
        trace: this.trace.checked,
        terminal: terminal.size,
      },
      listener,
    );
    this.job = job;
    terminal.connect({
      typed: (bytes) => job.send({ kind: "input", bytes }),
      resized: (size) => job.send({ kind: "resize", size }),
    });
    this.show([element("p", {}, `${name} is running.`)]);
    this.showRunning();
    void job.ended.then(async (end) => {
      if (this.job !== job) return;
      this.job = undefined;
      const time = performance.now() - started;
      await shown;
      terminal.connect(undefined);
      this.showRunning();
      if (end.kind === "failed") this.show(describeFailure(end.message));
      else if (end.kind === "stopped" || !end.end) this.show(describeStop(time));
      else this.show(describeEnd(end.end, time));
    });
  }

  private show(children: readonly Node[]): void {
    this.outcome.replaceChildren(...children);
  }

  private showRunning(): void {
    const isRunning = this.job !== undefined;
    const hadFocus = document.activeElement === this.stopButton;
    this.runButton.disabled = this.chosen === undefined;
    this.runButton.textContent = isRunning ? "Run anew" : "Run";
    this.stopButton.disabled = !isRunning;
    this.screen.classList.toggle("running", isRunning);
    if (hadFocus && !isRunning) this.runButton.focus({ preventScroll: true });
  }
}
