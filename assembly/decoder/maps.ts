/**
 * The opcode maps, row by row as in the manual (SDM vol. 2, tables ), for 32-bit user programs.
 *
 * Where this departs from the manual:
 *  - 82 is 80, and F1 is INT1, and D6 is SALC, as on every processor though the manual leaves them out.
 *  - 0F 18..1F are hint NOPs with a ModR/M byte, as on the P6 and everything after it.
 *  - MMX and SSE have their own maps, in simd/map.ts.
 *  - x87 (D8..DF) has its own maps, in x87/map.ts.
 */
import { Feature, hasFeature } from "../cpu/features";
import { Instruction as I } from "./mnemonics";
import { Operand } from "./operands";
import { FIRST, LOCK, SECOND, THIRD } from "./row";

const AL_DX: u32 = (Operand.AL << FIRST) | (Operand.DX << SECOND);
const AL_Ib: u32 = (Operand.AL << FIRST) | (Operand.Ib << SECOND);
const AL_Ob: u32 = (Operand.AL << FIRST) | (Operand.Ob << SECOND);
const AL_Xb: u32 = (Operand.AL << FIRST) | (Operand.Xb << SECOND);
const AL_Yb: u32 = (Operand.AL << FIRST) | (Operand.Yb << SECOND);
const Ap: u32 = Operand.Ap << FIRST;
const CS_: u32 = Operand.CS << FIRST;
const Cd_Rd: u32 = (Operand.Cd << FIRST) | (Operand.Rd << SECOND);
const DS_: u32 = Operand.DS << FIRST;
const DX_AL: u32 = (Operand.DX << FIRST) | (Operand.AL << SECOND);
const DX_Xb: u32 = (Operand.DX << FIRST) | (Operand.Xb << SECOND);
const DX_Xv: u32 = (Operand.DX << FIRST) | (Operand.Xv << SECOND);
const DX_eAX: u32 = (Operand.DX << FIRST) | (Operand.eAX << SECOND);
const Dd_Rd: u32 = (Operand.Dd << FIRST) | (Operand.Rd << SECOND);
const ES_: u32 = Operand.ES << FIRST;
const Eb: u32 = Operand.Eb << FIRST;
const Eb_1: u32 = (Operand.Eb << FIRST) | (Operand.One << SECOND);
const Eb_CL: u32 = (Operand.Eb << FIRST) | (Operand.CL << SECOND);
const Eb_Gb: u32 = (Operand.Eb << FIRST) | (Operand.Gb << SECOND);
const Eb_Ib: u32 = (Operand.Eb << FIRST) | (Operand.Ib << SECOND);
const Ev: u32 = Operand.Ev << FIRST;
const Ev_1: u32 = (Operand.Ev << FIRST) | (Operand.One << SECOND);
const Ev_CL: u32 = (Operand.Ev << FIRST) | (Operand.CL << SECOND);
const Ev_Gv: u32 = (Operand.Ev << FIRST) | (Operand.Gv << SECOND);
const Ev_Gv_CL: u32 = (Operand.Ev << FIRST) | (Operand.Gv << SECOND) | (Operand.CL << THIRD);
const Ev_Gv_Ib: u32 = (Operand.Ev << FIRST) | (Operand.Gv << SECOND) | (Operand.Ib << THIRD);
const Ev_Ib: u32 = (Operand.Ev << FIRST) | (Operand.Ib << SECOND);
const Ev_Ibs: u32 = (Operand.Ev << FIRST) | (Operand.Ibs << SECOND);
const Ev_Iz: u32 = (Operand.Ev << FIRST) | (Operand.Iz << SECOND);
const Ev_Sw: u32 = (Operand.Ev << FIRST) | (Operand.Sw << SECOND);
const Ew: u32 = Operand.Ew << FIRST;
const Ew_Gw: u32 = (Operand.Ew << FIRST) | (Operand.Gw << SECOND);
const FS_: u32 = Operand.FS << FIRST;
const GS_: u32 = Operand.GS << FIRST;
const Gb_Eb: u32 = (Operand.Gb << FIRST) | (Operand.Eb << SECOND);
const Gd_Eb: u32 = (Operand.Gd << FIRST) | (Operand.Eb << SECOND);
const Gd_Ev: u32 = (Operand.Gd << FIRST) | (Operand.Ev << SECOND);
const Gv_Eb: u32 = (Operand.Gv << FIRST) | (Operand.Eb << SECOND);
const Gv_Ev: u32 = (Operand.Gv << FIRST) | (Operand.Ev << SECOND);
const Gv_Ev_Ibs: u32 = (Operand.Gv << FIRST) | (Operand.Ev << SECOND) | (Operand.Ibs << THIRD);
const Gv_Ev_Iz: u32 = (Operand.Gv << FIRST) | (Operand.Ev << SECOND) | (Operand.Iz << THIRD);
const Gv_Ew: u32 = (Operand.Gv << FIRST) | (Operand.Ew << SECOND);
const Gv_M: u32 = (Operand.Gv << FIRST) | (Operand.M << SECOND);
const Gv_Ma: u32 = (Operand.Gv << FIRST) | (Operand.Ma << SECOND);
const Gv_Mp: u32 = (Operand.Gv << FIRST) | (Operand.Mp << SECOND);
const Ib: u32 = Operand.Ib << FIRST;
const Ib_AL: u32 = (Operand.Ib << FIRST) | (Operand.AL << SECOND);
const Ib_eAX: u32 = (Operand.Ib << FIRST) | (Operand.eAX << SECOND);
const Ibs: u32 = Operand.Ibs << FIRST;
const Iw: u32 = Operand.Iw << FIRST;
const Iw_Ib: u32 = (Operand.Iw << FIRST) | (Operand.Ib << SECOND);
const Iz: u32 = Operand.Iz << FIRST;
const Jb: u32 = Operand.Jb << FIRST;
const Jz: u32 = Operand.Jz << FIRST;
const M: u32 = Operand.M << FIRST;
const M_Gv: u32 = (Operand.M << FIRST) | (Operand.Gv << SECOND);
const Mp: u32 = Operand.Mp << FIRST;
const Mq: u32 = Operand.Mq << FIRST;
const Ms: u32 = Operand.Ms << FIRST;
const Ob_AL: u32 = (Operand.Ob << FIRST) | (Operand.AL << SECOND);
const Ov_eAX: u32 = (Operand.Ov << FIRST) | (Operand.eAX << SECOND);
const Rd_Cd: u32 = (Operand.Rd << FIRST) | (Operand.Cd << SECOND);
const Rd_Dd: u32 = (Operand.Rd << FIRST) | (Operand.Dd << SECOND);
const SS_: u32 = Operand.SS << FIRST;
const Sw_Ew: u32 = (Operand.Sw << FIRST) | (Operand.Ew << SECOND);
const X87: u32 = Operand.X87 << FIRST;
const Xb_Yb: u32 = (Operand.Xb << FIRST) | (Operand.Yb << SECOND);
const Xv_Yv: u32 = (Operand.Xv << FIRST) | (Operand.Yv << SECOND);
const Yb_AL: u32 = (Operand.Yb << FIRST) | (Operand.AL << SECOND);
const Yb_DX: u32 = (Operand.Yb << FIRST) | (Operand.DX << SECOND);
const Yb_Xb: u32 = (Operand.Yb << FIRST) | (Operand.Xb << SECOND);
const Yv_DX: u32 = (Operand.Yv << FIRST) | (Operand.DX << SECOND);
const Yv_Xv: u32 = (Operand.Yv << FIRST) | (Operand.Xv << SECOND);
const Yv_eAX: u32 = (Operand.Yv << FIRST) | (Operand.eAX << SECOND);
const Zb_Ib: u32 = (Operand.Zb << FIRST) | (Operand.Ib << SECOND);
const Zv: u32 = Operand.Zv << FIRST;
const Zv_Iz: u32 = (Operand.Zv << FIRST) | (Operand.Iz << SECOND);
const Zv_eAX: u32 = (Operand.Zv << FIRST) | (Operand.eAX << SECOND);
const eAX_DX: u32 = (Operand.eAX << FIRST) | (Operand.DX << SECOND);
const eAX_Ib: u32 = (Operand.eAX << FIRST) | (Operand.Ib << SECOND);
const eAX_Iz: u32 = (Operand.eAX << FIRST) | (Operand.Iz << SECOND);
const eAX_Ov: u32 = (Operand.eAX << FIRST) | (Operand.Ov << SECOND);
const eAX_Xv: u32 = (Operand.eAX << FIRST) | (Operand.Xv << SECOND);
const eAX_Yv: u32 = (Operand.eAX << FIRST) | (Operand.Yv << SECOND);

/** A group: its number stands in the third operand's place; its own rows come from GROUPS, by ModR/M reg. */
const GROUP1: u32 = I.GROUP | (0 << THIRD);
const GROUP1A: u32 = I.GROUP | (1 << THIRD);
const GROUP2: u32 = I.GROUP | (2 << THIRD);
const GROUP3: u32 = I.GROUP | (3 << THIRD);
const GROUP4: u32 = I.GROUP | (4 << THIRD);
const GROUP5: u32 = I.GROUP | (5 << THIRD);
const GROUP6: u32 = I.GROUP | (6 << THIRD);
const GROUP7: u32 = I.GROUP | (7 << THIRD);
const GROUP8: u32 = I.GROUP | (8 << THIRD);
const GROUP9: u32 = I.GROUP | (9 << THIRD);
const GROUP11: u32 = I.GROUP | (10 << THIRD);

/** Table A-2: one-byte opcodes. */
// prettier-ignore
export const ONE_BYTE: StaticArray<u32> = [
  /* 00 */ I.ADD | Eb_Gb | LOCK,
  /* 01 */ I.ADD | Ev_Gv | LOCK,
  /* 02 */ I.ADD | Gb_Eb,
  /* 03 */ I.ADD | Gv_Ev,
  /* 04 */ I.ADD | AL_Ib,
  /* 05 */ I.ADD | eAX_Iz,
  /* 06 */ I.PUSH | ES_,
  /* 07 */ I.POP | ES_,
  /* 08 */ I.OR | Eb_Gb | LOCK,
  /* 09 */ I.OR | Ev_Gv | LOCK,
  /* 0A */ I.OR | Gb_Eb,
  /* 0B */ I.OR | Gv_Ev,
  /* 0C */ I.OR | AL_Ib,
  /* 0D */ I.OR | eAX_Iz,
  /* 0E */ I.PUSH | CS_,
  /* 0F */ I.PREFIX,
  /* 10 */ I.ADC | Eb_Gb | LOCK,
  /* 11 */ I.ADC | Ev_Gv | LOCK,
  /* 12 */ I.ADC | Gb_Eb,
  /* 13 */ I.ADC | Gv_Ev,
  /* 14 */ I.ADC | AL_Ib,
  /* 15 */ I.ADC | eAX_Iz,
  /* 16 */ I.PUSH | SS_,
  /* 17 */ I.POP | SS_,
  /* 18 */ I.SBB | Eb_Gb | LOCK,
  /* 19 */ I.SBB | Ev_Gv | LOCK,
  /* 1A */ I.SBB | Gb_Eb,
  /* 1B */ I.SBB | Gv_Ev,
  /* 1C */ I.SBB | AL_Ib,
  /* 1D */ I.SBB | eAX_Iz,
  /* 1E */ I.PUSH | DS_,
  /* 1F */ I.POP | DS_,
  /* 20 */ I.AND | Eb_Gb | LOCK,
  /* 21 */ I.AND | Ev_Gv | LOCK,
  /* 22 */ I.AND | Gb_Eb,
  /* 23 */ I.AND | Gv_Ev,
  /* 24 */ I.AND | AL_Ib,
  /* 25 */ I.AND | eAX_Iz,
  /* 26 */ I.PREFIX,
  /* 27 */ I.DAA,
  /* 28 */ I.SUB | Eb_Gb | LOCK,
  /* 29 */ I.SUB | Ev_Gv | LOCK,
  /* 2A */ I.SUB | Gb_Eb,
  /* 2B */ I.SUB | Gv_Ev,
  /* 2C */ I.SUB | AL_Ib,
  /* 2D */ I.SUB | eAX_Iz,
  /* 2E */ I.PREFIX,
  /* 2F */ I.DAS,
  /* 30 */ I.XOR | Eb_Gb | LOCK,
  /* 31 */ I.XOR | Ev_Gv | LOCK,
  /* 32 */ I.XOR | Gb_Eb,
  /* 33 */ I.XOR | Gv_Ev,
  /* 34 */ I.XOR | AL_Ib,
  /* 35 */ I.XOR | eAX_Iz,
  /* 36 */ I.PREFIX,
  /* 37 */ I.AAA,
  /* 38 */ I.CMP | Eb_Gb,
  /* 39 */ I.CMP | Ev_Gv,
  /* 3A */ I.CMP | Gb_Eb,
  /* 3B */ I.CMP | Gv_Ev,
  /* 3C */ I.CMP | AL_Ib,
  /* 3D */ I.CMP | eAX_Iz,
  /* 3E */ I.PREFIX,
  /* 3F */ I.AAS,
  /* 40 */ I.INC | Zv,
  /* 41 */ I.INC | Zv,
  /* 42 */ I.INC | Zv,
  /* 43 */ I.INC | Zv,
  /* 44 */ I.INC | Zv,
  /* 45 */ I.INC | Zv,
  /* 46 */ I.INC | Zv,
  /* 47 */ I.INC | Zv,
  /* 48 */ I.DEC | Zv,
  /* 49 */ I.DEC | Zv,
  /* 4A */ I.DEC | Zv,
  /* 4B */ I.DEC | Zv,
  /* 4C */ I.DEC | Zv,
  /* 4D */ I.DEC | Zv,
  /* 4E */ I.DEC | Zv,
  /* 4F */ I.DEC | Zv,
  /* 50 */ I.PUSH | Zv,
  /* 51 */ I.PUSH | Zv,
  /* 52 */ I.PUSH | Zv,
  /* 53 */ I.PUSH | Zv,
  /* 54 */ I.PUSH | Zv,
  /* 55 */ I.PUSH | Zv,
  /* 56 */ I.PUSH | Zv,
  /* 57 */ I.PUSH | Zv,
  /* 58 */ I.POP | Zv,
  /* 59 */ I.POP | Zv,
  /* 5A */ I.POP | Zv,
  /* 5B */ I.POP | Zv,
  /* 5C */ I.POP | Zv,
  /* 5D */ I.POP | Zv,
  /* 5E */ I.POP | Zv,
  /* 5F */ I.POP | Zv,
  /* 60 */ I.PUSHA,
  /* 61 */ I.POPA,
  /* 62 */ I.BOUND | Gv_Ma,
  /* 63 */ I.ARPL | Ew_Gw,
  /* 64 */ I.PREFIX,
  /* 65 */ I.PREFIX,
  /* 66 */ I.PREFIX,
  /* 67 */ I.PREFIX,
  /* 68 */ I.PUSH | Iz,
  /* 69 */ I.IMUL3 | Gv_Ev_Iz,
  /* 6A */ I.PUSH | Ibs,
  /* 6B */ I.IMUL3 | Gv_Ev_Ibs,
  /* 6C */ I.INS | Yb_DX,
  /* 6D */ I.INS | Yv_DX,
  /* 6E */ I.OUTS | DX_Xb,
  /* 6F */ I.OUTS | DX_Xv,
  /* 70 */ I.JCC | Jb,
  /* 71 */ I.JCC | Jb,
  /* 72 */ I.JCC | Jb,
  /* 73 */ I.JCC | Jb,
  /* 74 */ I.JCC | Jb,
  /* 75 */ I.JCC | Jb,
  /* 76 */ I.JCC | Jb,
  /* 77 */ I.JCC | Jb,
  /* 78 */ I.JCC | Jb,
  /* 79 */ I.JCC | Jb,
  /* 7A */ I.JCC | Jb,
  /* 7B */ I.JCC | Jb,
  /* 7C */ I.JCC | Jb,
  /* 7D */ I.JCC | Jb,
  /* 7E */ I.JCC | Jb,
  /* 7F */ I.JCC | Jb,
  /* 80 */ GROUP1 | Eb_Ib,
  /* 81 */ GROUP1 | Ev_Iz,
  /* 82 */ GROUP1 | Eb_Ib,
  /* 83 */ GROUP1 | Ev_Ibs,
  /* 84 */ I.TEST | Eb_Gb,
  /* 85 */ I.TEST | Ev_Gv,
  /* 86 */ I.XCHG | Eb_Gb | LOCK,
  /* 87 */ I.XCHG | Ev_Gv | LOCK,
  /* 88 */ I.MOV | Eb_Gb,
  /* 89 */ I.MOV | Ev_Gv,
  /* 8A */ I.MOV | Gb_Eb,
  /* 8B */ I.MOV | Gv_Ev,
  /* 8C */ I.MOV | Ev_Sw,
  /* 8D */ I.LEA | Gv_M,
  /* 8E */ I.MOV | Sw_Ew,
  /* 8F */ GROUP1A | Ev,
  /* 90 */ I.NOP,
  /* 91 */ I.XCHG | Zv_eAX,
  /* 92 */ I.XCHG | Zv_eAX,
  /* 93 */ I.XCHG | Zv_eAX,
  /* 94 */ I.XCHG | Zv_eAX,
  /* 95 */ I.XCHG | Zv_eAX,
  /* 96 */ I.XCHG | Zv_eAX,
  /* 97 */ I.XCHG | Zv_eAX,
  /* 98 */ I.CBW,
  /* 99 */ I.CWD,
  /* 9A */ I.CALL_FAR | Ap,
  /* 9B */ I.FWAIT,
  /* 9C */ I.PUSHF,
  /* 9D */ I.POPF,
  /* 9E */ I.SAHF,
  /* 9F */ I.LAHF,
  /* A0 */ I.MOV | AL_Ob,
  /* A1 */ I.MOV | eAX_Ov,
  /* A2 */ I.MOV | Ob_AL,
  /* A3 */ I.MOV | Ov_eAX,
  /* A4 */ I.MOVS | Yb_Xb,
  /* A5 */ I.MOVS | Yv_Xv,
  /* A6 */ I.CMPS | Xb_Yb,
  /* A7 */ I.CMPS | Xv_Yv,
  /* A8 */ I.TEST | AL_Ib,
  /* A9 */ I.TEST | eAX_Iz,
  /* AA */ I.STOS | Yb_AL,
  /* AB */ I.STOS | Yv_eAX,
  /* AC */ I.LODS | AL_Xb,
  /* AD */ I.LODS | eAX_Xv,
  /* AE */ I.SCAS | AL_Yb,
  /* AF */ I.SCAS | eAX_Yv,
  /* B0 */ I.MOV | Zb_Ib,
  /* B1 */ I.MOV | Zb_Ib,
  /* B2 */ I.MOV | Zb_Ib,
  /* B3 */ I.MOV | Zb_Ib,
  /* B4 */ I.MOV | Zb_Ib,
  /* B5 */ I.MOV | Zb_Ib,
  /* B6 */ I.MOV | Zb_Ib,
  /* B7 */ I.MOV | Zb_Ib,
  /* B8 */ I.MOV | Zv_Iz,
  /* B9 */ I.MOV | Zv_Iz,
  /* BA */ I.MOV | Zv_Iz,
  /* BB */ I.MOV | Zv_Iz,
  /* BC */ I.MOV | Zv_Iz,
  /* BD */ I.MOV | Zv_Iz,
  /* BE */ I.MOV | Zv_Iz,
  /* BF */ I.MOV | Zv_Iz,
  /* C0 */ GROUP2 | Eb_Ib,
  /* C1 */ GROUP2 | Ev_Ib,
  /* C2 */ I.RET | Iw,
  /* C3 */ I.RET,
  /* C4 */ I.LES | Gv_Mp,
  /* C5 */ I.LDS | Gv_Mp,
  /* C6 */ GROUP11 | Eb_Ib,
  /* C7 */ GROUP11 | Ev_Iz,
  /* C8 */ I.ENTER | Iw_Ib,
  /* C9 */ I.LEAVE,
  /* CA */ I.RET_FAR | Iw,
  /* CB */ I.RET_FAR,
  /* CC */ I.INT3,
  /* CD */ I.INT | Ib,
  /* CE */ I.INTO,
  /* CF */ I.IRET,
  /* D0 */ GROUP2 | Eb_1,
  /* D1 */ GROUP2 | Ev_1,
  /* D2 */ GROUP2 | Eb_CL,
  /* D3 */ GROUP2 | Ev_CL,
  /* D4 */ I.AAM | Ib,
  /* D5 */ I.AAD | Ib,
  /* D6 */ I.SALC,
  /* D7 */ I.XLAT,
  /* D8 */ I.X87 | X87,
  /* D9 */ I.X87 | X87,
  /* DA */ I.X87 | X87,
  /* DB */ I.X87 | X87,
  /* DC */ I.X87 | X87,
  /* DD */ I.X87 | X87,
  /* DE */ I.X87 | X87,
  /* DF */ I.X87 | X87,
  /* E0 */ I.LOOPNE | Jb,
  /* E1 */ I.LOOPE | Jb,
  /* E2 */ I.LOOP | Jb,
  /* E3 */ I.JCXZ | Jb,
  /* E4 */ I.IN | AL_Ib,
  /* E5 */ I.IN | eAX_Ib,
  /* E6 */ I.OUT | Ib_AL,
  /* E7 */ I.OUT | Ib_eAX,
  /* E8 */ I.CALL | Jz,
  /* E9 */ I.JMP | Jz,
  /* EA */ I.JMP_FAR | Ap,
  /* EB */ I.JMP | Jb,
  /* EC */ I.IN | AL_DX,
  /* ED */ I.IN | eAX_DX,
  /* EE */ I.OUT | DX_AL,
  /* EF */ I.OUT | DX_eAX,
  /* F0 */ I.PREFIX,
  /* F1 */ I.INT1,
  /* F2 */ I.PREFIX,
  /* F3 */ I.PREFIX,
  /* F4 */ I.HLT,
  /* F5 */ I.CMC,
  /* F6 */ GROUP3 | Eb,
  /* F7 */ GROUP3 | Ev,
  /* F8 */ I.CLC,
  /* F9 */ I.STC,
  /* FA */ I.CLI,
  /* FB */ I.STI,
  /* FC */ I.CLD,
  /* FD */ I.STD,
  /* FE */ GROUP4 | Eb,
  /* FF */ GROUP5 | Ev,
];

/** Table A-3: opcodes after 0F. */
// prettier-ignore
export const TWO_BYTE: StaticArray<u32> = [
  /* 00 */ GROUP6,
  /* 01 */ GROUP7,
  /* 02 */ I.LAR | Gv_Ew,
  /* 03 */ I.LSL | Gv_Ew,
  /* 04 */ 0,
  /* 05 */ I.SYSCALL,
  /* 06 */ I.CLTS,
  /* 07 */ I.SYSRET,
  /* 08 */ I.INVD,
  /* 09 */ I.WBINVD,
  /* 0A */ 0,
  /* 0B */ I.UD2,
  /* 0C */ 0,
  /* 0D */ I.PREFETCH | Ev,
  /* 0E */ 0,
  /* 0F */ 0,
  /* 10 */ 0,
  /* 11 */ 0,
  /* 12 */ 0,
  /* 13 */ 0,
  /* 14 */ 0,
  /* 15 */ 0,
  /* 16 */ 0,
  /* 17 */ 0,
  /* 18 */ I.NOP | Ev,
  /* 19 */ I.NOP | Ev,
  /* 1A */ I.NOP | Ev,
  /* 1B */ I.NOP | Ev,
  /* 1C */ I.NOP | Ev,
  /* 1D */ I.NOP | Ev,
  /* 1E */ I.NOP | Ev,
  /* 1F */ I.NOP | Ev,
  /* 20 */ I.MOV_CR | Rd_Cd,
  /* 21 */ I.MOV_DR | Rd_Dd,
  /* 22 */ I.MOV_CR | Cd_Rd,
  /* 23 */ I.MOV_DR | Dd_Rd,
  /* 24 */ 0,
  /* 25 */ 0,
  /* 26 */ 0,
  /* 27 */ 0,
  /* 28 */ 0,
  /* 29 */ 0,
  /* 2A */ 0,
  /* 2B */ 0,
  /* 2C */ 0,
  /* 2D */ 0,
  /* 2E */ 0,
  /* 2F */ 0,
  /* 30 */ I.WRMSR,
  /* 31 */ I.RDTSC,
  /* 32 */ I.RDMSR,
  /* 33 */ I.RDPMC,
  /* 34 */ I.SYSENTER,
  /* 35 */ I.SYSEXIT,
  /* 36 */ 0,
  /* 37 */ 0,
  /* 38 */ 0,
  /* 39 */ 0,
  /* 3A */ 0,
  /* 3B */ 0,
  /* 3C */ 0,
  /* 3D */ 0,
  /* 3E */ 0,
  /* 3F */ 0,
  /* 40 */ I.CMOVCC | Gv_Ev,
  /* 41 */ I.CMOVCC | Gv_Ev,
  /* 42 */ I.CMOVCC | Gv_Ev,
  /* 43 */ I.CMOVCC | Gv_Ev,
  /* 44 */ I.CMOVCC | Gv_Ev,
  /* 45 */ I.CMOVCC | Gv_Ev,
  /* 46 */ I.CMOVCC | Gv_Ev,
  /* 47 */ I.CMOVCC | Gv_Ev,
  /* 48 */ I.CMOVCC | Gv_Ev,
  /* 49 */ I.CMOVCC | Gv_Ev,
  /* 4A */ I.CMOVCC | Gv_Ev,
  /* 4B */ I.CMOVCC | Gv_Ev,
  /* 4C */ I.CMOVCC | Gv_Ev,
  /* 4D */ I.CMOVCC | Gv_Ev,
  /* 4E */ I.CMOVCC | Gv_Ev,
  /* 4F */ I.CMOVCC | Gv_Ev,
  /* 50 */ 0,
  /* 51 */ 0,
  /* 52 */ 0,
  /* 53 */ 0,
  /* 54 */ 0,
  /* 55 */ 0,
  /* 56 */ 0,
  /* 57 */ 0,
  /* 58 */ 0,
  /* 59 */ 0,
  /* 5A */ 0,
  /* 5B */ 0,
  /* 5C */ 0,
  /* 5D */ 0,
  /* 5E */ 0,
  /* 5F */ 0,
  /* 60 */ 0,
  /* 61 */ 0,
  /* 62 */ 0,
  /* 63 */ 0,
  /* 64 */ 0,
  /* 65 */ 0,
  /* 66 */ 0,
  /* 67 */ 0,
  /* 68 */ 0,
  /* 69 */ 0,
  /* 6A */ 0,
  /* 6B */ 0,
  /* 6C */ 0,
  /* 6D */ 0,
  /* 6E */ 0,
  /* 6F */ 0,
  /* 70 */ 0,
  /* 71 */ 0,
  /* 72 */ 0,
  /* 73 */ 0,
  /* 74 */ 0,
  /* 75 */ 0,
  /* 76 */ 0,
  /* 77 */ 0,
  /* 78 */ 0,
  /* 79 */ 0,
  /* 7A */ 0,
  /* 7B */ 0,
  /* 7C */ 0,
  /* 7D */ 0,
  /* 7E */ 0,
  /* 7F */ 0,
  /* 80 */ I.JCC | Jz,
  /* 81 */ I.JCC | Jz,
  /* 82 */ I.JCC | Jz,
  /* 83 */ I.JCC | Jz,
  /* 84 */ I.JCC | Jz,
  /* 85 */ I.JCC | Jz,
  /* 86 */ I.JCC | Jz,
  /* 87 */ I.JCC | Jz,
  /* 88 */ I.JCC | Jz,
  /* 89 */ I.JCC | Jz,
  /* 8A */ I.JCC | Jz,
  /* 8B */ I.JCC | Jz,
  /* 8C */ I.JCC | Jz,
  /* 8D */ I.JCC | Jz,
  /* 8E */ I.JCC | Jz,
  /* 8F */ I.JCC | Jz,
  /* 90 */ I.SETCC | Eb,
  /* 91 */ I.SETCC | Eb,
  /* 92 */ I.SETCC | Eb,
  /* 93 */ I.SETCC | Eb,
  /* 94 */ I.SETCC | Eb,
  /* 95 */ I.SETCC | Eb,
  /* 96 */ I.SETCC | Eb,
  /* 97 */ I.SETCC | Eb,
  /* 98 */ I.SETCC | Eb,
  /* 99 */ I.SETCC | Eb,
  /* 9A */ I.SETCC | Eb,
  /* 9B */ I.SETCC | Eb,
  /* 9C */ I.SETCC | Eb,
  /* 9D */ I.SETCC | Eb,
  /* 9E */ I.SETCC | Eb,
  /* 9F */ I.SETCC | Eb,
  /* A0 */ I.PUSH | FS_,
  /* A1 */ I.POP | FS_,
  /* A2 */ I.CPUID,
  /* A3 */ I.BT | Ev_Gv,
  /* A4 */ I.SHLD | Ev_Gv_Ib,
  /* A5 */ I.SHLD | Ev_Gv_CL,
  /* A6 */ 0,
  /* A7 */ 0,
  /* A8 */ I.PUSH | GS_,
  /* A9 */ I.POP | GS_,
  /* AA */ I.RSM,
  /* AB */ I.BTS | Ev_Gv | LOCK,
  /* AC */ I.SHRD | Ev_Gv_Ib,
  /* AD */ I.SHRD | Ev_Gv_CL,
  /* AE */ 0,
  /* AF */ I.IMUL2 | Gv_Ev,
  /* B0 */ I.CMPXCHG | Eb_Gb | LOCK,
  /* B1 */ I.CMPXCHG | Ev_Gv | LOCK,
  /* B2 */ I.LSS | Gv_Mp,
  /* B3 */ I.BTR | Ev_Gv | LOCK,
  /* B4 */ I.LFS | Gv_Mp,
  /* B5 */ I.LGS | Gv_Mp,
  /* B6 */ I.MOVZX | Gv_Eb,
  /* B7 */ I.MOVZX | Gv_Ew,
  /* B8 */ 0,
  /* B9 */ 0,
  /* BA */ GROUP8 | Ev_Ib,
  /* BB */ I.BTC | Ev_Gv | LOCK,
  /* BC */ I.BSF | Gv_Ev,
  /* BD */ I.BSR | Gv_Ev,
  /* BE */ I.MOVSX | Gv_Eb,
  /* BF */ I.MOVSX | Gv_Ew,
  /* C0 */ I.XADD | Eb_Gb | LOCK,
  /* C1 */ I.XADD | Ev_Gv | LOCK,
  /* C2 */ 0,
  /* C3 */ 0,
  /* C4 */ 0,
  /* C5 */ 0,
  /* C6 */ 0,
  /* C7 */ GROUP9 | Mq,
  /* C8 */ I.BSWAP | Zv,
  /* C9 */ I.BSWAP | Zv,
  /* CA */ I.BSWAP | Zv,
  /* CB */ I.BSWAP | Zv,
  /* CC */ I.BSWAP | Zv,
  /* CD */ I.BSWAP | Zv,
  /* CE */ I.BSWAP | Zv,
  /* CF */ I.BSWAP | Zv,
  /* D0 */ 0,
  /* D1 */ 0,
  /* D2 */ 0,
  /* D3 */ 0,
  /* D4 */ 0,
  /* D5 */ 0,
  /* D6 */ 0,
  /* D7 */ 0,
  /* D8 */ 0,
  /* D9 */ 0,
  /* DA */ 0,
  /* DB */ 0,
  /* DC */ 0,
  /* DD */ 0,
  /* DE */ 0,
  /* DF */ 0,
  /* E0 */ 0,
  /* E1 */ 0,
  /* E2 */ 0,
  /* E3 */ 0,
  /* E4 */ 0,
  /* E5 */ 0,
  /* E6 */ 0,
  /* E7 */ 0,
  /* E8 */ 0,
  /* E9 */ 0,
  /* EA */ 0,
  /* EB */ 0,
  /* EC */ 0,
  /* ED */ 0,
  /* EE */ 0,
  /* EF */ 0,
  /* F0 */ 0,
  /* F1 */ 0,
  /* F2 */ 0,
  /* F3 */ 0,
  /* F4 */ 0,
  /* F5 */ 0,
  /* F6 */ 0,
  /* F7 */ 0,
  /* F8 */ 0,
  /* F9 */ 0,
  /* FA */ 0,
  /* FB */ 0,
  /* FC */ 0,
  /* FD */ 0,
  /* FE */ 0,
  /* FF */ 0,
];

/** TEST in group 3 takes an immediate of the operand's own size: the decoder completes the row. */
const T3: u32 = Operand.Iz << SECOND;

/** After 0F with F3: what has a meaning of its own there. 0: the row is that of TWO_BYTE. */
export function repeatedRow(opcode: u32): u32 {
  switch (opcode) {
    case 0xb8:
      return hasFeature(Feature.POPCNT) ? I.POPCNT | Gv_Ev : 0;
    case 0xbc:
      return I.TZCNT | Gv_Ev;
    case 0xbd:
      return I.LZCNT | Gv_Ev;
    default:
      return 0;
  }
}

/** Tables: the integer instructions after 0F 38 (opcode 200 up) and 0F 3A; those of SSE are in simd/map.ts. */
export function threeByteRow(opcode: u32, repeat: u32): u32 {
  if (repeat == 0xf2 && hasFeature(Feature.SSE42)) {
    if (opcode == 0x2f0) return I.CRC32 | Gd_Eb;
    if (opcode == 0x2f1) return I.CRC32 | Gd_Ev;
  }
  if (repeat == 0 && hasFeature(Feature.MOVBE)) {
    if (opcode == 0x2f0) return I.MOVBE | Gv_M;
    if (opcode == 0x2f1) return I.MOVBE | M_Gv;
  }
  return 0;
}

/** Table A-6: the groups, eight rows each. */
// prettier-ignore
export const GROUPS: StaticArray<u32> = [
  /* 1 */ I.ADD | LOCK, I.OR | LOCK, I.ADC | LOCK, I.SBB | LOCK, I.AND | LOCK, I.SUB | LOCK, I.XOR | LOCK, I.CMP,
  /* 1A */ I.POP, 0, 0, 0, 0, 0, 0, 0,
  /* 2 */ I.ROL, I.ROR, I.RCL, I.RCR, I.SHL, I.SHR, I.SAL, I.SAR,
  /* 3 */ I.TEST | T3, I.TEST | T3, I.NOT | LOCK, I.NEG | LOCK, I.MUL, I.IMUL, I.DIV, I.IDIV,
  /* 4 */ I.INC | LOCK, I.DEC | LOCK, 0, 0, 0, 0, 0, 0,
  /* 5 */ I.INC | LOCK, I.DEC | LOCK, I.CALL, I.CALL_FAR | Mp, I.JMP, I.JMP_FAR | Mp, I.PUSH, 0,
  /* 6 */ I.SLDT | Ev, I.STR | Ev, I.LLDT | Ew, I.LTR | Ew, I.VERR | Ew, I.VERW | Ew, 0, 0,
  /* 7 */ I.SGDT | Ms, I.SIDT | Ms, I.LGDT | Ms, I.LIDT | Ms, I.SMSW | Ev, 0, I.LMSW | Ew, I.INVLPG | M,
  /* 8 */ 0, 0, 0, 0, I.BT, I.BTS | LOCK, I.BTR | LOCK, I.BTC | LOCK,
  /* 9 */ 0, I.CMPXCHG8B | LOCK, 0, 0, 0, 0, 0, 0,
  /* 11 */ I.MOV, 0, 0, 0, 0, 0, 0, 0,
];
