/**
 * Compares the disassembler with objdump over whole files: executables, shared objects, archives.
 * `node --import ./scripts/typescript.mjs tests/assembly/disassembler-compare.ts FILE...`
 */
import { compareFile, Disassembler } from "./disassembler-comparison.ts";

const disassembler = await Disassembler.create();
for (const file of process.argv.slice(2)) {
  const tally = await compareFile(disassembler, file);
  console.log(`${file}: ${tally.report()}`);
  if (tally.unexplained.length) process.exitCode = 1;
}
