/** recorded.txt: the Linux that answered, then for each case its name in brackets and a line for each call. */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { fileURLToPath } from "node:url";

export const recordingPath = fileURLToPath(new URL("recorded.txt", import.meta.url));

/** This machine's Linux, as far as its answers depend on it: `Linux 6.18`. */
export const thisLinux = `Linux ${release().split(".").slice(0, 2).join(".")}`;

/** The Linux that the recording is of. */
export function recordedLinux(): string {
  return readFileSync(recordingPath, "latin1").split("\n", 1)[0] ?? "";
}

export function formatRecording(recording: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...recording].map(([name, lines]) => `[${name}]\n${lines.join("\n")}\n`);
  return `${thisLinux}\n\n${cases.join("\n")}`;
}

export function readRecording(): Map<string, string[]> {
  const recording = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of readFileSync(recordingPath, "latin1").split("\n").slice(1)) {
    const name = /^\[(.*)\]$/.exec(line)?.[1];
    if (name !== undefined) recording.set(name, (lines = []));
    else if (line !== "") lines.push(line);
  }
  return recording;
}
