/**
 * One instruction as text, in the Intel syntax of GNU objdump (`objdump -d -M intel`, binutils 2.40), with one space
 * between mnemonic and operands and without symbols. It reads what the decoder reads: instruction.ts and the rows.
 *
 * As objdump does, it takes FWAIT before an x87 instruction for a part of it (`fstcw` is `fwait` and `fnstcw`), though
 * the processor executes two. What only some models of the processor know has its name whichever of them runs (so
 * `tzcnt` where the model executes `bsf`), and so have many that none knows (disassembler-later.ts); of the others with
 * VEX, EVEX and XOP prefixes only that is told, and their length. The rest is "(bad)", one byte long. LOCK where it is
 * not allowed is shown, as are instructions that the processor takes for a NOP.
 */
import { EXCEPTION_ADDRESS, EXCEPTION_ERROR, EXCEPTION_VECTOR, FEATURES, TEXT } from "../cpu/state";
import { FIRST_NO_WAIT, X87, x87Text } from "../x87/list";
import { mnemonic, noOperation } from "./disassembler-mnemonic";
import { laterInstruction, parseLater } from "./disassembler-later";
import { memoryOperand, operand, tableOperand } from "./disassembler-operands";
import { writePrefixes } from "./disassembler-prefixes";
import { simdInstruction } from "./disassembler-simd";
import { beginInstruction, instruction, OPERAND_SIZE, show } from "./disassembler-state";
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { Operand } from "./operands";
import { firstOf, secondOf, thirdOf } from "./row";
import { begin, character, cursor, text } from "./text";

/** The longest instruction. */
const LONGEST: u32 = 15;
const EVERY_FEATURE: u32 = 0xffff_ffff;
/** Where the instruction is written before the prefixes are known, far enough from TEXT for all of them. */
const BODY: usize = TEXT + 128;
const DIGIT_0: u32 = 0x30;
const BRACKET: u32 = 0x5b;
const PARENTHESIS: u32 = 0x28;
const LETTER_I: u32 = 0x69;

let later: bool = false;

/** Is what `disassemble` wrote last an instruction that no model of the processor has? */
export function disassembledLater(): bool {
  return later;
}

/**
 * Writes the instruction at `address` to TEXT, as ASCII with a zero after it, and returns its length in bytes; 0 if it
 * can't be fetched. Leaves the processor's state alone, that of a recorded exception included.
 */
export function disassemble(address: u32): u32 {
  const vector = load<u32>(EXCEPTION_VECTOR);
  const error = load<u32>(EXCEPTION_ERROR);
  const faultAddress = load<u32>(EXCEPTION_ADDRESS);
  const features = load<u32>(FEATURES);
  store<u32>(FEATURES, EVERY_FEATURE);
  const length = write(address);
  store<u8>(cursor, 0);
  store<u32>(FEATURES, features);
  store<u32>(EXCEPTION_VECTOR, vector);
  store<u32>(EXCEPTION_ERROR, error);
  store<u32>(EXCEPTION_ADDRESS, faultAddress);
  return length;
}

/** Leaves the cursor behind the text. */
function write(address: u32): u32 {
  begin(TEXT);
  later = false;
  if (!I.parse(address)) return unfetched(address);
  const waits = I.instruction == Instruction.FWAIT && I.next == address + 1 && parseWaiting(address);
  beginInstruction();
  if (instruction == Instruction.UNDEFINED) {
    later = parseLater();
    if (!later) return bad();
    if (I.failed) return unfetched(address);
  }

  begin(BODY);
  body(waits);
  const end = cursor;
  begin(TEXT);
  writePrefixes();
  memory.copy(cursor, BODY, end - BODY);
  begin(cursor + (end - BODY));
  return I.next - address;
}

/** What is too long can't be executed; anything else lies beyond what may be fetched. */
function unfetched(address: u32): u32 {
  return I.next - address == LONGEST ? bad() : 0;
}

function bad(): u32 {
  text("(bad)");
  return 1;
}

/** Goes on to what follows the FWAIT at `address`, if it is an x87 instruction. */
function parseWaiting(address: u32): bool {
  if (I.parse(address + 1) && I.instruction == Instruction.X87) return true;
  I.parse(address);
  return false;
}

/** The instruction without its prefixes. */
function body(waits: bool): void {
  if (instruction == Instruction.UNDEFINED) return laterInstruction();
  if (instruction == Instruction.X87) return x87(waits);
  if (instruction == Instruction.SIMD) return simdInstruction();
  if (instruction == Instruction.NOP || instruction == Instruction.PREFETCH) return noOperation();
  mnemonic();
  if (instruction == Instruction.XLAT) {
    text(" ");
    return tableOperand();
  }
  operands(" ", firstOf(I.row));
  operands(",", secondOf(I.row));
  operands(",", thirdOf(I.row));
}

function operands(separator: string, kind: Operand): void {
  if (kind == Operand.NONE) return;
  text(separator);
  operand(kind);
}

/** From the pattern in x87/list.ts: `[m]` and the `i` of `st(i)` are to be filled in. */
function x87(waits: bool): void {
  if (isShortImage(I.x87)) show(OPERAND_SIZE);
  const pattern = x87Text(I.x87);
  for (let i = 0; i < pattern.length; i++) {
    const code: u32 = pattern.charCodeAt(i);
    if (code == BRACKET) return memoryOperand();
    // FNSTCW after FWAIT is FSTCW.
    if (i == 1 && waits && I.x87 >= FIRST_NO_WAIT) continue;
    character(code == LETTER_I && pattern.charCodeAt(i - 1) == PARENTHESIS ? DIGIT_0 + I.rm : code);
  }
}

/** The forms that the operand size prefix makes. */
function isShortImage(number: u32): bool {
  return number == X87.FLDENV16 || number == X87.FNSTENV16 || number == X87.FRSTOR16 || number == X87.FNSAVE16;
}
