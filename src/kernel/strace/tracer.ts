/** A trace of system calls, in the lines that strace(1) 6.x prints. */
import { ERRORS } from "../../abi/errno.ts";
import { SYSTEM_CALL_NAMES } from "../../abi/unistd.ts";
import { binaryBytes } from "../../text.ts";
import { ROWS } from "../dispatch.ts";
import { isRestart } from "../signals/deliver.ts";
import type { SignalInfo } from "../signals/signal-state.ts";
import type { ArgumentKind } from "../syscalls/row.ts";
import type { Task } from "../task.ts";
import { argumentList, ARGUMENTS, type Call } from "./arguments.ts";
import { signalName } from "./names.ts";
import { octal, pollResults, signalInfo } from "./structures.ts";
import { hex, pointer, quote } from "./text.ts";

/** Results stand in this column. */
const RESULT_COLUMN = 40;
/** Calls whose result is an address. */
const ADDRESS_RESULTS = new Set(["brk", "mmap", "mmap2", "mremap"]);
const RESTARTS: Readonly<Record<number, string>> = {
  512: "ERESTARTSYS (To be restarted if SA_RESTART is set)",
  513: "ERESTARTNOINTR (To be restarted)",
  514: "ERESTARTNOHAND (To be restarted if no handler)",
  516: "ERESTART_RESTARTBLOCK (Interrupted by signal)",
};

interface Pending {
  readonly name: string;
  readonly values: readonly number[];
  readonly kinds: readonly ArgumentKind[];
  /** Texts of the arguments that were printed before the call was made. */
  readonly texts: readonly string[];
}

export class Tracer {
  private readonly task: Task;
  private readonly write: (line: string) => void;
  private pending: Pending | undefined;

  constructor(task: Task, write: (line: string) => void) {
    this.task = task;
    this.write = write;
  }

  /** The program was started. */
  execve(path: string, argv: readonly string[], environmentSize: number): void {
    const environment = `${pointer(this.task.image?.environmentStart ?? 0)} /* ${environmentSize} vars */`;
    this.line(`execve(${quote(binaryBytes(path))}, ${argumentList(argv)}, ${environment})`, "0");
  }

  /** A call begins: everything up to the first argument that the kernel fills is put down now. */
  enter(number: number, a: number, b: number, c: number, d: number, e: number, f: number): void {
    const row = ROWS[number];
    const name = row?.name ?? SYSTEM_CALL_NAMES[number] ?? `syscall_0x${number.toString(16)}`;
    const values = [a, b, c, d, e, f];
    const kinds = row?.arguments ?? values.map(() => "hex" as const);
    this.pending = { name, values, kinds, texts: this.format(kinds, values, [], undefined) };
  }

  leave(result: number): void {
    if (this.pending === undefined || this.task.end !== undefined) return;
    const call = this.pending;
    const { name, values, kinds, texts } = call;
    this.pending = undefined;
    const isFailure = result < 0 && result > -4096;
    const all = this.format(kinds, values, texts, isFailure ? result : result >>> 0);
    this.line(`${name}(${all.filter((text) => text !== "").join(", ")})`, this.result(call, result));
  }

  signal(info: SignalInfo): void {
    this.write(`--- ${signalName(info.signal)} ${signalInfo(info)} ---`);
  }

  /** The task is over: a call that never came back is shown with a question mark. */
  ended(): void {
    if (this.pending !== undefined) {
      const { name, texts } = this.pending;
      this.pending = undefined;
      const isExit = name === "exit" || name === "exit_group";
      this.line(`${name}(${texts.join(", ")}${isExit ? "" : " <unfinished ...>"})`, "?");
    }
    const { end } = this.task;
    if (end?.kind === "exit") this.write(`+++ exited with ${end.status} +++`);
    else if (end?.kind === "signal") this.write(`+++ killed by ${signalName(end.signal)} +++`);
  }

  /** Texts of the arguments from where `before` stops; without a result, up to the first that needs one. */
  private format(
    kinds: readonly ArgumentKind[],
    values: readonly number[],
    before: readonly string[],
    result: number | undefined,
  ): readonly string[] {
    const texts: string[] = [];
    let index = 0;
    for (const [position, kind] of kinds.entries()) {
      const { width, isOutput, format } = ARGUMENTS[kind];
      const known = before[position];
      if (known !== undefined) texts.push(known);
      else if (isOutput && result === undefined) break;
      else {
        const call: Call = { task: this.task, values, index, ...(result === undefined ? {} : { result }) };
        texts.push(format(values[index] ?? 0, call));
      }
      index += width;
    }
    return texts;
  }

  private result({ name, values }: Pending, result: number): string {
    if (isRestart(result)) return `? ${RESTARTS[-result]}`;
    if (result < 0 && result > -4096) {
      const row = ERRORS.find(([number]) => number === -result);
      return row === undefined ? `-1 (errno ${-result})` : `-1 ${row[1]} (${row[2]})`;
    }
    if (ADDRESS_RESULTS.has(name)) return hex(result >>> 0);
    if (name === "set_thread_area") return `${result} (entry_number=${this.task.readU32(values[0] ?? 0)})`;
    if (/^p?poll/.test(name)) {
      return result === 0 ? "0 (Timeout)" : `${result} (${pollResults(this.task, values[0] ?? 0, values[1] ?? 0)})`;
    }
    if (name.startsWith("rt_sigtimedwait")) return `${result} (${signalName(result)})`;
    return name === "umask" ? octal(result) : String(result | 0);
  }

  private line(call: string, result: string): void {
    this.write(`${call.padEnd(RESULT_COLUMN - 1)} = ${result}`);
  }
}
