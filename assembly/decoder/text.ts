/** Writes ASCII text into memory, for the disassembler. Strings are static data: nothing is allocated. */

/** Where the next character goes. */
export let cursor: usize = 0;

const DIGIT_0: u32 = 0x30;
const LETTER_A: u32 = 0x61;

export function begin(place: usize): void {
  cursor = place;
}

export function character(code: u32): void {
  store<u8>(cursor++, <u8>code);
}

export function text(characters: string): void {
  for (let i = 0; i < characters.length; i++) character(characters.charCodeAt(i));
}

/** A number as objdump writes it: 0x, then lower-case digits without leading zeros. */
export function hexadecimal(value: u32): void {
  text("0x");
  let shift: u32 = value ? 28 - (clz(value) & ~3) : 0;
  for (; <i32>shift >= 0; shift -= 4) {
    const digit = (value >> shift) & 15;
    character(digit < 10 ? DIGIT_0 + digit : LETTER_A + digit - 10);
  }
}

/** A displacement after a register: +0x10, -0x10. */
export function signedHexadecimal(value: u32): void {
  if (<i32>value < 0) {
    text("-");
    hexadecimal(0 - value);
  } else {
    text("+");
    hexadecimal(value);
  }
}
