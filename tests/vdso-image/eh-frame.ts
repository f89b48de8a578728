/** Reads .eh_frame as an unwinder does, as far as the vDSO uses it (DWARF 5, 6.4; LSB 5.0, 10.6). */
import type { Elf } from "../../vdso-image/elf.ts";

export interface FrameDescription {
  /** Of its CIE: `zR`, or `zRS` for a signal frame. */
  readonly augmentation: string;
  readonly start: number;
  readonly end: number;
  /** Its instructions, the CIE's not included. */
  readonly instructions: Uint8Array;
}

/** The frame descriptions of an image linked at 0. Pointers are relative to where they stand, 4 bytes (0x1b). */
export function frameDescriptions(elf: Elf): FrameDescription[] {
  const { offset, size } = elf.section(".eh_frame")!;
  const augmentations = new Map<number, string>();
  const frames: FrameDescription[] = [];
  for (let at = offset; at < offset + size && elf.word(at) !== 0; at += 4 + elf.word(at)) {
    const body = at + 4;
    const cie = elf.word(body);
    if (cie === 0) {
      augmentations.set(at, elf.text(body + 5));
      continue;
    }
    const start = (body + 4 + elf.word(body + 4)) >>> 0;
    // One byte says how long the augmentation's data are: none.
    const instructions = elf.bytes.subarray(body + 13, at + 4 + elf.word(at));
    const augmentation = augmentations.get(body - cie) ?? "";
    frames.push({ augmentation, start, end: start + elf.word(body + 8), instructions });
  }
  return frames;
}

/** The table of .eh_frame_hdr: start of each function, in order (0x3b: relative to the section, 4 bytes). */
export function frameTable(elf: Elf): number[] {
  const { offset } = elf.section(".eh_frame_hdr")!;
  const count = elf.word(offset + 8);
  return Array.from({ length: count }, (_, i) => (offset + elf.word(offset + 12 + 8 * i)) >>> 0);
}
