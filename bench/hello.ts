/** How long the whole command takes for a program that does nothing: start of Node included. */
import { execFileSync } from "node:child_process";
import { figure, median } from "./statistics.ts";

export function measureHello(program: string, command: string, rounds: number): string {
  const milliseconds = (args: readonly string[]): number => {
    const start = performance.now();
    execFileSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    return performance.now() - start;
  };
  const hello: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    hello.push(milliseconds([command, "run", program]));
    bare.push(milliseconds(["--eval", ""]));
  }
  return `linux-gate run hello, whole process: ${figure(median(hello))} ms (Node alone: ${figure(median(bare))} ms)`;
}
