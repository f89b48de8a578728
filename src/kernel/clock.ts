/**
 * The guest's time. CLOCK_MONOTONIC *is* the guest's time-stamp counter, which counts nanoseconds: it advances with
 * retired instructions inside a slice and is steered to the host's clock, never backwards. So a vDSO clock, a system
 * call and a bare RDTSC agree. Times are numbers of nanoseconds since boot, exact for a hundred days.
 */
import { LOW_RES_NSEC } from "../abi/time.ts";
import type { ClockValues } from "../gates/index.ts";
import type { Machine } from "../machine/machine.ts";
import type { Platform } from "../platform/platform.ts";

/** A moment as programs see it. */
export interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

const SECOND = 1_000_000_000;
/** The rate of the time-stamp counter, 16.16 fixed point: one nanosecond an instruction. */
const RATE_ONE = 0x1_0000;
/**
 * Nanoseconds an instruction that the counter goes by inside a slice: between these, however long system calls took.
 * What it lags behind it makes up at once at the end of the slice; what it is ahead it loses slowly.
 */
const FASTEST_PACE = 8;
const SLOWEST_PACE = 0.05;
/** A cycle is MULT / 2^SHIFT nanoseconds: one. */
const SHIFT = 24;
const MULT = 1 << SHIFT;
/** The host's uptime is cut to this many nanoseconds, two weeks, so that numbers stay exact. */
const MOST_UPTIME = 2n ** 50n;
/** A wall clock that the host has set by more than this is followed; how often it is looked at. */
const WALL_CLOCK_TOLERANCE = 50_000_000n;
const WALL_CLOCK_INTERVAL = SECOND;

export class Clock {
  private readonly platform: Platform;
  private readonly isDeterministic: boolean;
  private readonly source: "tsc" | "none";
  private machine: Machine | undefined;
  /** The host's monotonic clock at boot. */
  private readonly boot: bigint;
  /** Realtime minus monotonic, and the same in parts. */
  private wallOffset = 0n;
  private wallSeconds = 0;
  private wallNanoseconds = 0;
  private wallCheckedAt = 0;
  private sliceStart = 0;
  private sliceRetired = 0;
  private lastTick = 0;
  /** Host nanoseconds an instruction, as lately measured. */
  private pace = 3;

  constructor(platform: Platform, options: { readonly isDeterministic: boolean; readonly source: "tsc" | "none" }) {
    this.platform = platform;
    this.isDeterministic = options.isDeterministic;
    this.source = options.source;
    const uptime = platform.monotonic();
    this.boot = uptime - (uptime % MOST_UPTIME);
    this.setWallOffset(platform.now() - (uptime - this.boot));
  }

  /** From here on `machine`'s counter is the clock. */
  attach(machine: Machine): void {
    machine.setTsc(this.hostTime(), RATE_ONE);
    this.machine = machine;
    this.resume();
  }

  /** Nanoseconds since boot. */
  uptime(): number {
    const host = this.hostTime();
    const { machine } = this;
    if (machine === undefined) return host;
    const guest = machine.tsc;
    if (host <= guest) return guest;
    machine.setTsc(host, machine.tscRate);
    return host;
  }

  /** Nanoseconds since boot. */
  monotonic(): bigint {
    return BigInt(this.uptime());
  }

  /** Nanoseconds since 1970. */
  realtime(): bigint {
    return this.monotonic() + this.wallOffset;
  }

  /** Nanoseconds since 1970 at boot. */
  get bootTime(): bigint {
    return this.wallOffset;
  }

  /** CLOCK_MONOTONIC */
  monotonicTime(): Time {
    return split(this.uptime());
  }

  /** CLOCK_REALTIME */
  realTime(): Time {
    return this.onWall(this.uptime());
  }

  /** CLOCK_MONOTONIC_COARSE: as the data pages last told it. */
  coarseTime(): Time {
    return split(this.lastTick);
  }

  /** CLOCK_REALTIME_COARSE */
  realCoarseTime(): Time {
    return this.onWall(this.lastTick);
  }

  /** At the start of a slice of `budget` instructions: steers the counter so that it meets the host's clock at the end. */
  startSlice(budget: number): void {
    const { machine } = this;
    if (machine === undefined) return;
    const now = this.uptime();
    if (this.isDeterministic) {
      machine.setTsc(now, RATE_ONE);
      return;
    }
    const host = this.hostTime();
    const retired = machine.retiredCount;
    if (retired - this.sliceRetired > budget / 2) {
      const pace = (host - this.sliceStart) / (retired - this.sliceRetired);
      this.pace = Math.min(FASTEST_PACE, (3 * this.pace + pace) / 4);
    }
    this.sliceRetired = retired;
    this.sliceStart = host;
    const lead = (now - host) / budget;
    machine.setTsc(now, Math.round(Math.max(SLOWEST_PACE, this.pace - lead) * RATE_ONE));
    this.followWallClock(host);
  }

  /** The host slept or waited: what passed is not the guest's pace. */
  resume(): void {
    this.sliceStart = this.hostTime();
    this.sliceRetired = this.machine?.retiredCount ?? 0;
  }

  /** What the data pages of the vDSO and the vsyscall page are to say now. */
  values(): ClockValues {
    const now = this.machine?.tsc ?? this.hostTime();
    this.lastTick = now - (now % LOW_RES_NSEC);
    const monotonic = BigInt(now);
    const realtime = monotonic + this.wallOffset;
    const coarse = BigInt(this.lastTick);
    return {
      mode: this.source,
      cycles: monotonic,
      mult: MULT,
      shift: SHIFT,
      realtime,
      monotonic,
      boottime: monotonic,
      monotonicRaw: monotonic,
      tai: realtime,
      realtimeCoarse: coarse + this.wallOffset,
      monotonicCoarse: coarse,
      resolution: 1,
      minutesWest: 0,
      dstTime: 0,
    };
  }

  private hostTime(): number {
    const { machine, platform } = this;
    if (machine !== undefined) platform.advance?.(machine.retired);
    return Number(platform.monotonic() - this.boot);
  }

  private onWall(uptime: number): Time {
    const { seconds, nanoseconds } = split(uptime + this.wallNanoseconds);
    return { seconds: seconds + this.wallSeconds, nanoseconds };
  }

  private setWallOffset(offset: bigint): void {
    this.wallOffset = offset;
    const nanoseconds = ((offset % BigInt(SECOND)) + BigInt(SECOND)) % BigInt(SECOND);
    this.wallNanoseconds = Number(nanoseconds);
    this.wallSeconds = Number((offset - nanoseconds) / BigInt(SECOND));
  }

  private followWallClock(host: number): void {
    if (host - this.wallCheckedAt < WALL_CLOCK_INTERVAL) return;
    this.wallCheckedAt = host;
    const offset = this.platform.now() - (this.platform.monotonic() - this.boot);
    const change = offset - this.wallOffset;
    if (change > WALL_CLOCK_TOLERANCE || change < -WALL_CLOCK_TOLERANCE) this.setWallOffset(offset);
  }
}

function split(nanoseconds: number): Time {
  const seconds = Math.floor(nanoseconds / SECOND);
  return { seconds, nanoseconds: nanoseconds - seconds * SECOND };
}
