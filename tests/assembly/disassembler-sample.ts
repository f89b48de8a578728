/** The recorded encodings: a line each, its bytes in hexadecimal, a tab, objdump's text of it at its slot. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Line, SLOT, SLOTS } from "./disassembler-objdump.ts";

export const SAMPLE = new URL("disassembler-sample.txt.gz", import.meta.url);

export function readSample(): Line[] {
  const rows = gunzipSync(readFileSync(SAMPLE)).toString("latin1").trimEnd().split("\n");
  return rows.map((row, i) => {
    const [bytes = "", text = ""] = row.split("\t");
    return new Line(SLOTS + i * SLOT, bytes, text);
  });
}
