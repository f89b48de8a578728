/** The processor's exports: see each module. */
export { getEflags, setEflags } from "./cpu/flags";
export { EXIT_BUDGET, EXIT_EXCEPTION, EXIT_GATE, run } from "./interpreter/loop";
export { decodedBytes, decodedInstructions, invalidateRange as invalidateCode } from "./memory/code";
export { ARENA, ARENA_END, HASH_SIZE, HASH_TABLE, JUMP_CACHE, JUMP_CACHE_SIZE, PAGE_BLOCKS } from "./memory/code";
export { PERMISSIONS, setPermissions } from "./memory/permissions";
export { getPermissions, isReadable as readable, isWritable as writableRange } from "./memory/access";
export { reset, resetFloatingPoint, setCpu, unmapAll } from "./cpu/reset";
export { returnToSegment as setSegment } from "./cpu/segments";
export { disassemble, disassembledLater } from "./decoder/disassembler";
export { cpuid, features } from "./cpu/cpuid";
export { writable as mxcsrMask } from "./simd/mxcsr";
export { save as saveFxsr } from "./simd/state";
export { timestamp } from "./cpu/timestamp";
export { tagWord as getX87Tag } from "./x87/control";
export * from "./cpu/state";
