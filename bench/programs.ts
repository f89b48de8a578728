/**
 * What `npm run bench` runs. `n` is each program's scale, chosen so that a repetition takes about half a second in
 * an interpreter of 200 to 300 million instructions a second. The first seven make the geometric mean.
 */
export interface Program {
  readonly name: string;
  readonly n: number;
  readonly loads: string;
  /** The scale `factor` times as long as `n` (by default n * factor). */
  readonly scale?: (n: number, factor: number) => number;
}

/** A call tree grows by the golden ratio with each step. */
function scaleFibonacci(n: number, factor: number): number {
  return Math.max(1, Math.round(n + Math.log(factor) / Math.log((1 + Math.sqrt(5)) / 2)));
}

/** The programs of the geometric mean. */
export const seven: readonly string[] = ["sieve", "quicksort", "sha256", "fib", "interp", "arith64", "vcall"];

export const programs: readonly Program[] = [
  { name: "sieve", n: 8, loads: "byte stores and branches" },
  { name: "quicksort", n: 8, loads: "compares, swaps, recursion" },
  { name: "sha256", n: 2, loads: "rotates and additions" },
  { name: "fib", n: 33, loads: "calls and returns", scale: scaleFibonacci },
  { name: "interp", n: 1, loads: "a bytecode loop: indirect jumps" },
  { name: "arith64", n: 3, loads: "64-bit arithmetic in pairs" },
  { name: "vcall", n: 8, loads: "indirect calls" },
  { name: "chase_l1", n: 40, loads: "dependent loads, 16 KiB" },
  { name: "chase_512k", n: 40, loads: "dependent loads, 512 KiB" },
  { name: "chase_4m", n: 8, loads: "dependent loads, 4 MiB" },
  { name: "memlib", n: 80, loads: "libc's memory and string routines" },
  { name: "rep_movsd", n: 100, loads: "REP MOVSD" },
  { name: "rep_movsb", n: 100, loads: "REP MOVSB" },
  { name: "rep_stosd", n: 100, loads: "REP STOSD" },
  { name: "rep_scasb", n: 2, loads: "REPNE SCASB" },
  { name: "rep_cmpsb", n: 2, loads: "REPE CMPSB" },
  { name: "matmul_x87", n: 4, loads: "x87: products of matrices" },
  { name: "nbody_x87", n: 80, loads: "x87: division and square root" },
  { name: "matmul_sse2", n: 4, loads: "SSE2 scalar doubles" },
  { name: "nbody_sse2", n: 80, loads: "SSE2 scalar doubles" },
  { name: "matmul_vec", n: 20, loads: "SSE2 packed doubles" },
];
