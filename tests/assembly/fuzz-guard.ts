/**
 * Watches the memory that is not the guest's: the core's, and what no page permission opens.
 *
 * The core itself writes its state (page 1), the permission table's derived bits, the lists and tables of decoded blocks,
 * and the blocks. What lies between these is filled with poison, as is every page of the guest's that is not mapped, and
 * must stay so. Poison that a guest could read would show as a difference to a world with another one.
 */
import assert from "node:assert/strict";
import type { BareCore } from "./core.ts";

const PAGE = 4096;
const CORE = 0xc000_0000;
const PERMISSION_BITS = 7;
const CODE = 8;
const READ_FAST = 16;
const WRITE_FAST = 32;

/** Pages in nobody's use: around the guest's, and around everything of the core's. */
const UNUSED: readonly number[] = [
  ...[0x0000_0000, 0x0000_2000, 0x0000_f000],
  ...[0x0001_4000, 0x0804_7000, 0x0804_c000, 0x2000_2000, 0x2001_3000, 0x2001_f000, 0x2002_1000],
  ...[0x2002_f000, 0x2003_2000, 0x2003_f000, 0x2004_1000, 0xbfff_a000],
  ...[0xc01f_f000, 0xc030_0000, 0xc03f_f000, 0xc084_0000, 0xc08b_f000, 0xc090_0000, 0xc0ff_f000],
  ...[0xd100_0000, 0xd100_1000, 0xe000_0000, 0xff5f_f000, 0xff60_1000, 0xffff_c000, 0xffff_f000],
];

/** What a hostile guest would point at: the core's tables, the state, the ends of everything. */
export const HOSTILE: readonly number[] = [
  ...UNUSED,
  ...[0x0000_1000, 0x0000_1040, 0x0000_10a0, 0x0000_1200, 0x0000_1300, 0x0001_0000],
  ...[0xc000_0000, 0xc020_0000, 0xc020_0010, 0xc040_0000, 0xc080_0000, 0xc08c_0000, 0xc08e_0000, 0xc08f_0000],
  ...[0xc100_0000, 0xd0ff_ffff],
  ...[0xbfff_fff8, 0x7fff_fff8, 0x8000_0000, 0xffff_e000, 0xffff_fff0, 0xffff_fffc],
];

/** The static data of the core, up to its first table. */
const STATIC_SIZE = 0x20_0000;
const TABLE_SIZE = 0x10_0000;
/** Page 1 beyond everything that the processor keeps there. */
const STATE_REST = 0x1800;
/** GDT and what follows it: the host's to write. Also the LDT, 8192 descriptors. */
const HOST_PART = 0x14c;
const LDT_SIZE = 0x1_0000;
/** Above the blocks: looked through in pieces. */
const UPPER = 0xd100_0000;
const PIECE = 1 << 26;

export class Guard {
  private readonly machine: BareCore;
  private readonly pages: readonly number[];
  private readonly poisonByte: number;
  private readonly poisoned: Buffer;
  private readonly initial: Buffer;
  /** Length of the static data, to the page. */
  private readonly dataEnd: number;
  private readonly hostPart: Buffer = Buffer.alloc(HOST_PART);
  private readonly hostLdt: Buffer = Buffer.alloc(LDT_SIZE);

  constructor(machine: BareCore, pages: readonly number[], poisonByte: number) {
    this.machine = machine;
    this.pages = pages;
    this.poisonByte = poisonByte;
    this.poisoned = Buffer.alloc(PAGE, poisonByte);
    this.initial = Buffer.from(machine.bytes.slice(CORE, CORE + STATIC_SIZE));
    const last = this.initial.findLastIndex((byte) => byte !== 0);
    this.dataEnd = last - (last % PAGE) + PAGE;
    for (const page of UNUSED) {
      assert.ok(
        machine.bytes.subarray(page, page + PAGE).every((byte) => byte === 0),
        `page ${page.toString(16)} is in use`,
      );
    }
    this.poison(UNUSED);
    // Descriptors beyond the table's end, which no selector may reach.
    const ldt = machine.core.LDT.value >>> 0;
    machine.bytes.fill(poisonByte, ldt, ldt + LDT_SIZE);
    machine.bytes.fill(poisonByte, STATE_REST, 2 * PAGE);
    // The static data lies well below the poison in its last page.
    this.initial.fill(poisonByte, STATIC_SIZE - PAGE);
  }

  /** Fills pages that the guest may not see. */
  poison(pages: readonly number[]): void {
    for (const page of pages) this.machine.bytes.fill(this.poisonByte, page, page + PAGE);
  }

  /** After any number of runs. */
  check(): void {
    const { core } = this.machine;
    this.checkStatic();
    this.equal(STATE_REST, this.poisoned.subarray(STATE_REST - PAGE), "the page of the processor's state");
    this.equal(core.GDT.value >>> 0, this.hostPart, "what the host alone writes");
    this.equal(core.LDT.value >>> 0, this.hostLdt, "the LDT");
    for (const page of UNUSED) this.equal(page, this.poisoned, "memory that is not mapped");
    for (const page of this.pages) {
      if (!core.getPermissions(page >>> 12)) this.equal(page, this.poisoned, "a page that is not mapped");
    }
    this.checkTable();
  }

  /** After all permissions have been withdrawn: no block is left, nor anything that leads to one. */
  checkEmpty(): void {
    const { core } = this.machine;
    const tables: readonly (readonly [{ readonly value: number }, number])[] = [
      [core.PERMISSIONS, TABLE_SIZE],
      [core.PAGE_BLOCKS, 4 * TABLE_SIZE],
      [core.HASH_TABLE, 4 * core.HASH_SIZE.value],
      [core.JUMP_CACHE, 8 * core.JUMP_CACHE_SIZE.value],
    ];
    for (const [table, size] of tables) this.equal(table.value >>> 0, ZEROES.subarray(0, size), "an empty table");
  }

  /** Everything above the blocks, but for the pages that are poisoned or the guest's: zeroes. */
  checkUpper(): void {
    const known = new Set([...UNUSED, ...this.pages]);
    for (let start = UPPER; start < 2 ** 32; start += PIECE) {
      const piece = this.view(start, Math.min(PIECE, 2 ** 32 - start));
      for (let at = firstByte(piece, 0); at >= 0; at = firstByte(piece, at)) {
        const page = start + at - (at % PAGE);
        assert.ok(known.has(page), `${(start + at).toString(16)} has been written`);
        at += PAGE - (at % PAGE);
      }
    }
  }

  /** To be told after the host has changed a descriptor table, software interrupts, or the model. */
  hostHasWritten(): void {
    const { core } = this.machine;
    this.view(core.GDT.value >>> 0, HOST_PART).copy(this.hostPart);
    this.view(core.LDT.value >>> 0, LDT_SIZE).copy(this.hostLdt);
  }

  /** Tables and constants stay; what is zero at the start may be the core's scratch, up to the end of its data. */
  private checkStatic(): void {
    const now = this.view(CORE, STATIC_SIZE);
    for (let at = 0; at < this.dataEnd; at++) {
      if (this.initial[at] !== 0 && this.initial[at] !== now[at]) {
        assert.fail(`the core's static data has changed at 0x${(CORE + at).toString(16)}`);
      }
    }
    this.equal(CORE + this.dataEnd, this.initial.subarray(this.dataEnd), "memory behind the core's static data");
  }

  /** The table has the host's permissions, and the bits that follow from them and from where code has been decoded. */
  private checkTable(): void {
    const { core, bytes } = this.machine;
    const table = core.PERMISSIONS.value >>> 0;
    const blocks = core.PAGE_BLOCKS.value >>> 0;
    const at = (page: number): number => (page > 0xfffff ? 0 : bytes[table + page]!);
    const expected = Buffer.alloc(TABLE_SIZE);
    for (const address of this.pages) {
      const page = address >>> 12;
      const [own, next] = [at(page), at(page + 1)];
      const code = this.machine.view.getUint32(blocks + 4 * page, true) ? CODE : 0;
      let bits = (own & PERMISSION_BITS) | code;
      if (page < 0xfffff && own & next & 1) bits |= READ_FAST;
      if (page < 0xfffff && own & next & 2 && !(code | (next & CODE))) bits |= WRITE_FAST;
      expected[page] = bits;
    }
    this.equal(table, expected, "the permission table");
  }

  private view(address: number, size: number): Buffer {
    return Buffer.from(this.machine.bytes.buffer, address, size);
  }

  private equal(address: number, expected: Uint8Array, what: string): void {
    const actual = this.view(address, expected.length);
    if (actual.equals(expected)) return;
    const at = actual.findIndex((byte, i) => byte !== expected[i]);
    assert.fail(`${what} has changed at 0x${(address + at).toString(16)}: ${expected[at]} -> ${actual[at]}`);
  }
}

const ZEROES = Buffer.alloc(4 * TABLE_SIZE);
const ZERO_PIECE = Buffer.alloc(1 << 20);

/** The index of the first byte from `from` on that is not 0, or -1. */
function firstByte(piece: Buffer, from: number): number {
  let at = from;
  while (at < piece.length) {
    const part = piece.subarray(at, at + ZERO_PIECE.length);
    if (!part.equals(ZERO_PIECE.subarray(0, part.length))) return at + part.findIndex((byte) => byte !== 0);
    at += part.length;
  }
  return -1;
}
