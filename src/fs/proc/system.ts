/** /proc's files about the system as a whole. */
import { ENOENT } from "../../abi/errno.ts";
import { NR_OPEN } from "../../abi/limits.ts";
import type { ProcFileSystem } from "./filesystem.ts";
import { fixedEntries, ProcDirectory, ProcLink, ProcText, ROOT_OWNER, type ProcEntries } from "./nodes.ts";

const SECOND = 1_000_000_000n;
/** A clock tick of USER_HZ = 100. */
const TICK = 10_000_000n;

export function systemEntries(proc: ProcFileSystem): ProcEntries {
  const { system } = proc.processes;
  let number = 2;
  const node = () => ({ number: number++, owner: ROOT_OWNER });
  const text = (contents: () => string) => {
    const inode = new ProcText(proc, node(), 0o444, contents);
    return () => inode;
  };
  const folder = (entries: Parameters<typeof fixedEntries>[0]) => {
    const inode = new ProcDirectory(proc, node(), fixedEntries(entries));
    return () => inode;
  };
  const link = (target: () => string | number) => {
    const inode = new ProcLink(proc, node(), target);
    return () => inode;
  };
  const bootId = uuid(proc);
  return fixedEntries({
    cmdline: text(() => "linux-gate\n"),
    cpuinfo: text(() => system.cpuinfo()),
    filesystems: text(() => "nodev\tproc\nnodev\tdevtmpfs\nnodev\ttmpfs\nnodev\thostfs\nnodev\tpipefs\n"),
    loadavg: text(() => `0.00 0.00 0.00 1/${proc.processes.pids().length} ${Math.max(1, ...proc.processes.pids())}\n`),
    meminfo: text(() => meminfo(system.memory())),
    mounts: link(() => "self/mounts"),
    self: link(() => {
      const current = proc.processes.current();
      return current === undefined ? -ENOENT : String(current.pid);
    }),
    stat: text(() => stat(proc)),
    sys: folder({
      fs: folder({
        "file-max": text(() => "9223372036854775807\n"),
        nr_open: text(() => `${NR_OPEN}\n`),
        "pipe-max-size": text(() => "1048576\n"),
      }),
      kernel: folder({
        cap_last_cap: text(() => "40\n"),
        domainname: text(() => `${system.domainname}\n`),
        hostname: text(() => `${system.hostname}\n`),
        ngroups_max: text(() => "65536\n"),
        osrelease: text(() => `${system.release}\n`),
        ostype: text(() => "Linux\n"),
        pid_max: text(() => "32768\n"),
        random: folder({
          boot_id: text(() => `${bootId}\n`),
          entropy_avail: text(() => "256\n"),
          poolsize: text(() => "256\n"),
          uuid: text(() => `${uuid(proc)}\n`),
        }),
        randomize_va_space: text(() => `${system.randomizeAddressSpace}\n`),
        version: text(() => `${system.version}\n`),
      }),
      vm: folder({
        max_map_count: text(() => "65530\n"),
        mmap_min_addr: text(() => "65536\n"),
        overcommit_memory: text(() => "0\n"),
      }),
    }),
    uptime: text(() => uptime(system.uptime())),
    version: text(() => `Linux version ${system.release} (linux-gate) ${system.version}\n`),
  });
}

/** Seconds since boot, and seconds idle, which are not counted here: all of them, as on an idle machine. */
function uptime(nanoseconds: bigint): string {
  const seconds = nanoseconds / SECOND;
  const hundredths = String((nanoseconds % SECOND) / TICK).padStart(2, "0");
  return `${seconds}.${hundredths} ${seconds}.${hundredths}\n`;
}

function meminfo(memory: { readonly total: number; readonly free: number }): string {
  const line = (name: string, kilobytes: number) => `${`${name}:`.padEnd(16)}${String(kilobytes).padStart(8)} kB\n`;
  return (
    line("MemTotal", memory.total) +
    line("MemFree", memory.free) +
    line("MemAvailable", memory.free) +
    line("Buffers", 0) +
    line("Cached", 0) +
    line("SwapCached", 0) +
    line("SwapTotal", 0) +
    line("SwapFree", 0) +
    line("Shmem", 0) +
    line("Slab", 0)
  );
}

function stat(proc: ProcFileSystem): string {
  const { processes } = proc;
  const ticks = processes.system.uptime() / TICK;
  const user = processes.current()?.userTicks ?? 0;
  const idle = ticks > BigInt(user) ? ticks - BigInt(user) : 0n;
  const cpu = `${user} 0 0 ${idle} 0 0 0 0 0 0`;
  return (
    `cpu  ${cpu}\ncpu0 ${cpu}\nintr 0\nctxt 0\nbtime ${processes.system.bootTime}\n` +
    `processes ${processes.pids().length}\nprocs_running 1\nprocs_blocked 0\n`
  );
}

/** A random UUID, version 4 (RFC 4122). */
function uuid(proc: ProcFileSystem): string {
  const bytes = new Uint8Array(16);
  proc.random(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
