/** Reads what a dynamic linker, a debugger and an unwinder read of a 32-bit ELF image (System V ABI, gABI). */

export interface Header {
  readonly entry: number;
  readonly type: number;
  readonly machine: number;
  readonly programHeaders: number;
  readonly programHeaderCount: number;
  readonly sectionHeaders: number;
  readonly sectionHeaderCount: number;
  readonly sectionNames: number;
}

export interface ProgramHeader {
  /** File offset of the header itself. */
  readonly at: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly flags: number;
}

export interface Section {
  /** File offset of the header itself. */
  readonly at: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

export interface Symbol {
  /** File offset of the entry itself. */
  readonly at: number;
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: number;
  readonly binding: number;
  readonly section: number;
  /** Name of its version, of a dynamic symbol that has one. */
  readonly version: string | undefined;
}

export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly description: Uint8Array;
}

export interface DynamicEntry {
  /** File offset of the entry itself. */
  readonly at: number;
  readonly tag: number;
  readonly value: number;
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_NOTE = 4;
export const PT_GNU_EH_FRAME = 0x6474_e550;
export const SHT_NOTE = 7;
export const SHT_DYNSYM = 11;
export const SHN_ABS = 0xfff1;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const DT_HASH = 4;
export const DT_STRTAB = 5;
export const DT_SYMTAB = 6;
export const DT_STRSZ = 10;
export const DT_SONAME = 14;
export const DT_GNU_HASH = 0x6fff_fef5;
export const DT_VERSYM = 0x6fff_fff0;
export const DT_VERDEF = 0x6fff_fffc;
export const DT_VERDEFNUM = 0x6fff_fffd;

/** An image linked at 0, so that a file offset of its first segment is an address too. */
export class Elf {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly header: Header;
  readonly programHeaders: readonly ProgramHeader[];
  readonly sections: readonly Section[];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.word(0) !== 0x464c_457f || bytes[4] !== 1 || bytes[5] !== 1) throw new Error("not a 32-bit ELF file");
    this.header = {
      type: this.half(16),
      machine: this.half(18),
      entry: this.word(24),
      programHeaders: this.word(28),
      sectionHeaders: this.word(32),
      programHeaderCount: this.half(44),
      sectionHeaderCount: this.half(48),
      sectionNames: this.half(50),
    };
    this.programHeaders = range(this.header.programHeaderCount).map((i) => this.programHeader(i));
    const names = this.word(this.header.sectionHeaders + 40 * this.header.sectionNames + 16);
    this.sections = range(this.header.sectionHeaderCount).map((i) => this.sectionHeader(i, names));
  }

  word(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  half(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  /** The zero-terminated string at a file offset. */
  text(offset: number): string {
    return String.fromCharCode(...this.bytes.subarray(offset, this.bytes.indexOf(0, offset)));
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  contents(name: string): Uint8Array {
    const section = this.section(name);
    return section ? this.bytes.subarray(section.offset, section.offset + section.size) : new Uint8Array();
  }

  get dynamic(): readonly DynamicEntry[] {
    const segment = this.programHeaders.find(({ type }) => type === PT_DYNAMIC);
    if (!segment) return [];
    return range(segment.fileSize / 8)
      .map((i) => segment.offset + 8 * i)
      .map((at) => ({ at, tag: this.word(at), value: this.word(at + 4) }));
  }

  dynamicValue(tag: number): number | undefined {
    return this.dynamic.find((entry) => entry.tag === tag)?.value;
  }

  /** The dynamic symbols, found as musl finds them: their number is the chain length of DT_HASH. */
  get dynamicSymbols(): readonly Symbol[] {
    const [hash, symbols, strings, versions] = [DT_HASH, DT_SYMTAB, DT_STRTAB, DT_VERSYM].map((tag) =>
      this.dynamicValue(tag),
    );
    if (hash === undefined || symbols === undefined || strings === undefined) return [];
    const versionNames = this.versionNames;
    return range(this.word(hash + 4)).map((i) => {
      const index = versions === undefined ? 0 : this.half(versions + 2 * i) & 0x7fff;
      return this.symbol(symbols + 16 * i, strings, versionNames.get(index));
    });
  }

  /** The symbols of .symtab, which only an unstripped image has. */
  get symbols(): readonly Symbol[] {
    const symbols = this.section(".symtab");
    const strings = this.section(".strtab");
    if (!symbols || !strings) return [];
    return range(symbols.size / 16).map((i) => this.symbol(symbols.offset + 16 * i, strings.offset, undefined));
  }

  /** Version definitions by index: `linux-gate.so.1` (the base), LINUX_2.6, LINUX_2.5. */
  get versionNames(): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const strings = this.dynamicValue(DT_STRTAB) ?? 0;
    let at = this.dynamicValue(DT_VERDEF) ?? 0;
    for (let left = this.dynamicValue(DT_VERDEFNUM) ?? 0; left > 0; left--) {
      names.set(this.half(at + 4), this.text(strings + this.word(at + this.word(at + 12))));
      at += this.word(at + 16);
    }
    return names;
  }

  get notes(): readonly Note[] {
    const notes: Note[] = [];
    for (const { offset, fileSize } of this.programHeaders.filter(({ type }) => type === PT_NOTE)) {
      for (let at = offset; at < offset + fileSize;) {
        const description = at + 12 + align4(this.word(at));
        const end = description + this.word(at + 4);
        notes.push({
          owner: this.text(at + 12),
          type: this.word(at + 8),
          description: this.bytes.slice(description, end),
        });
        at = description + align4(this.word(at + 4));
      }
    }
    return notes;
  }

  private programHeader(index: number): ProgramHeader {
    const at = this.header.programHeaders + 32 * index;
    const word = (i: number): number => this.word(at + 4 * i);
    return {
      at,
      type: word(0),
      offset: word(1),
      address: word(2),
      fileSize: word(4),
      memorySize: word(5),
      flags: word(6),
    };
  }

  private sectionHeader(index: number, names: number): Section {
    const at = this.header.sectionHeaders + 40 * index;
    const word = (i: number): number => this.word(at + 4 * i);
    return {
      at,
      name: this.text(names + word(0)),
      type: word(1),
      flags: word(2),
      address: word(3),
      offset: word(4),
      size: word(5),
    };
  }

  private symbol(at: number, strings: number, version: string | undefined): Symbol {
    const info = this.bytes[at + 12]!;
    return {
      at,
      name: this.text(strings + this.word(at)),
      value: this.word(at + 4),
      size: this.word(at + 8),
      type: info & 15,
      binding: info >> 4,
      section: this.half(at + 14),
      version,
    };
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function align4(value: number): number {
  return (value + 3) & ~3;
}
