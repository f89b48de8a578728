/**
 * The SIMD instructions by the manual's names: MMX, SSE to SSE4.2, and how a disassembler writes them. A name stands for
 * all forms of an instruction whose semantics are one; `_I` marks shifts by an immediate count.
 */
// prettier-ignore
export const enum Simd {
  /** No such instruction: #UD. */
  UNDEFINED,
  MOVUPS, MOVUPD, MOVSS, MOVSD, MOVLPS, MOVLPD, MOVSLDUP, MOVDDUP, UNPCKLPS, UNPCKLPD, UNPCKHPS, UNPCKHPD, MOVHPS,
  MOVHPD, MOVSHDUP, MOVHPS_STORE, MOVHPD_STORE, MOVAPS, MOVAPD, CVTPI2PS, CVTPI2PD, CVTSI2SS, CVTSI2SD, MOVNTPS,
  MOVNTPD, CVTTPS2PI, CVTTPD2PI, CVTTSS2SI, CVTTSD2SI, CVTPS2PI, CVTPD2PI, CVTSS2SI, CVTSD2SI, UCOMISS, UCOMISD,
  COMISS, COMISD, MOVMSKPS, MOVMSKPD, SQRTPS, SQRTPD, SQRTSS, SQRTSD, RSQRTPS, RSQRTSS, RCPPS, RCPSS, ANDPS, ANDPD,
  ANDNPS, ANDNPD, ORPS, ORPD, XORPS, XORPD, ADDPS, ADDPD, ADDSS, ADDSD, MULPS, MULPD, MULSS, MULSD, CVTPS2PD,
  CVTPD2PS, CVTSS2SD, CVTSD2SS, CVTDQ2PS, CVTPS2DQ, CVTTPS2DQ, SUBPS, SUBPD, SUBSS, SUBSD, MINPS, MINPD, MINSS,
  MINSD, DIVPS, DIVPD, DIVSS, DIVSD, MAXPS, MAXPD, MAXSS, MAXSD, PUNPCKLBW, PUNPCKLWD, PUNPCKLDQ, PACKSSWB, PCMPGTB,
  PCMPGTW, PCMPGTD, PACKUSWB, PUNPCKHBW, PUNPCKHWD, PUNPCKHDQ, PACKSSDW, PUNPCKLQDQ, PUNPCKHQDQ, MOVD, MOVQ, MOVDQA,
  MOVDQU, PSHUFW, PSHUFD, PSHUFHW, PSHUFLW, PCMPEQB, PCMPEQW, PCMPEQD, EMMS, HADDPD, HADDPS, HSUBPD, HSUBPS,
  MOVD_STORE, CMPPS, CMPPD, CMPSS, CMPSD, MOVNTI, PINSRW, PEXTRW, SHUFPS, SHUFPD, ADDSUBPD, ADDSUBPS, PSRLW, PSRLD,
  PSRLQ, PADDQ, PMULLW, MOVQ2DQ, MOVDQ2Q, PMOVMSKB, PSUBUSB, PSUBUSW, PMINUB, PAND, PADDUSB, PADDUSW, PMAXUB, PANDN,
  PAVGB, PSRAW, PSRAD, PAVGW, PMULHUW, PMULHW, CVTTPD2DQ, CVTDQ2PD, CVTPD2DQ, MOVNTQ, MOVNTDQ, PSUBSB, PSUBSW,
  PMINSW, POR, PADDSB, PADDSW, PMAXSW, PXOR, LDDQU, PSLLW, PSLLD, PSLLQ, PMULUDQ, PMADDWD, PSADBW, MASKMOVQ,
  MASKMOVDQU, PSUBB, PSUBW, PSUBD, PSUBQ, PADDB, PADDW, PADDD, PSHUFB, PHADDW, PHADDD, PHADDSW, PMADDUBSW, PHSUBW,
  PHSUBD, PHSUBSW, PSIGNB, PSIGNW, PSIGND, PMULHRSW, PBLENDVB, BLENDVPS, BLENDVPD, PTEST, PABSB, PABSW, PABSD,
  PMOVSXBW, PMOVSXBD, PMOVSXBQ, PMOVSXWD, PMOVSXWQ, PMOVSXDQ, PMULDQ, PCMPEQQ, MOVNTDQA, PACKUSDW, PMOVZXBW,
  PMOVZXBD, PMOVZXBQ, PMOVZXWD, PMOVZXWQ, PMOVZXDQ, PCMPGTQ, PMINSB, PMINSD, PMINUW, PMINUD, PMAXSB, PMAXSD, PMAXUW,
  PMAXUD, PMULLD, PHMINPOSUW, ROUNDPS, ROUNDPD, ROUNDSS, ROUNDSD, BLENDPS, BLENDPD, PBLENDW, PALIGNR, PEXTRB,
  PEXTRD, EXTRACTPS, PINSRB, INSERTPS, PINSRD, DPPS, DPPD, MPSADBW, PCMPESTRM, PCMPESTRI, PCMPISTRM, PCMPISTRI,
  PSRLW_I, PSRAW_I, PSLLW_I, PSRLD_I, PSRAD_I, PSLLD_I, PSRLQ_I, PSRLDQ, PSLLQ_I, PSLLDQ, FXSAVE, FXRSTOR, LDMXCSR,
  STMXCSR, LFENCE, MFENCE, CLFLUSH, SFENCE, MOVSS_LOAD, MOVSD_LOAD, MOVQ_STORE, MOVHLPS, MOVLHPS,
}

/** The mnemonic, as objdump writes it. */
// prettier-ignore
export function simdText(instruction: u32): string {
  switch (instruction) {
    case Simd.MOVUPS: return "movups";
    case Simd.MOVUPD: return "movupd";
    case Simd.MOVSS: return "movss";
    case Simd.MOVSD: return "movsd";
    case Simd.MOVLPS: return "movlps";
    case Simd.MOVLPD: return "movlpd";
    case Simd.MOVSLDUP: return "movsldup";
    case Simd.MOVDDUP: return "movddup";
    case Simd.UNPCKLPS: return "unpcklps";
    case Simd.UNPCKLPD: return "unpcklpd";
    case Simd.UNPCKHPS: return "unpckhps";
    case Simd.UNPCKHPD: return "unpckhpd";
    case Simd.MOVHPS: return "movhps";
    case Simd.MOVHPD: return "movhpd";
    case Simd.MOVSHDUP: return "movshdup";
    case Simd.MOVHPS_STORE: return "movhps";
    case Simd.MOVHPD_STORE: return "movhpd";
    case Simd.MOVAPS: return "movaps";
    case Simd.MOVAPD: return "movapd";
    case Simd.CVTPI2PS: return "cvtpi2ps";
    case Simd.CVTPI2PD: return "cvtpi2pd";
    case Simd.CVTSI2SS: return "cvtsi2ss";
    case Simd.CVTSI2SD: return "cvtsi2sd";
    case Simd.MOVNTPS: return "movntps";
    case Simd.MOVNTPD: return "movntpd";
    case Simd.CVTTPS2PI: return "cvttps2pi";
    case Simd.CVTTPD2PI: return "cvttpd2pi";
    case Simd.CVTTSS2SI: return "cvttss2si";
    case Simd.CVTTSD2SI: return "cvttsd2si";
    case Simd.CVTPS2PI: return "cvtps2pi";
    case Simd.CVTPD2PI: return "cvtpd2pi";
    case Simd.CVTSS2SI: return "cvtss2si";
    case Simd.CVTSD2SI: return "cvtsd2si";
    case Simd.UCOMISS: return "ucomiss";
    case Simd.UCOMISD: return "ucomisd";
    case Simd.COMISS: return "comiss";
    case Simd.COMISD: return "comisd";
    case Simd.MOVMSKPS: return "movmskps";
    case Simd.MOVMSKPD: return "movmskpd";
    case Simd.SQRTPS: return "sqrtps";
    case Simd.SQRTPD: return "sqrtpd";
    case Simd.SQRTSS: return "sqrtss";
    case Simd.SQRTSD: return "sqrtsd";
    case Simd.RSQRTPS: return "rsqrtps";
    case Simd.RSQRTSS: return "rsqrtss";
    case Simd.RCPPS: return "rcpps";
    case Simd.RCPSS: return "rcpss";
    case Simd.ANDPS: return "andps";
    case Simd.ANDPD: return "andpd";
    case Simd.ANDNPS: return "andnps";
    case Simd.ANDNPD: return "andnpd";
    case Simd.ORPS: return "orps";
    case Simd.ORPD: return "orpd";
    case Simd.XORPS: return "xorps";
    case Simd.XORPD: return "xorpd";
    case Simd.ADDPS: return "addps";
    case Simd.ADDPD: return "addpd";
    case Simd.ADDSS: return "addss";
    case Simd.ADDSD: return "addsd";
    case Simd.MULPS: return "mulps";
    case Simd.MULPD: return "mulpd";
    case Simd.MULSS: return "mulss";
    case Simd.MULSD: return "mulsd";
    case Simd.CVTPS2PD: return "cvtps2pd";
    case Simd.CVTPD2PS: return "cvtpd2ps";
    case Simd.CVTSS2SD: return "cvtss2sd";
    case Simd.CVTSD2SS: return "cvtsd2ss";
    case Simd.CVTDQ2PS: return "cvtdq2ps";
    case Simd.CVTPS2DQ: return "cvtps2dq";
    case Simd.CVTTPS2DQ: return "cvttps2dq";
    case Simd.SUBPS: return "subps";
    case Simd.SUBPD: return "subpd";
    case Simd.SUBSS: return "subss";
    case Simd.SUBSD: return "subsd";
    case Simd.MINPS: return "minps";
    case Simd.MINPD: return "minpd";
    case Simd.MINSS: return "minss";
    case Simd.MINSD: return "minsd";
    case Simd.DIVPS: return "divps";
    case Simd.DIVPD: return "divpd";
    case Simd.DIVSS: return "divss";
    case Simd.DIVSD: return "divsd";
    case Simd.MAXPS: return "maxps";
    case Simd.MAXPD: return "maxpd";
    case Simd.MAXSS: return "maxss";
    case Simd.MAXSD: return "maxsd";
    case Simd.PUNPCKLBW: return "punpcklbw";
    case Simd.PUNPCKLWD: return "punpcklwd";
    case Simd.PUNPCKLDQ: return "punpckldq";
    case Simd.PACKSSWB: return "packsswb";
    case Simd.PCMPGTB: return "pcmpgtb";
    case Simd.PCMPGTW: return "pcmpgtw";
    case Simd.PCMPGTD: return "pcmpgtd";
    case Simd.PACKUSWB: return "packuswb";
    case Simd.PUNPCKHBW: return "punpckhbw";
    case Simd.PUNPCKHWD: return "punpckhwd";
    case Simd.PUNPCKHDQ: return "punpckhdq";
    case Simd.PACKSSDW: return "packssdw";
    case Simd.PUNPCKLQDQ: return "punpcklqdq";
    case Simd.PUNPCKHQDQ: return "punpckhqdq";
    case Simd.MOVD: return "movd";
    case Simd.MOVQ: return "movq";
    case Simd.MOVDQA: return "movdqa";
    case Simd.MOVDQU: return "movdqu";
    case Simd.PSHUFW: return "pshufw";
    case Simd.PSHUFD: return "pshufd";
    case Simd.PSHUFHW: return "pshufhw";
    case Simd.PSHUFLW: return "pshuflw";
    case Simd.PCMPEQB: return "pcmpeqb";
    case Simd.PCMPEQW: return "pcmpeqw";
    case Simd.PCMPEQD: return "pcmpeqd";
    case Simd.EMMS: return "emms";
    case Simd.HADDPD: return "haddpd";
    case Simd.HADDPS: return "haddps";
    case Simd.HSUBPD: return "hsubpd";
    case Simd.HSUBPS: return "hsubps";
    case Simd.MOVD_STORE: return "movd";
    case Simd.CMPPS: return "cmpps";
    case Simd.CMPPD: return "cmppd";
    case Simd.CMPSS: return "cmpss";
    case Simd.CMPSD: return "cmpsd";
    case Simd.MOVNTI: return "movnti";
    case Simd.PINSRW: return "pinsrw";
    case Simd.PEXTRW: return "pextrw";
    case Simd.SHUFPS: return "shufps";
    case Simd.SHUFPD: return "shufpd";
    case Simd.ADDSUBPD: return "addsubpd";
    case Simd.ADDSUBPS: return "addsubps";
    case Simd.PSRLW: return "psrlw";
    case Simd.PSRLD: return "psrld";
    case Simd.PSRLQ: return "psrlq";
    case Simd.PADDQ: return "paddq";
    case Simd.PMULLW: return "pmullw";
    case Simd.MOVQ2DQ: return "movq2dq";
    case Simd.MOVDQ2Q: return "movdq2q";
    case Simd.PMOVMSKB: return "pmovmskb";
    case Simd.PSUBUSB: return "psubusb";
    case Simd.PSUBUSW: return "psubusw";
    case Simd.PMINUB: return "pminub";
    case Simd.PAND: return "pand";
    case Simd.PADDUSB: return "paddusb";
    case Simd.PADDUSW: return "paddusw";
    case Simd.PMAXUB: return "pmaxub";
    case Simd.PANDN: return "pandn";
    case Simd.PAVGB: return "pavgb";
    case Simd.PSRAW: return "psraw";
    case Simd.PSRAD: return "psrad";
    case Simd.PAVGW: return "pavgw";
    case Simd.PMULHUW: return "pmulhuw";
    case Simd.PMULHW: return "pmulhw";
    case Simd.CVTTPD2DQ: return "cvttpd2dq";
    case Simd.CVTDQ2PD: return "cvtdq2pd";
    case Simd.CVTPD2DQ: return "cvtpd2dq";
    case Simd.MOVNTQ: return "movntq";
    case Simd.MOVNTDQ: return "movntdq";
    case Simd.PSUBSB: return "psubsb";
    case Simd.PSUBSW: return "psubsw";
    case Simd.PMINSW: return "pminsw";
    case Simd.POR: return "por";
    case Simd.PADDSB: return "paddsb";
    case Simd.PADDSW: return "paddsw";
    case Simd.PMAXSW: return "pmaxsw";
    case Simd.PXOR: return "pxor";
    case Simd.LDDQU: return "lddqu";
    case Simd.PSLLW: return "psllw";
    case Simd.PSLLD: return "pslld";
    case Simd.PSLLQ: return "psllq";
    case Simd.PMULUDQ: return "pmuludq";
    case Simd.PMADDWD: return "pmaddwd";
    case Simd.PSADBW: return "psadbw";
    case Simd.MASKMOVQ: return "maskmovq";
    case Simd.MASKMOVDQU: return "maskmovdqu";
    case Simd.PSUBB: return "psubb";
    case Simd.PSUBW: return "psubw";
    case Simd.PSUBD: return "psubd";
    case Simd.PSUBQ: return "psubq";
    case Simd.PADDB: return "paddb";
    case Simd.PADDW: return "paddw";
    case Simd.PADDD: return "paddd";
    case Simd.PSHUFB: return "pshufb";
    case Simd.PHADDW: return "phaddw";
    case Simd.PHADDD: return "phaddd";
    case Simd.PHADDSW: return "phaddsw";
    case Simd.PMADDUBSW: return "pmaddubsw";
    case Simd.PHSUBW: return "phsubw";
    case Simd.PHSUBD: return "phsubd";
    case Simd.PHSUBSW: return "phsubsw";
    case Simd.PSIGNB: return "psignb";
    case Simd.PSIGNW: return "psignw";
    case Simd.PSIGND: return "psignd";
    case Simd.PMULHRSW: return "pmulhrsw";
    case Simd.PBLENDVB: return "pblendvb";
    case Simd.BLENDVPS: return "blendvps";
    case Simd.BLENDVPD: return "blendvpd";
    case Simd.PTEST: return "ptest";
    case Simd.PABSB: return "pabsb";
    case Simd.PABSW: return "pabsw";
    case Simd.PABSD: return "pabsd";
    case Simd.PMOVSXBW: return "pmovsxbw";
    case Simd.PMOVSXBD: return "pmovsxbd";
    case Simd.PMOVSXBQ: return "pmovsxbq";
    case Simd.PMOVSXWD: return "pmovsxwd";
    case Simd.PMOVSXWQ: return "pmovsxwq";
    case Simd.PMOVSXDQ: return "pmovsxdq";
    case Simd.PMULDQ: return "pmuldq";
    case Simd.PCMPEQQ: return "pcmpeqq";
    case Simd.MOVNTDQA: return "movntdqa";
    case Simd.PACKUSDW: return "packusdw";
    case Simd.PMOVZXBW: return "pmovzxbw";
    case Simd.PMOVZXBD: return "pmovzxbd";
    case Simd.PMOVZXBQ: return "pmovzxbq";
    case Simd.PMOVZXWD: return "pmovzxwd";
    case Simd.PMOVZXWQ: return "pmovzxwq";
    case Simd.PMOVZXDQ: return "pmovzxdq";
    case Simd.PCMPGTQ: return "pcmpgtq";
    case Simd.PMINSB: return "pminsb";
    case Simd.PMINSD: return "pminsd";
    case Simd.PMINUW: return "pminuw";
    case Simd.PMINUD: return "pminud";
    case Simd.PMAXSB: return "pmaxsb";
    case Simd.PMAXSD: return "pmaxsd";
    case Simd.PMAXUW: return "pmaxuw";
    case Simd.PMAXUD: return "pmaxud";
    case Simd.PMULLD: return "pmulld";
    case Simd.PHMINPOSUW: return "phminposuw";
    case Simd.ROUNDPS: return "roundps";
    case Simd.ROUNDPD: return "roundpd";
    case Simd.ROUNDSS: return "roundss";
    case Simd.ROUNDSD: return "roundsd";
    case Simd.BLENDPS: return "blendps";
    case Simd.BLENDPD: return "blendpd";
    case Simd.PBLENDW: return "pblendw";
    case Simd.PALIGNR: return "palignr";
    case Simd.PEXTRB: return "pextrb";
    case Simd.PEXTRD: return "pextrd";
    case Simd.EXTRACTPS: return "extractps";
    case Simd.PINSRB: return "pinsrb";
    case Simd.INSERTPS: return "insertps";
    case Simd.PINSRD: return "pinsrd";
    case Simd.DPPS: return "dpps";
    case Simd.DPPD: return "dppd";
    case Simd.MPSADBW: return "mpsadbw";
    case Simd.PCMPESTRM: return "pcmpestrm";
    case Simd.PCMPESTRI: return "pcmpestri";
    case Simd.PCMPISTRM: return "pcmpistrm";
    case Simd.PCMPISTRI: return "pcmpistri";
    case Simd.PSRLW_I: return "psrlw";
    case Simd.PSRAW_I: return "psraw";
    case Simd.PSLLW_I: return "psllw";
    case Simd.PSRLD_I: return "psrld";
    case Simd.PSRAD_I: return "psrad";
    case Simd.PSLLD_I: return "pslld";
    case Simd.PSRLQ_I: return "psrlq";
    case Simd.PSRLDQ: return "psrldq";
    case Simd.PSLLQ_I: return "psllq";
    case Simd.PSLLDQ: return "pslldq";
    case Simd.FXSAVE: return "fxsave";
    case Simd.FXRSTOR: return "fxrstor";
    case Simd.LDMXCSR: return "ldmxcsr";
    case Simd.STMXCSR: return "stmxcsr";
    case Simd.LFENCE: return "lfence";
    case Simd.MFENCE: return "mfence";
    case Simd.CLFLUSH: return "clflush";
    case Simd.SFENCE: return "sfence";
    case Simd.MOVSS_LOAD: return "movss";
    case Simd.MOVSD_LOAD: return "movsd";
    case Simd.MOVQ_STORE: return "movq";
    case Simd.MOVHLPS: return "movhlps";
    case Simd.MOVLHPS: return "movlhps";
    default: return "(bad)";
  }
}
