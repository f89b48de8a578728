/** Decodes a basic block: from an EIP up to the first transfer of control. */
import { mode } from "../cpu/segments";
import { Op } from "../microcode/list";
import { closeBlock, openBlock } from "../memory/code";
import * as E from "./emit";
import * as I from "./instruction";
import { select } from "./select";

/** At most this many instructions and bytes; a micro-op keeps its instruction's offset in a byte. */
const MOST_INSTRUCTIONS: u32 = 64;
const MOST_BYTES: u32 = 240;

/** The block at `eip`, or 0 if its first instruction can't be fetched: then the exception is recorded. */
export function decodeBlock(eip: u32): usize {
  E.begin(openBlock(), eip);
  let at = eip;
  let count: u32 = 0;
  while (!E.ended && count < MOST_INSTRUCTIONS && at - eip < MOST_BYTES) {
    // What can't be fetched after the first instruction raises its exception when it is reached.
    if (!I.parse(at)) break;
    select(count);
    at = I.next;
    count++;
  }
  if (!count) return 0;
  if (!E.ended) {
    I.placeAt(at);
    E.emitEnd(Op.JMP, 0, 0, 0, at, at);
  }
  return closeBlock(eip, at - eip, count, mode, E.last, E.cursor);
}
