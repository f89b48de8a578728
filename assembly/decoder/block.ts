/** Decodes a basic block: from an EIP up to the first transfer of control. */
import { codeBase, mode, MODE_STEP } from "../cpu/mode";
import { Op } from "../microcode/list";
import { closeBlock, openBlock } from "../memory/code";
import * as E from "./emit";
import * as I from "./instruction";
import { select } from "./select";

/** At most this many instructions and bytes; a micro-op keeps its instruction's offset in a byte. */
const MOST_INSTRUCTIONS: u32 = 64;
const MOST_BYTES: u32 = 240;

/** The block at linear `address`, or 0 if its first instruction can't be fetched: then the exception is recorded. */
export function decodeBlock(address: u32): usize {
  E.begin(openBlock(), address);
  const most: u32 = mode & MODE_STEP ? 1 : MOST_INSTRUCTIONS;
  let at = address;
  let count: u32 = 0;
  while (!E.ended && count < most && at - address < MOST_BYTES) {
    // What can't be fetched after the first instruction raises its exception when it is reached.
    if (!I.parse(at)) break;
    const before = E.cursor;
    select(count);
    // Each instruction has a micro-op, by which it is counted, and replaced if its bytes change.
    if (E.cursor == before) E.emit(Op.NOP);
    at = I.next;
    count++;
  }
  if (!count) return 0;
  if (!E.ended) {
    I.placeAt(at);
    if (mode & MODE_STEP) E.emitEnd(Op.GO_ON, 0, 0, 0, 0, at - codeBase);
    else E.emitEnd(Op.JMP, 0, 0, 0, at, at);
  }
  return closeBlock(address, at - address, count, mode, E.last, E.cursor);
}
