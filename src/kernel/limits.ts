/** Resource limits (getrlimit(2)): what a Debian shell starts its programs with. */
import {
  RLIM64_INFINITY,
  RLIM_NLIMITS,
  RLIMIT_CORE,
  RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE,
  RLIMIT_NICE,
  RLIMIT_NOFILE,
  RLIMIT_NPROC,
  RLIMIT_RTPRIO,
  RLIMIT_SIGPENDING,
  RLIMIT_STACK,
} from "../abi/resource.ts";

export interface ResourceLimit {
  readonly soft: bigint;
  readonly hard: bigint;
}

const INFINITE: ResourceLimit = { soft: RLIM64_INFINITY, hard: RLIM64_INFINITY };
const none: ResourceLimit = { soft: 0n, hard: 0n };

const DEFAULTS: Readonly<Record<number, ResourceLimit>> = {
  [RLIMIT_STACK]: { soft: 8n << 20n, hard: RLIM64_INFINITY },
  [RLIMIT_CORE]: { soft: 0n, hard: RLIM64_INFINITY },
  [RLIMIT_NPROC]: { soft: 4096n, hard: 4096n },
  [RLIMIT_NOFILE]: { soft: 1024n, hard: 1048576n },
  [RLIMIT_MEMLOCK]: { soft: 8n << 20n, hard: 8n << 20n },
  [RLIMIT_SIGPENDING]: { soft: 4096n, hard: 4096n },
  [RLIMIT_MSGQUEUE]: { soft: 819200n, hard: 819200n },
  [RLIMIT_NICE]: none,
  [RLIMIT_RTPRIO]: none,
};

export class ResourceLimits {
  private readonly values: ResourceLimit[] = Array.from({ length: RLIM_NLIMITS }, (_, i) => DEFAULTS[i] ?? INFINITE);

  /** `resource` is below RLIM_NLIMITS. */
  get(resource: number): ResourceLimit {
    return this.values[resource] ?? INFINITE;
  }

  set(resource: number, limit: ResourceLimit): void {
    this.values[resource] = limit;
  }

  /** The soft limit as a number; unlimited is Infinity. */
  soft(resource: number): number {
    const { soft } = this.get(resource);
    return soft === RLIM64_INFINITY ? Infinity : Number(soft);
  }
}
