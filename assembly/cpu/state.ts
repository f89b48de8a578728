/**
 * Where the processor keeps its state.
 *
 * The state lies in page 1 of the address space, below 64 KiB, where no Linux program can map anything: the guest
 * has no permission there. Small addresses fold into the displacement of every access, so a register costs one
 * machine instruction; above 0xC000_0000 each access would cost one more.
 *
 *     0x1000  general registers, scratch slots, segment bases    a micro-op names these by a byte offset, its slot
 *     0x1058  segment selectors, limits, attributes
 *     0x10A0  EFLAGS, EIP, exception, counters
 *     0x1100  x87
 *     0x1200  MXCSR and XMM
 *     0x1300  global descriptor table, 32 entries
 *     0x1400  which software interrupts the host allows, size of the local descriptor table
 *     0x1440  the processor that the guest sees
 *     0x1600  text of the disassembler
 */
export const STATE: usize = 0x1000;

/** Slots: byte offsets from STATE of what a micro-op may name as an operand. AH..BH are the slots 1, 5, 9, 13. */
export const SLOT_EAX: u32 = 0;
export const SLOT_ECX: u32 = 4;
export const SLOT_EDX: u32 = 8;
export const SLOT_EBX: u32 = 12;
export const SLOT_ESP: u32 = 16;
export const SLOT_EBP: u32 = 20;
export const SLOT_ESI: u32 = 24;
export const SLOT_EDI: u32 = 28;
/** Always 0: stands for an absent base or index. */
export const SLOT_ZERO: u32 = 0x20;
/** Holds a memory operand between its load and its use. */
export const SLOT_TEMP: u32 = 0x24;
/** A second scratch slot, for the other operand. */
export const SLOT_TEMP2: u32 = 0x28;
/** An effective address worked out ahead: 16-bit addressing, segment overrides, read-modify-write. */
export const SLOT_ADDRESS: u32 = 0x2c;
/** What SLDT shows, which is for the host to say: the selector of the LDT, 0 if there is none. */
export const SLOT_LDTR: u32 = 0x30;
/** Bases of ES, CS, SS, DS, FS, GS, in the order of the manual's segment register numbers. */
export const SLOT_SEGMENT_BASE: u32 = 0x40;

export const EAX: usize = STATE + 0;
export const ECX: usize = STATE + 4;
export const EDX: usize = STATE + 8;
export const EBX: usize = STATE + 12;
export const ESP: usize = STATE + 16;
export const EBP: usize = STATE + 20;
export const ESI: usize = STATE + 24;
export const EDI: usize = STATE + 28;

export const LDTR: usize = STATE + 0x30;

export const SEGMENT_BASE: usize = STATE + 0x40;
/** Selectors of ES, CS, SS, DS, FS, GS, a u32 each. */
export const SEGMENT_SELECTOR: usize = STATE + 0x58;
/** Last valid offset (expand-up), a u32 each. */
export const SEGMENT_LIMIT: usize = STATE + 0x70;
/** Descriptor bits 40..55 (access byte and flags nibble), a u32 each; 0 = null selector loaded. */
export const SEGMENT_ATTRIBUTES: usize = STATE + 0x88;

/**
 * The arithmetic flags, unevaluated (flags.ts reads and writes them). ZF = (FLAG_RESULT == 0). FLAG_CARRY is the vector
 * of carries out of each bit, its top at bit 31: CF = bit 31, OF = bit 31 ^ bit 30, AF = bit 3. With
 * s = FLAG_RESULT ^ FLAG_DELTA, SF = bit 31 of s and PF = even parity of its low byte. FLAG_DELTA is the upper half
 * of FLAG_CARRY's u64, so that one store of a zero-extended carry vector clears it.
 */
export const FLAG_RESULT: usize = STATE + 0xa0;
/** The other EFLAGS bits: TF, DF, IOPL, NT, RF, AC, ID, and the fixed ones (bit 1, IF). */
export const FLAGS_OTHER: usize = STATE + 0xa4;
export const FLAG_CARRY: usize = STATE + 0xa8;
export const FLAG_DELTA: usize = STATE + 0xac;

/** EIP: exact whenever the host can look. While `run` goes on it lags behind. */
export const EIP: usize = STATE + 0xb0;
/** Of the last EXIT_EXCEPTION: vector, error code, linear address (#PF). */
export const EXCEPTION_VECTOR: usize = STATE + 0xb4;
export const EXCEPTION_ERROR: usize = STATE + 0xb8;
export const EXCEPTION_ADDRESS: usize = STATE + 0xbc;
/** Instructions retired since reset, u64: exact whenever the host can look. */
export const RETIRED: usize = STATE + 0xc0;
/** The time-stamp counter is TSC_BASE (u64) + ((RETIRED - TSC_START (u64)) * TSC_RATE (u32, 16.16 fixed point)) >> 16. */
export const TSC_BASE: usize = STATE + 0xc8;
export const TSC_START: usize = STATE + 0xd0;
export const TSC_RATE: usize = STATE + 0xd8;

/**
 * x87: control, status (TOP included) and tag word (a byte of 'empty' bits a register, bit i = physical register i). All
 * of it is exact whenever the host can look; while `run` goes on it may lag behind (x87/held.ts).
 */
export const X87_CONTROL: usize = STATE + 0x100;
export const X87_STATUS: usize = STATE + 0x104;
export const X87_EMPTY: usize = STATE + 0x108;
/** Last instruction pointer, its selector; last operand pointer, its selector; last opcode (11 bits): a u32 each. */
export const X87_INSTRUCTION: usize = STATE + 0x10c;
export const X87_INSTRUCTION_SELECTOR: usize = STATE + 0x110;
export const X87_OPERAND: usize = STATE + 0x114;
export const X87_OPERAND_SELECTOR: usize = STATE + 0x118;
export const X87_OPCODE: usize = STATE + 0x11c;
/** Physical registers R0..R7, 16 bytes apart: significand (u64), sign and exponent (u16). */
export const X87_REGISTERS: usize = STATE + 0x120;
/** The interpreter's own, 64 bytes: see x87/held.ts. */
export const X87_HELD: usize = STATE + 0x1a0;

/** Control and status of the SSE unit, u32. */
export const MXCSR: usize = STATE + 0x200;
/** XMM0..XMM7, 16 bytes each. MM0..MM7 are the significands at X87_REGISTERS. */
export const XMM: usize = STATE + 0x210;
export const XMM_SIZE: usize = 128;

/** Descriptors as in memory, 8 bytes each. */
export const GDT: usize = STATE + 0x300;
export const GDT_ENTRIES: u32 = 32;
/** The local descriptor table, 8 bytes an entry, and how many of its 8192 entries there are (u32). */
export const LDT: usize = 0xc08e0000;
export const LDT_ENTRIES: usize = STATE + 0x420;
/** 256 bits: the vectors that INT n may raise in user mode (gates of DPL 3). */
export const SOFTWARE_INTERRUPTS: usize = STATE + 0x400;
/** The processor the guest sees: vendor (cpuid.ts), model (models.ts), and the set of its features (features.ts). */
export const CPU_VENDOR: usize = STATE + 0x440;
export const CPU_MODEL: usize = STATE + 0x444;
export const FEATURES: usize = STATE + 0x448;

export const TEXT: usize = STATE + 0x600;
