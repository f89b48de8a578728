/** The platform of a measured run: the host's own, with its output kept and each byte's time noted. */
import type { InputStream, OutputStream, Platform } from "../platform/platform.ts";
import { binaryString } from "../text.ts";

export interface MeasuringPlatform {
  readonly platform: Platform;
  /** Host time of each byte written, nanoseconds. */
  readonly times: readonly bigint[];
  /** What was written, a character a byte. */
  output(): string;
}

/**
 * Where a clock that stands still stands. Early in its second: a counted run is over before the second is, so no call
 * has a second to carry.
 */
const FIXED_TIME = 1_000_000_100_000_000n;

const NO_INPUT: InputStream = {
  kind: "device",
  file: null,
  offset: 0,
  read: () => new Uint8Array(0),
  isReady: true,
  available: 0,
  ready: () => Promise.resolve(),
};

/** `fixed`: the host's clocks stand still, and guest time advances by the instruction count alone. */
export function measuringPlatform(host: Platform, fixed: boolean): MeasuringPlatform {
  const times: bigint[] = [];
  let text = "";
  const stdout: OutputStream = {
    kind: "pipe",
    file: null,
    write(bytes) {
      const time = host.monotonic();
      for (let i = 0; i < bytes.length; i++) times.push(time);
      text += binaryString(bytes);
      return 0;
    },
  };
  const stderr: OutputStream = { kind: "pipe", file: null, write: () => 0 };
  const platform: Platform = {
    now: () => (fixed ? FIXED_TIME : host.now()),
    monotonic: () => (fixed ? FIXED_TIME : host.monotonic()),
    random: (bytes) => {
      host.random(bytes);
    },
    yield: () => host.yield(),
    sleep: (nanoseconds, signal) => host.sleep(nanoseconds, signal),
    stdin: NO_INPUT,
    stdout,
    stderr,
    terminal: null,
    uid: host.uid,
    gid: host.gid,
  };
  return { platform, times, output: () => text };
}
