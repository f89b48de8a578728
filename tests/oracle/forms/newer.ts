/** Instructions on general registers that came with SSE4.2 and after: POPCNT, CRC32, MOVBE. */
import { formsOf, row } from "../rows.ts";

export const NEWER = formsOf("popcnt movbe crc32", [
  row("f3 0f b8", "POPCNT Gv,Ev"),
  row("f3 0f bd", "LZCNT Gv,Ev", { undefined: "OF SF AF PF" }),
  row("0f 38 f0", "MOVBE Gv,Mv"),
  row("0f 38 f1", "MOVBE Mv,Gv"),
  row("f2 0f 38 f0", "CRC32 Gd,Eb", { sizes: [4, 2] }),
  row("f2 0f 38 f1", "CRC32 Gd,Ev"),
]);
