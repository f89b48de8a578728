/** i386 ELF files made on the spot, well-formed or not. */

export interface SegmentPlan {
  readonly type?: number;
  readonly address: number;
  readonly bytes: readonly number[] | Uint8Array;
  /** Default: as many as there are bytes. */
  readonly memorySize?: number;
  /** Where the header says it is in the file; default: where it is. */
  readonly offset?: number;
  readonly fileSize?: number;
  /** PF_R 4 | PF_W 2 | PF_X 1; default all. */
  readonly flags?: number;
  readonly align?: number;
}

export interface FilePlan {
  readonly segments: readonly SegmentPlan[];
  readonly entry?: number;
  /** ET_EXEC 2 (the default) or ET_DYN 3. */
  readonly type?: number;
  readonly machine?: number;
  readonly class?: number;
  /** Bytes to write over the finished file, by offset. */
  readonly patch?: Readonly<Record<number, readonly number[]>>;
  /** Cut the file to this length. */
  readonly length?: number;
}

const PT_LOAD = 1;
const PAGE = 4096;

/** The file; each segment begins on a page of its own, at the offset in it that its address has. */
export function elfFile(plan: FilePlan): Uint8Array {
  const headers = 52 + 32 * plan.segments.length;
  let end = Math.ceil(headers / PAGE) * PAGE;
  const places = plan.segments.map(({ address, bytes }) => {
    const place = end + (address % PAGE);
    end = Math.ceil((place + bytes.length) / PAGE) * PAGE;
    return place;
  });
  const last = plan.segments.length - 1;
  const file = new Uint8Array(last < 0 ? headers : places[last]! + plan.segments[last]!.bytes.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, plan.class ?? 1, 1, 1]);
  view.setUint16(16, plan.type ?? 2, true);
  view.setUint16(18, plan.machine ?? 3, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, plan.entry ?? plan.segments[0]?.address ?? 0, true);
  view.setUint32(28, 52, true);
  view.setUint16(40, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, plan.segments.length, true);
  plan.segments.forEach((segment, i) => {
    const words = [
      segment.type ?? PT_LOAD,
      segment.offset ?? places[i]!,
      segment.address,
      segment.address,
      segment.fileSize ?? segment.bytes.length,
      segment.memorySize ?? segment.bytes.length,
      segment.flags ?? 7,
      segment.align ?? PAGE,
    ];
    words.forEach((value, word) => view.setUint32(52 + 32 * i + 4 * word, value, true));
    file.set(segment.bytes, places[i]);
  });
  for (const [offset, bytes] of Object.entries(plan.patch ?? {})) file.set(bytes, Number(offset));
  return plan.length === undefined ? file : file.slice(0, plan.length);
}

/** `mov $number, %eax; mov $argument, %ebx; int $0x80` */
export function call(number: number, argument = 0): number[] {
  const word = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
  return [0xb8, ...word(number), 0xbb, ...word(argument), 0xcd, 0x80];
}

/** A program that ends with `status`. */
export function exiting(status: number): Uint8Array {
  return elfFile({ segments: [{ address: 0x0804_8000, bytes: call(1, status) }] });
}
