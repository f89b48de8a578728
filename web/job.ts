/** Starts jobs in workers, one worker each, so that whatever a guest does, ending the worker ends it. */
import type { CoreModule } from "../src/index.ts";
import { loadCore } from "../src/platform/browser.ts";
import type { Job, Report, Request, RunEnd } from "./messages.ts";

/** How long a guest that is asked to stop may take before its worker is ended, in ms. */
const PATIENCE = 400;

/** How a job ended: by itself, because it was stopped, or because of an error that is not the guest's. */
export type JobEnd =
  | { readonly kind: "done"; readonly end?: RunEnd }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string };

let core: Promise<CoreModule> | undefined;

/** The compiled processor, which all workers share. A failure is not kept: the next job tries again. */
function compiledCore(): Promise<CoreModule> {
  core ??= loadCore(new URL("core.wasm", document.baseURI)).catch((error: unknown) => {
    core = undefined;
    throw error;
  });
  return core;
}

export class RunningJob {
  /** Settles when the job has ended; never rejects. */
  readonly ended: Promise<JobEnd>;
  private readonly worker = new Worker(new URL("worker.js", document.baseURI), { type: "module" });
  private settle: (end: JobEnd) => void = () => undefined;

  /** `listener` gets what the worker reports until the end, but not the end. */
  constructor(job: Job, listener: (report: Report) => void) {
    this.ended = new Promise((resolve) => {
      this.settle = (end) => {
        this.worker.terminate();
        resolve(end);
      };
    });
    this.worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.kind === "done" || data.kind === "failed") this.settle(data);
      else listener(data);
    };
    this.worker.onerror = (event) => {
      this.settle({ kind: "failed", message: event.message || "The worker could not be loaded." });
    };
    compiledCore().then(
      (module) => this.send({ kind: "start", module, job }),
      (error: unknown) =>
        this.settle({ kind: "failed", message: `The processor could not be loaded: ${String(error)}` }),
    );
  }

  send(request: Request): void {
    this.worker.postMessage(request);
  }

  /** Asks the guest to end, and soon makes it. */
  stop(): void {
    this.send({ kind: "stop" });
    setTimeout(() => this.kill(), PATIENCE);
  }

  /** Ends it at once. */
  kill(): void {
    this.settle({ kind: "stopped" });
  }
}
