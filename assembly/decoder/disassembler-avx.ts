/** The texts of VEX-encoded instructions that have no legacy form: AVX, AVX2, FMA, F16C, BMI. */
import { text } from "./text";

/** VZEROUPPER and VZEROALL, which have no operands. */
export const VZERO: u32 = 0x177;

/** `opcode` with its map at bit 8; the prefix is 66. "": none that is known. */
// prettier-ignore
function withPrefix66(opcode: u32, w: bool): string {
  switch (opcode) {
    case 0x20c: return "vpermilps V,H,W";
    case 0x20d: return "vpermilpd V,H,W";
    case 0x20e: return "vtestps V,W";
    case 0x20f: return "vtestpd V,W";
    case 0x213: return "vcvtph2ps V,Wh";
    case 0x216: return "vpermps V,H,W";
    case 0x218: return "vbroadcastss V,Wx4";
    case 0x219: return "vbroadcastsd V,Wx8";
    case 0x21a: return "vbroadcastf128 V,Wx16";
    case 0x22c: return "vmaskmovps V,H,W";
    case 0x22d: return "vmaskmovpd V,H,W";
    case 0x22e: return "vmaskmovps W,H,V";
    case 0x22f: return "vmaskmovpd W,H,V";
    case 0x236: return "vpermd V,H,W";
    case 0x245: return w ? "vpsrlvq V,H,W" : "vpsrlvd V,H,W";
    case 0x246: return "vpsravd V,H,W";
    case 0x247: return w ? "vpsllvq V,H,W" : "vpsllvd V,H,W";
    case 0x258: return "vpbroadcastd V,Wx4";
    case 0x259: return "vpbroadcastq V,Wx8";
    case 0x25a: return "vbroadcasti128 V,Wx16";
    case 0x278: return "vpbroadcastb V,Wx1";
    case 0x279: return "vpbroadcastw V,Wx2";
    case 0x28c: return w ? "vpmaskmovq V,H,W" : "vpmaskmovd V,H,W";
    case 0x28e: return w ? "vpmaskmovq W,H,V" : "vpmaskmovd W,H,V";
    case 0x2cf: return "vgf2p8mulb V,H,W";
    case 0x2db: return "vaesimc V,W";
    case 0x2dc: return "vaesenc V,H,W";
    case 0x2dd: return "vaesenclast V,H,W";
    case 0x2de: return "vaesdec V,H,W";
    case 0x2df: return "vaesdeclast V,H,W";
    case 0x2f7: return "shlx G,E4,B";
    case 0x300: return "vpermq V,W,I";
    case 0x301: return "vpermpd V,W,I";
    case 0x302: return "vpblendd V,H,W,I";
    case 0x304: return "vpermilps V,W,I";
    case 0x305: return "vpermilpd V,W,I";
    case 0x306: return "vperm2f128 V,H,W,I";
    case 0x318: return "vinsertf128 V,H,Wx16,I";
    case 0x319: return "vextractf128 Wx16,V,I";
    case 0x31d: return "vcvtps2ph Wh,V,I";
    case 0x338: return "vinserti128 V,H,Wx16,I";
    case 0x339: return "vextracti128 Wx16,V,I";
    case 0x346: return "vperm2i128 V,H,W,I";
    case 0x34a: return "vblendvps V,H,W,L";
    case 0x34b: return "vblendvpd V,H,W,L";
    case 0x34c: return "vpblendvb V,H,W,L";
    case 0x3ce: return "vgf2p8affineqb V,H,W,I";
    case 0x3cf: return "vgf2p8affineinvqb V,H,W,I";
    case 0x3df: return "vaeskeygenassist V,W,I";
    default: return "";
  }
}

/** `reg` is that of ModR/M. */
function withoutPrefix(opcode: u32, reg: u32): string {
  switch (opcode) {
    case 0x2f2:
      return "andn G,B,E4";
    case 0x2f3:
      if (reg == 1) return "blsr B,E4";
      if (reg == 2) return "blsmsk B,E4";
      return reg == 3 ? "blsi B,E4" : "";
    case 0x2f5:
      return "bzhi G,E4,B";
    case 0x2f7:
      return "bextr G,E4,B";
    default:
      return "";
  }
}

/** The pattern of the instruction, or "". `prefix` is VEX.pp. */
export function avxText(opcode: u32, prefix: u32, w: bool, reg: u32, long: bool): string {
  if (opcode == VZERO) return long ? "vzeroall" : "vzeroupper";
  switch (prefix) {
    case 0:
      return withoutPrefix(opcode, reg);
    case 1:
      return withPrefix66(opcode, w);
    case 2:
      if (opcode == 0x2f5) return "pext G,B,E4";
      return opcode == 0x2f7 ? "sarx G,E4,B" : "";
    default:
      if (opcode == 0x2f5) return "pdep G,B,E4";
      if (opcode == 0x2f6) return "mulx G,B,E4";
      if (opcode == 0x2f7) return "shrx G,E4,B";
      return opcode == 0x3f0 ? "rorx G,E4,I" : "";
  }
}

/** FMA, by the opcode's low four bits from 6 on. */
// prettier-ignore
const FMA: StaticArray<string> = [
  "fmaddsub", "fmsubadd", "fmadd", "fmadd", "fmsub", "fmsub", "fnmadd", "fnmadd", "fnmsub", "fnmsub",
];

/** 96 to BF after 0F 38, without the gathers and 52-bit multiplications between. `opcode` is without its map. */
export function isFma(opcode: u32): bool {
  return opcode >= 0x96 && opcode <= 0xbf && (opcode & 15) >= 6;
}

/** Writes the name, and a space. */
export function writeFmaName(opcode: u32, w: bool): void {
  text("v");
  text(unchecked(FMA[(opcode & 15) - 6]));
  text(opcode < 0xa0 ? "132" : opcode < 0xb0 ? "213" : "231");
  text(isScalarFma(opcode) ? "s" : "p");
  text(w ? "d " : "s ");
}

export function isScalarFma(opcode: u32): bool {
  return (opcode & 15) >= 9 && (opcode & 1) != 0;
}
