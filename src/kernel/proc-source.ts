/** What /proc asks of the kernel: see fs/proc/process.ts. */
import { PAGE_SIZE } from "../abi/layout.ts";
import { PROT_EXEC, PROT_WRITE } from "../abi/mman.ts";
import { NSEC_PER_SEC, USER_HZ } from "../abi/time.ts";
import type { ProcessInformation, ProcessSource } from "../fs/index.ts";
import type { MemoryUse } from "../fs/proc/process.ts";
import type { Area } from "./memory/area.ts";
import { cpuinfo } from "./cpuinfo.ts";
import { SYSTEM, type Kernel } from "./kernel.ts";
import { describeMap } from "./memory/describe.ts";
import type { Task } from "./task.ts";

const ticks = (nanoseconds: bigint): number => Number((nanoseconds * BigInt(USER_HZ)) / NSEC_PER_SEC);

export function processSource(kernel: Kernel): ProcessSource {
  return {
    current: () => (kernel.current === undefined ? undefined : informationOf(kernel.current)),
    find: (pid) => {
      const task = kernel.tasks.get(pid);
      return task === undefined ? undefined : informationOf(task);
    },
    pids: () => [...kernel.tasks.keys()],
    system: {
      release: SYSTEM.release,
      version: SYSTEM.version,
      get hostname() {
        return kernel.nodename;
      },
      get domainname() {
        return kernel.domainname;
      },
      cpuinfo: () => cpuinfo(kernel),
      memory: () => memory(kernel),
      uptime: () => kernel.clock.monotonic(),
      get bootTime() {
        return Number(kernel.clock.bootTime / NSEC_PER_SEC);
      },
      randomizeAddressSpace: kernel.options.aslr ? 2 : 0,
    },
  };
}

/** In kilobytes: what the guest may have, and what of it is left. */
function memory(kernel: Kernel): { readonly total: number; readonly free: number } {
  const used = [...kernel.tasks.values()].reduce((sum, task) => sum + task.memory.charged, 0);
  const total = kernel.options.memoryLimit;
  return { total: Math.floor(total / 1024), free: Math.floor((total - used) / 1024) };
}

function informationOf(task: Task): ProcessInformation {
  const { memory: map, image, signals } = task;
  const { ignored, caught } = signals.dispositions;
  return {
    pid: task.pid,
    parentPid: task.parentPid,
    processGroup: task.processGroup,
    session: task.session,
    name: task.name,
    credentials: task.credentials,
    umask: task.umask,
    files: task.files,
    cwd: task.cwd,
    root: task.root,
    executable: image?.executable ?? null,
    maps: () => describeMap(map, task.gates, task.root),
    auxiliaryVector: () => image?.auxiliaryVector ?? new Uint8Array(0),
    commandLine: () => strings(task, image?.argumentsStart, image?.argumentsEnd),
    environment: () => strings(task, image?.environmentStart, image?.environmentEnd),
    memoryUse: () => memoryUse(task),
    limit: (resource) => task.limits.get(resource),
    signals: { pending: signals.pending, blocked: signals.blocked, ignored, caught },
    userTicks: ticks(task.cpuTime()),
    systemTicks: 0,
    startTicks: ticks(task.startTime),
    addresses: {
      codeStart: image?.codeStart ?? 0,
      codeEnd: image?.codeEnd ?? 0,
      stackStart: map.stackStart,
      stackPointer: task.machine.registers.esp,
      instructionPointer: task.machine.registers.eip,
      dataStart: image?.dataStart ?? 0,
      dataEnd: image?.dataEnd ?? 0,
      heapStart: map.heapStart,
      argumentsStart: image?.argumentsStart ?? 0,
      argumentsEnd: image?.argumentsEnd ?? 0,
      environmentStart: image?.environmentStart ?? 0,
      environmentEnd: image?.environmentEnd ?? 0,
    },
  };
}

/** What the guest's memory holds there now; a program may have written its title over it. */
function strings(task: Task, start = 0, end = 0): Uint8Array {
  return task.copyIn(start, end - start) ?? new Uint8Array(0);
}

function memoryUse(task: Task): MemoryUse {
  const { areas } = task.memory;
  const pages = (keep: (area: Area) => boolean): number =>
    areas.filter(keep).reduce((sum, area) => sum + (area.end - area.start) / PAGE_SIZE, 0);
  return {
    size: task.memory.size / PAGE_SIZE,
    resident: task.memory.charged / PAGE_SIZE,
    shared: pages((area) => area.shared || area.backing !== undefined),
    text: pages((area) => (area.protection & PROT_EXEC) !== 0),
    data: pages((area) => (area.protection & PROT_WRITE) !== 0 && !area.shared && !area.growsDown),
    stack: pages((area) => area.growsDown),
  };
}
