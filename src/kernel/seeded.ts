/** Platforms with some of their parts fixed. Platforms may be classes, so each part is handed on by name. */
import { deterministicPlatform } from "../platform/deterministic.ts";
import type { Platform } from "../platform/platform.ts";

/** `platform` with random numbers that follow from `seed`. */
export function seededPlatform(platform: Platform, seed: number): Platform {
  const fixed = deterministicPlatform({ seed });
  return {
    ...streamsOf(platform),
    now: () => platform.now(),
    monotonic: () => platform.monotonic(),
    sleep: (nanoseconds, signal) => platform.sleep(nanoseconds, signal),
    random: (bytes) => fixed.random(bytes),
  };
}

/** `platform`'s streams and folders, with a clock that follows the retired instructions and seeded random numbers. */
export function timelessPlatform(platform: Platform, seed: number): Platform {
  const fixed = deterministicPlatform({ seed });
  return {
    ...streamsOf(platform),
    now: () => fixed.now(),
    monotonic: () => fixed.monotonic(),
    advance: (retired) => fixed.advance?.(retired),
    sleep: (nanoseconds, signal) => fixed.sleep(nanoseconds, signal),
    random: (bytes) => fixed.random(bytes),
  };
}

function streamsOf(
  platform: Platform,
): Pick<Platform, "yield" | "stdin" | "stdout" | "stderr" | "terminal" | "uid" | "gid" | "groups" | "openFolder"> {
  return {
    yield: () => platform.yield(),
    stdin: platform.stdin,
    stdout: platform.stdout,
    stderr: platform.stderr,
    terminal: platform.terminal,
    uid: platform.uid,
    gid: platform.gid,
    ...(platform.groups === undefined ? {} : { groups: platform.groups }),
    ...(platform.openFolder === undefined ? {} : { openFolder: (path) => platform.openFolder!(path) }),
  };
}
