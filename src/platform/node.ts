/** The platform on Node: clocks, randomness, the process's own streams, folders of the host. */
import { webcrypto } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { NodeFolder } from "./node-folder.ts";
import { nodeInput, nodeOutput, nodeTerminal } from "./node-streams.ts";
import type { Platform } from "./platform.ts";

export { loadCore } from "./node-core.ts";

/** crypto.getRandomValues fills at most this many bytes at once. */
const RANDOM_LIMIT = 65536;
/** setTimeout counts milliseconds in 31 bits. */
const LONGEST_PAUSE = 0x7fffffff;

/** The platform of this Node process. Its streams can be given to one guest at a time. */
export function nodePlatform(): Platform {
  const started = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  return {
    now: () => started + process.hrtime.bigint(),
    monotonic: () => process.hrtime.bigint(),
    random: fillRandomly,
    yield: () => nextTurn(),
    sleep,
    stdin: nodeInput(),
    stdout: nodeOutput(1),
    stderr: nodeOutput(2),
    terminal: nodeTerminal(),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    groups: process.getgroups?.() ?? [],
    openFolder: (path) => NodeFolder.open(path),
  };
}

function fillRandomly(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += RANDOM_LIMIT) webcrypto.getRandomValues(bytes.subarray(i, i + RANDOM_LIMIT));
}

async function sleep(nanoseconds: bigint, signal?: AbortSignal): Promise<void> {
  const end = process.hrtime.bigint() + nanoseconds;
  for (;;) {
    const left = Number(end - process.hrtime.bigint());
    if (left <= 0 || signal?.aborted) return;
    const milliseconds = Math.min(Math.ceil(left / 1e6), LONGEST_PAUSE);
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}
