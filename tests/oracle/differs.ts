/** What processors do differently within what the manuals allow, where rows of the oracle meet it, and what is compared. */

export const ORDER_OF_PARTS =
  "which part of an operand of several parts is reached first, and what is stored or loaded before a fault: what that " +
  "may have changed is not compared, nor, of far returns and of images, the address of the page fault";

export const STRING_OPERANDS =
  "which of its two operands CMPS reads first: of a page fault the address is not compared";

export const STACK_OR_DESTINATION =
  "whether a fault on the stack or one at the destination comes first: only one of them may fault";

export const STACK_OR_LIMIT =
  "whether a far CALL looks at its target's limit first, or at the stack: only one of them may fault";

export const ALIGNMENT_OR_LIMIT =
  "whether an operand of several parts is refused for the alignment of its first part or the limit of a later one: only " +
  "one of them may be";

export const UNALIGNED_CHECK =
  "under AC, the alignment of operands of 16 bytes that need none otherwise, of masked stores and of FXSAVE's image: as " +
  "the recorded processor";

export const PUSHED_SELECTOR =
  "AMD's processors push a selector as 32 bits with zeros above, Intel's newer ones store 16 bits of it: as AMD's";

export const ZERO_SOURCE =
  "Intel leaves the destination undefined if the source is 0; AMD, and all seen, leave it as it was";

export const UNDEFINED_OPERANDS =
  "whether a ModR/M byte and an address behind UD0 and UD1 are fetched, which may fault: they are always there";

export const FREMAINDER = "by how many bits a partial remainder reduces, from 32 to 63: as the recorded processor does";

export const LAST_POINTERS =
  "AMD's processors save the last x87 pointers only while an exception is pending, Intel's always: compared only while " +
  "one is";

export const APPROXIMATION =
  "any value within 1.5 * 2^-12 of the true one will do: bit for bit as the recorded processor";

export const MISALIGNED_MODE = "AMD's MXCSR has bit 17 (misaligned operands), Intel's has not: never loaded";

export const MASKED_STORE =
  "whether bytes that the mask leaves out may fault, and what is stored before a fault: what it may have changed and the " +
  "address of a page fault are not compared";

export const SOURCE_IN_MEMORY =
  "with its source in memory Intel's CVTPI2PS makes MMX registers valid, AMD's and CVTPI2PD do not: as the recorded processor";

export const TRANSCENDENTAL =
  "results of transcendental instructions differ by a unit in the last place of the significand, and more where an " +
  "angle is reduced by a pi of 66 bits: compared to a unit, and not at all beyond the argument's range or such angles";
