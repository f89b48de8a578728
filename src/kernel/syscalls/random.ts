/** getrandom(2) */
import { EFAULT, EINVAL } from "../../abi/errno.ts";
import { GRND_INSECURE, GRND_NONBLOCK, GRND_RANDOM } from "../../abi/random.ts";
import type { Task } from "../task.ts";

/** What is given in one call at most, so that no argument makes the host work for long. */
const MOST = 32 << 20;
/** Pieces that the host's generator is asked for. */
const PIECE = 65536;

/** The generator is always ready, so that no flag makes a difference. */
export function sysGetrandom(task: Task, address: number, size: number, flags: number): number {
  if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) !== 0) return -EINVAL;
  if ((flags & (GRND_RANDOM | GRND_INSECURE)) === (GRND_RANDOM | GRND_INSECURE)) return -EINVAL;
  const length = Math.min(size, MOST);
  const target = task.writable(address, length);
  if (target === null) return -EFAULT;
  for (let at = 0; at < length; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, length - at));
    task.kernel.platform.random(piece);
    target.set(piece, at);
  }
  return length;
}
