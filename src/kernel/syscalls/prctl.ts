/** prctl(2), arch_prctl(2), personality(2): what one process can ask about itself. */
import { EFAULT, EINVAL, ENODEV } from "../../abi/errno.ts";
import { NSIG } from "../../abi/signal.ts";
import {
  PR_CAPBSET_READ,
  PR_GET_CHILD_SUBREAPER,
  PR_GET_DUMPABLE,
  PR_GET_KEEPCAPS,
  PR_GET_NAME,
  PR_GET_NO_NEW_PRIVS,
  PR_GET_PDEATHSIG,
  PR_GET_SECCOMP,
  PR_GET_THP_DISABLE,
  PR_GET_TID_ADDRESS,
  PR_GET_TIMERSLACK,
  PR_GET_TIMING,
  PR_GET_TSC,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_DUMPABLE,
  PR_SET_KEEPCAPS,
  PR_SET_NAME,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  PR_SET_THP_DISABLE,
  PR_SET_TIMERSLACK,
  PRCTL_NAMES,
} from "../../abi/prctl.ts";
import { PERSONALITY_QUERY, READ_IMPLIES_EXEC } from "../../abi/personality.ts";
import { binaryBytes } from "../../text.ts";
import type { Task } from "../task.ts";

/** TASK_COMM_LEN */
const NAME_SIZE = 16;
/** CAP_LAST_CAP: CAP_CHECKPOINT_RESTORE */
const LAST_CAPABILITY = 40;
const DEFAULT_TIMER_SLACK = 50_000;
const PR_TSC_ENABLE = 1;

const ARCH_GET_CPUID = 0x1011;
const ARCH_SET_CPUID = 0x1012;

/** An operation that is not known is -EINVAL, as on Linux, and named on stderr. */
export function sysPrctl(task: Task, operation: number, a: number, b: number, c: number, d: number): number {
  const state = task.control;
  switch (operation) {
    case PR_SET_NAME:
      return setName(task, a);
    case PR_GET_NAME: {
      const bytes = new Uint8Array(NAME_SIZE);
      bytes.set(binaryBytes(task.name));
      return task.copyOut(a, bytes) ? 0 : -EFAULT;
    }
    case PR_SET_PDEATHSIG:
      if (a > NSIG) return -EINVAL;
      state.parentDeathSignal = a;
      return 0;
    case PR_GET_PDEATHSIG:
      return task.writeU32(a, state.parentDeathSignal) ? 0 : -EFAULT;
    case PR_SET_DUMPABLE:
      if (a > 1) return -EINVAL;
      state.dumpable = a;
      return 0;
    case PR_GET_DUMPABLE:
      return state.dumpable;
    case PR_SET_KEEPCAPS:
      if (a > 1) return -EINVAL;
      state.keepCapabilities = a;
      return 0;
    case PR_GET_KEEPCAPS:
      return state.keepCapabilities;
    case PR_SET_NO_NEW_PRIVS:
      if (a !== 1 || b !== 0 || c !== 0 || d !== 0) return -EINVAL;
      state.noNewPrivileges = 1;
      return 0;
    case PR_GET_NO_NEW_PRIVS:
      return a === 0 && b === 0 && c === 0 && d === 0 ? state.noNewPrivileges : -EINVAL;
    case PR_SET_CHILD_SUBREAPER:
      state.childSubreaper = a === 0 ? 0 : 1;
      return 0;
    case PR_GET_CHILD_SUBREAPER:
      return task.writeU32(a, state.childSubreaper) ? 0 : -EFAULT;
    case PR_SET_TIMERSLACK:
      state.timerSlack = a === 0 ? DEFAULT_TIMER_SLACK : a;
      return 0;
    case PR_GET_TIMERSLACK:
      return state.timerSlack;
    case PR_SET_THP_DISABLE:
    case PR_GET_THP_DISABLE:
    case PR_GET_SECCOMP:
    case PR_GET_TIMING:
      return 0;
    case PR_GET_TSC:
      return task.writeU32(a, PR_TSC_ENABLE) ? 0 : -EFAULT;
    case PR_GET_TID_ADDRESS:
      return task.writeU32(a, task.clearChildTid) ? 0 : -EFAULT;
    case PR_CAPBSET_READ:
      return a > LAST_CAPABILITY ? -EINVAL : 1;
    default:
      task.reportOnce(`prctl ${operation}`, `unimplemented prctl operation ${PRCTL_NAMES[operation] ?? operation}`);
      return -EINVAL;
  }
}

function setName(task: Task, address: number): number {
  const name = task.readText(address, NAME_SIZE - 1);
  if (name === null) return -EFAULT;
  task.name = name.slice(0, NAME_SIZE - 1);
  return 0;
}

/** The 64-bit operations are none of a 32-bit program's; CPUID cannot be made to fault. */
export function sysArchPrctl(_task: Task, operation: number, value: number): number {
  if (operation === ARCH_GET_CPUID) return 1;
  if (operation === ARCH_SET_CPUID) return value === 0 ? -ENODEV : 0;
  return -EINVAL;
}

/** The old personality. Of what can be set, READ_IMPLIES_EXEC has an effect on later mappings. */
export function sysPersonality(task: Task, wanted: number): number {
  const old = task.personality;
  if (wanted !== PERSONALITY_QUERY) {
    task.personality = wanted;
    task.memory.readImpliesExec = (wanted & READ_IMPLIES_EXEC) !== 0;
  }
  return old;
}
