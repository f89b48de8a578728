/**
 * Which places of the opcode maps the cases meet. The maps are the core's own, asked through its disassembler: every
 * opcode under every prefix that may choose a row, with every ModR/M reg, as register and as memory.
 *
 * A place is a text: opcode, mnemonic, operand form, prefix. The same function names it for bytes that are made up here
 * and for those of a case, so that the two can be compared.
 */
import type { Emulated } from "./emulated.ts";
import { Draft } from "./draft.ts";
import { Random } from "./random.ts";
import { CODE } from "./window.ts";

/** Places that no case meets, and why. */
export const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/^0f (05 syscall|34 sysenter)$/, "gates into the kernel"],
  [/^0f 07 sysret/, "#GP to whoever is shown SYSCALL, #UD to others"],
  [/^0f (31 rdtsc|a2 cpuid)$/, "no two processors answer alike"],
  [/^0f (00 (sldt|str)|01 (sgdt|sidt|smsw))/, "what a kernel shows of its tables is its own"],
  [/^f1 int1$/, "hypervisors report its #DB before the instruction"],
  [
    /^0f b[cd] [tl]zcnt/,
    "BSF and BSR to the emulated processor, which does not announce them; the recorded one has them",
  ],
  [/^0f c8 bswap, 66$/, "the result is undefined"],
  [/^0f 0d nop register/, "#UD to AMD, NOP to Intel"],
  [/^0f 00 verw memory, lock$/, "the recorded processor lets it pass, where the manual has #UD"],
  [/^(62|c4|c5) \(bad\) register$/, "prefixes of AVX on the recorded processor"],
  [/^0f 01 \(bad\) register$/, "virtual machines, XGETBV, MONITOR and others on the recorded processor"],
  [/^0f ae \(bad\) memory$/, "XSAVE and its like on the recorded processor"],
  [/^0f 3[8a] [89a-f]. \(bad\)/, "SHA, AES, BMI2 and others on the recorded processor"],
];

const PREFIXES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];
const SEGMENTS = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
/** Words in front of a mnemonic: prefixes. In front of anything but a string instruction, repeat prefixes do nothing. */
const PREFIX_WORDS = /^((?:lock|rep[nz]*|data16|addr16|bnd|xacquire|xrelease|[c-g]s) )+/;
const STRING = /^(movs|cmps|stos|lods|scas|ins|outs)\b/;
/** One instruction whose immediate chooses its name. */
const COMPARISON = /^cmp(?:eq|lt|le|unord|neq|nlt|nle|ord)([ps][sd])\b/;

const hex = (value: number): string => value.toString(16).padStart(2, "0");

/** Has an opcode of the one-byte (0) or two-byte (1) map a ModR/M byte? SDM vol. 2, tables A-2 and A-3. */
function hasModrm(map: number, opcode: number): boolean {
  if (map > 1) return true;
  const within = (...ranges: readonly (readonly [number, number])[]): boolean =>
    ranges.some(([first, last]) => opcode >= first && opcode <= last);
  if (map === 1) {
    return !within(
      [0x04, 0x0c],
      [0x0e, 0x0e],
      [0x30, 0x37],
      [0x77, 0x77],
      [0x80, 0x8f],
      [0xa0, 0xa2],
      [0xa8, 0xaa],
      [0xc8, 0xcf],
    );
  }
  if (opcode < 0x40) return (opcode & 7) < 4;
  return within(
    [0x62, 0x63],
    [0x69, 0x69],
    [0x6b, 0x6b],
    [0x80, 0x8f],
    [0xc0, 0xc1],
    [0xc4, 0xc7],
    [0xd0, 0xd3],
    [0xd8, 0xdf],
    [0xf6, 0xf7],
    [0xfe, 0xff],
  );
}

/** Do the low three bits of an opcode name a register? */
function hasRegister(map: number, opcode: number): boolean {
  const row = opcode & 0xf8;
  return map === 0 ? [0x40, 0x48, 0x50, 0x58, 0x90, 0xb0, 0xb8].includes(row) : map === 1 && row === 0xc8;
}

export class Places {
  private readonly emulated: Emulated;
  private readonly draft = new Draft(new Random("places", 0));

  constructor(emulated: Emulated) {
    this.emulated = emulated;
  }

  private textOf(bytes: Uint8Array | readonly number[]): string {
    const code = new Uint8Array(15);
    code.set(bytes.slice(0, 15));
    const text = this.emulated.disassemble({ ...this.draft.finish(), memory: [], eip: CODE.address, code });
    // What came after the newest model is an empty place.
    return text === null || this.emulated.disassembledLater() ? "(bad)" : text;
  }

  /** The places that an instruction is at: its row's under its own prefix, and one for each other thing about it. */
  of(bytes: Uint8Array | readonly number[]): string[] {
    let at = 0;
    const prefixes: number[] = [];
    while (PREFIXES.includes(bytes[at] ?? 0)) prefixes.push(bytes[at++] ?? 0);
    const start = at;
    let map = 0;
    if (bytes[at] === 0x0f) {
      map = bytes[++at] === 0x38 ? 2 : bytes[at] === 0x3a ? 3 : 1;
      if (map > 1) at++;
    }
    const opcode = bytes[at] ?? 0;
    const modrm = hasModrm(map, opcode) ? (bytes[at + 1] ?? 0) : null;
    const mode = modrm === null ? "" : modrm < 0xc0 ? " memory" : " register";

    const shown = this.textOf(bytes);
    const words = PREFIX_WORDS.exec(shown)?.[0] ?? "";
    const text = shown.slice(words.length).replace(COMPARISON, "cmp$1");
    const isX87 = map === 0 && (opcode & 0xf8) === 0xd8;
    // Two instructions of the x87 may share a mnemonic and differ in their operands. A branch hint follows a comma.
    const name = isX87 ? text.replace(/\(\d\)/g, "(i)").replace(/(\w\w:)?\[.*/, "") : text.replace(/[ ,].*/, "");
    const mnemonic = name.trim();
    const code = [...bytes.slice(start, at), hasRegister(map, opcode) ? opcode & 0xf8 : opcode];
    const place = `${code.map(hex).join(" ")} ${mnemonic}${mode}`;
    // Under a prefix that may choose a row, empty places are as many as others: forms/simd-encoding.ts goes through them.
    if (mnemonic === "(bad)") return prefixes.some((prefix) => prefix === 0x66 || prefix >= 0xf2) ? [] : [place];

    const repeat = prefixes.findLast((prefix) => prefix >= 0xf2);
    const repeats = repeat !== undefined && (STRING.test(text) || !/rep|bnd|xacquire|xrelease/.test(words));
    const sized = prefixes.includes(0x66) && !words.includes("data16");
    const own = `${sized ? ", 66" : ""}${repeats ? `, ${hex(repeat)}` : ""}`;
    // LOCK makes most of them #UD, which says nothing of their rows.
    if (prefixes.includes(0xf0)) return [`${place}, lock`];
    const places = [`${place}${own}`];
    if (prefixes.includes(0x67) && !words.includes("addr16")) places.push(`${place}, 67`);
    if (text.includes("[") && prefixes.some((prefix) => SEGMENTS.includes(prefix))) places.push(`${place}, segment`);
    return places;
  }

  /** Every place of the maps. */
  all(): Set<string> {
    const places = new Set<string>();
    const add = (...bytes: number[]): void => {
      for (const place of this.of(bytes)) places.add(place);
    };
    const maps = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
    maps.forEach((escape, map) => {
      for (let opcode = 0; opcode < 256; opcode++) {
        if (map === 0 && (PREFIXES.includes(opcode) || opcode === 0x0f)) continue;
        if (map === 1 && (opcode === 0x38 || opcode === 0x3a)) continue;
        for (const prefix of [[], [0x66], [0xf3], [0xf2], [0x66, 0xf2], [0x66, 0xf3], [0x67], [0x64], [0xf0]]) {
          const modrms = hasModrm(map, opcode) ? modrmsOf(opcode) : [0x11];
          for (const modrm of modrms) add(...prefix, ...escape, opcode, modrm);
        }
      }
    });
    return places;
  }
}

/** Memory (EAX, so no SIB or displacement) and register with each reg; all that x87 tells apart. */
function modrmsOf(opcode: number): number[] {
  const numbers = Array.from({ length: 8 }, (_, reg) => reg << 3);
  if ((opcode & 0xf8) === 0xd8) return [...numbers, ...Array.from({ length: 64 }, (_, i) => 0xc0 | i)];
  return [...numbers, ...numbers.map((reg) => 0xc0 | reg)];
}
