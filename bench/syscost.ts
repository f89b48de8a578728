/** What it costs to enter the kernel and to read clocks: bench/programs/syscost.c in each system. */
import { figure, formatTable, median } from "./statistics.ts";
import type { Outcome, System } from "./systems.ts";

/** What the program does beside its items: start, libc's own start, and a line or two written for each item. */
const AROUND = 500;

const REPETITIONS = 5;

/** A table of nanoseconds a call, over `calls` calls, and whether the vDSO's clocks stayed out of the kernel. */
export async function measureSystemCalls(path: string, systems: readonly System[], calls: number): Promise<string> {
  const outcomes = new Map<System, Outcome>();
  for (const system of systems) outcomes.set(system, await system.run(path, [`${calls}`]));
  const items = new Set([...outcomes.values()].flatMap(({ repetitions }) => repetitions.map(({ name }) => name)));
  const cost = (system: System, item: string): string => {
    const all = (outcomes.get(system)?.repetitions ?? []).filter(({ name }) => name === item);
    return figure(median(all.slice(1).map(({ nanoseconds, units }) => nanoseconds / units)));
  };
  const rows = [...items].map((item) => [
    item.replace(/^sys_/, ""),
    ...systems.map((system) => cost(system, item)),
    "",
  ]);
  const lines = [formatTable([["ns a call", ...systems.map(({ name }) => name), ""], ...rows])];
  for (const [system, { failure, result }] of outcomes) {
    if (failure) lines.push(`${system.name}: ${failure}`);
    if (result) lines.push(entriesOf(system.name, result.entries, calls));
  }
  return lines.join("\n");
}

/**
 * Two items enter by INT 0x80 and one by AT_SYSINFO, `calls` times in each repetition. libc's clocks, three items,
 * would show as 3 * REPETITIONS * calls more entries if they were system calls.
 */
function entriesOf(
  name: string,
  entries: Readonly<Record<"int80" | "sysenter" | "syscall" | "vsyscall", number>>,
  calls: number,
): string {
  const total = entries.int80 + entries.sysenter + entries.syscall + entries.vsyscall;
  const beyond = total - 3 * REPETITIONS * calls;
  const verdict = beyond < AROUND + calls / 10 ? "libc's clocks made no system call" : "LIBC'S CLOCKS ENTER THE KERNEL";
  return `${name}: ${total} entries into the kernel, ${beyond} beside those asked for: ${verdict}`;
}
