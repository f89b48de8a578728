/**
 * What may stand as an operand in an opcode map's row. The letters are the manual's (SDM vol. 2, A.2):
 * E = ModR/M register or memory, G = ModR/M reg, I = immediate, J = relative offset, M = ModR/M memory only,
 * O = offset without ModR/M, S = segment register of reg, X = DS:ESI, Y = ES:EDI, Z = register of the opcode's low
 * three bits, A = far pointer in the instruction; b, w, d = 8, 16, 32 bits, v and z = operand size, p = far pointer,
 * a = BOUND's pair, q = 64 bits, s = descriptor-table register. Ibs is a byte sign-extended to the operand size.
 */
// prettier-ignore
export const enum Operand {
  NONE,
  Eb, Ew, Ed, Ev, Gb, Gw, Gd, Gv,
  Ib, Ibs, Iw, Iz,
  Jb, Jz, Ap,
  M, Ma, Mp, Mq, Ms,
  Ob, Ov, Sw, Cd, Dd, Rd,
  Xb, Xv, Yb, Yv,
  Zb, Zv,
  AL, AX, eAX, CL, DX, One,
  ES, CS, SS, DS, FS, GS,
  /** The operand of an x87 instruction: see x87/map.ts. */
  X87,
}

/** Operands that need a ModR/M byte. */
export function needsModrm(kind: Operand): bool {
  return (
    (kind >= Operand.Eb && kind <= Operand.Gv) ||
    (kind >= Operand.M && kind <= Operand.Ms) ||
    (kind >= Operand.Sw && kind <= Operand.Rd) ||
    kind == Operand.X87
  );
}

/** Operands that allow only the memory forms of ModR/M. */
export function isMemoryOnly(kind: Operand): bool {
  return kind >= Operand.M && kind <= Operand.Ms;
}

/** Operand size in bytes of a byte, word, dword or operand-size operand. */
export function operandBytes(kind: Operand, operandSize: u32): u32 {
  switch (kind) {
    case Operand.Eb:
    case Operand.Gb:
    case Operand.Ob:
    case Operand.Zb:
    case Operand.AL:
    case Operand.CL:
    case Operand.Xb:
    case Operand.Yb:
      return 1;
    case Operand.Ew:
    case Operand.Gw:
    case Operand.AX:
    case Operand.DX:
    case Operand.Sw:
      return 2;
    case Operand.Ed:
    case Operand.Gd:
    case Operand.Cd:
    case Operand.Dd:
    case Operand.Rd:
      return 4;
    default:
      return operandSize;
  }
}
