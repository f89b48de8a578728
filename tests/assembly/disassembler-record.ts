/**
 * Records objdump's text of a few thousand encodings that cover the opcode maps, for machines without objdump:
 * `node --import ./scripts/typescript.mjs tests/assembly/disassembler-record.ts`, after each change of the maps.
 * Left out is what the two may see differently: see `cause`.
 */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Disassembler, Tally } from "./disassembler-comparison.ts";
import { encodings, extendedEncodings } from "./disassembler-encodings.ts";
import { disassembleSlots, SLOT, slots, SLOTS } from "./disassembler-objdump.ts";
import { SAMPLE } from "./disassembler-sample.ts";

const SEED = 1;

const disassembler = await Disassembler.create();
const tally = new Tally();
const candidates = [...encodings(SEED, 1), ...extendedEncodings(SEED, 1)];
disassembler.load(SLOTS, slots(candidates));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const chosen = new Map<string, Uint8Array>();
for (const line of await disassembleSlots(candidates)) {
  if (!tally.add(line, disassembler.at(line.address))) continue;
  const encoding = candidates[(line.address - SLOTS) / SLOT] ?? line.bytes;
  // What is undefined may be so because of what follows it; one of each first two bytes will do.
  if (line.text === "(bad)") chosen.set(hex(encoding.subarray(0, 2)), encoding);
  else chosen.set(hex(line.bytes), line.bytes);
}
const recorded = [...chosen.values()];
const texts = (await disassembleSlots(recorded)).map(({ text }) => text);
const rows = recorded.map((encoding, i) => `${hex(encoding)}\t${texts[i]}\n`);
writeFileSync(SAMPLE, gzipSync(rows.join(""), { level: 9 }));
console.log(`${tally.report()}\n${rows.length} recorded`);
