/**
 * Writes docs/system-calls.md from the table that dispatches them: `node --import ./scripts/typescript.mjs
 * scripts/system-calls.ts`. With --check it writes nothing and fails if the file is not what it would write.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { SYSTEM_CALL_NAMES } from "../src/abi/unistd.ts";
import { SYSTEM_CALLS } from "../src/kernel/syscalls/table.ts";

const FILE = fileURLToPath(new URL("../docs/system-calls.md", import.meta.url));

/** The whole file. */
export function systemCallsDocument(): string {
  const there = new Set(SYSTEM_CALLS.map(({ number }) => number));
  const missing = SYSTEM_CALL_NAMES.flatMap((name, number) => (name === null || there.has(number) ? [] : [name]));
  const full = SYSTEM_CALLS.filter(({ support }) => support === "full").length;
  const rows = SYSTEM_CALLS.map(
    ({ number, name, support, note }) => `| ${number} | \`${name}\` | ${support} | ${note ?? ""} |`,
  );
  return [
    "# System calls",
    "",
    "Made from `src/kernel/syscalls/table.ts` by `scripts/system-calls.ts`; a test keeps it true.",
    "",
    `Of the ${there.size + missing.length} system calls of i386 Linux 6.18, ${full} do all that one process of one thread can ask of`,
    `them, ${there.size - full} a part, which the last column names. The others give \`ENOSYS\` and one line on stderr.`,
    "",
    "| number | name | support | what is missing |",
    "| -----: | ---- | ------- | --------------- |",
    ...rows,
    "",
    "## Not there",
    "",
    wrapped(missing.map((name) => `\`${name}\``)),
    "",
  ].join("\n");
}

/** Names separated by commas, in lines of at most 120 characters. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    if (line.length + 1 + word.length > 120) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = systemCallsDocument();
  if (!process.argv.includes("--check")) {
    await writeFile(FILE, document);
  } else if ((await readFile(FILE, "utf8").catch(() => "")) !== document) {
    console.error("docs/system-calls.md is not what scripts/system-calls.ts writes: run it");
    process.exitCode = 1;
  }
}
