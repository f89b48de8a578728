import { base, disp, index, scale } from "../microcode/format";
import { get } from "./registers";

export { base, index };

/** A micro-op's effective address. */
export function address(op: usize): u32 {
  return get<u32>(base(op)) + (get<u32>(index(op)) << scale(op)) + disp(op);
}

/** The same where there is no index. */
export function baseAddress(op: usize): u32 {
  return get<u32>(base(op)) + disp(op);
}
