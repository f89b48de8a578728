/**
 * Compares the disassembler with objdump over whole files (executables, shared objects, archives) and tells of each what
 * differs, by cause: `node --import ./scripts/typescript.mjs tests/assembly/disassembler-compare.ts [FILE...]`. Without
 * files, over all that the test compares.
 */
import { compareFiles, Disassembler } from "./disassembler-comparison.ts";
import { programs, type Programs } from "./disassembler-programs.ts";

const given = process.argv.slice(2).map((file): Programs => ({ name: file, files: [file], missing: null }));
const disassembler = await Disassembler.create();
for (const { name, files, missing } of given.length ? given : programs()) {
  if (missing !== null) {
    console.log(`${name}: ${missing}`);
    process.exitCode = 1;
    continue;
  }
  const tally = await compareFiles(disassembler, files);
  console.log(`${name}: ${tally.report()}`);
  if (tally.unexplained.length || tally.lengths.length) process.exitCode = 1;
}
