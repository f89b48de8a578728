/**
 * Publishes the time to user code: the vDSO's data page and, in classic mode, the data in the vsyscall page.
 * The layout is that of vdso-image/data-page.h, which follows Linux 6.18's struct vdso_time_data.
 */
import type { ClockValues, GateTask } from "./ports.ts";
import {
  CLOCK_BOOTTIME,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_REALTIME,
  CLOCK_REALTIME_COARSE,
  CLOCK_TAI,
  NSEC_PER_SEC,
} from "../abi/time.ts";
import { VSYSCALL_ADDRESS } from "./addresses.ts";

/** Offsets in struct clock_data. */
const SEQ = 0;
const CLOCK_MODE = 4;
const CYCLE_LAST = 8;
const MAX_CYCLES = 16;
const MASK = 24;
const MULT = 32;
const SHIFT = 36;
const BASETIME = 40;
const BASETIME_SIZE = 16;
const CLOCK_SIZE = 232;

/** Offsets in struct time_data, the vDSO's page. */
const HIGH_RESOLUTION_CLOCK = 0;
const RAW_CLOCK = CLOCK_SIZE;
const TIME_ZONE = 0x910;
const RESOLUTION = 0x918;

/** Offsets of struct vsyscall_data and in it (vdso-image/vsyscall.lds, vsyscall-classic.c). */
const CLASSIC_DATA = VSYSCALL_ADDRESS + 0x600;
const CLASSIC_TIME_ZONE = CLOCK_SIZE;

const MODE_NONE = 0;
const MODE_TSC = 1;
const MAX_U32 = 0xffff_ffffn;

/** Writes `values` wherever this task's code reads the time. For a reader it happens at once: see `write`. */
export function publishClock(task: GateTask, values: ClockValues): void {
  const { view } = task.machine;
  const { vvar, vsyscall } = task.gates;
  if (vvar !== 0) {
    write(view, vvar + HIGH_RESOLUTION_CLOCK, values, (clock) => writeClocks(view, clock, values));
    write(view, vvar + RAW_CLOCK, values, (clock) => {
      writeBase(view, clock, CLOCK_MONOTONIC_RAW, values.monotonicRaw, values.shift);
    });
    writeTimeZone(view, vvar + TIME_ZONE, values);
    view.setUint32(vvar + RESOLUTION, values.resolution, true);
  }
  if (vsyscall === "classic") {
    write(view, CLASSIC_DATA, values, (clock) => writeBase(view, clock, CLOCK_REALTIME, values.realtime, values.shift));
    writeTimeZone(view, CLASSIC_DATA + CLASSIC_TIME_ZONE, values);
  }
}

/** Writes one struct clock_data: the sequence number is odd meanwhile, and another even one afterwards. */
function write(view: DataView, clock: number, values: ClockValues, writeBases: (clock: number) => void): void {
  const seq = view.getUint32(clock + SEQ, true);
  view.setUint32(clock + SEQ, seq | 1, true);
  view.setInt32(clock + CLOCK_MODE, values.mode === "tsc" ? MODE_TSC : MODE_NONE, true);
  view.setBigUint64(clock + CYCLE_LAST, values.cycles, true);
  view.setBigUint64(clock + MAX_CYCLES, maxCycles(values), true);
  view.setBigUint64(clock + MASK, 0xffff_ffff_ffff_ffffn, true);
  view.setUint32(clock + MULT, values.mult, true);
  view.setUint32(clock + SHIFT, values.shift, true);
  writeBases(clock);
  view.setUint32(clock + SEQ, (seq | 1) + 1, true);
}

function writeClocks(view: DataView, clock: number, values: ClockValues): void {
  writeBase(view, clock, CLOCK_REALTIME, values.realtime, values.shift);
  writeBase(view, clock, CLOCK_MONOTONIC, values.monotonic, values.shift);
  writeBase(view, clock, CLOCK_BOOTTIME, values.boottime, values.shift);
  writeBase(view, clock, CLOCK_TAI, values.tai, values.shift);
  writeBase(view, clock, CLOCK_REALTIME_COARSE, values.realtimeCoarse, 0);
  writeBase(view, clock, CLOCK_MONOTONIC_COARSE, values.monotonicCoarse, 0);
}

function writeBase(view: DataView, clock: number, id: number, time: bigint, shift: number): void {
  const base = clock + BASETIME + BASETIME_SIZE * id;
  view.setBigUint64(base, time / NSEC_PER_SEC, true);
  view.setBigUint64(base + 8, (time % NSEC_PER_SEC) << BigInt(shift), true);
}

/** So many cycles that their nanoseconds and another second of them fit 32 bits; the reader counts in these. */
function maxCycles({ mult, shift }: ClockValues): bigint {
  const cycles = ((MAX_U32 - NSEC_PER_SEC) << BigInt(shift)) / BigInt(mult);
  return cycles < MAX_U32 ? cycles : MAX_U32;
}

function writeTimeZone(view: DataView, address: number, values: ClockValues): void {
  view.setInt32(address, values.minutesWest, true);
  view.setInt32(address + 4, values.dstTime, true);
}
