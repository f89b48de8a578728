/** What all tasks share: the host behind it, the clock, the kernel parameters, and who is there. */
import type { Namespace } from "../fs/index.ts";
import type { GateParameters } from "../gates/index.ts";
import type { CpuModel } from "../machine/machine.ts";
import type { Platform } from "../platform/platform.ts";
import { utf8Bytes } from "../text.ts";
import { Clock } from "./clock.ts";
import type { Task } from "./task.ts";

export interface KernelOptions {
  readonly gates: GateParameters;
  /** The processor that programs see. */
  readonly cpu: CpuModel;
  /** What the vDSO's clocks read. */
  readonly clock: "tsc" | "none";
  readonly aslr: boolean;
  /** No lines of the kernel's own on stderr. */
  readonly quiet: boolean;
  /** Bytes of memory a task may have. */
  readonly memoryLimit: number;
  readonly isDeterministic: boolean;
}

/** What uname(2) and /proc tell of the system. The release says which Linux is modelled, and that it is not one. */
export const SYSTEM = {
  sysname: "Linux",
  nodename: "linux-gate",
  release: "6.18.0-linux-gate",
  version: "#1 linux-gate",
  machine: "i686",
  domainname: "(none)",
} as const;

export class Kernel {
  readonly platform: Platform;
  readonly options: KernelOptions;
  readonly clock: Clock;
  readonly tasks = new Map<number, Task>();
  /** The task whose system call or fault is being handled. */
  current: Task | undefined;
  /** The tree of files: set once, before there is any task. */
  namespace!: Namespace;
  /** Changed by sethostname and setdomainname. */
  nodename: string = SYSTEM.nodename;
  domainname: string = SYSTEM.domainname;

  constructor(platform: Platform, options: KernelOptions) {
    this.platform = platform;
    this.options = options;
    this.clock = new Clock(platform, { isDeterministic: options.isDeterministic, source: options.clock });
  }

  /** Says something to the user, on stderr, unless asked to be quiet. */
  report(text: string): void {
    if (!this.options.quiet) this.platform.stderr.write(utf8Bytes(`${text}\n`));
  }

  /** A random integer below `bound` (at most 2^32) for the layout of an address space; 0 without ASLR. */
  randomBelow(bound: number): number {
    if (!this.options.aslr) return 0;
    const bytes = new Uint8Array(4);
    this.platform.random(bytes);
    const value = new DataView(bytes.buffer).getUint32(0);
    return Math.floor((value / 2 ** 32) * bound);
  }
}
