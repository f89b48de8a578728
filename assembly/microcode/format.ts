/**
 * A micro-op: 16 bytes.
 *
 *     0        2     3     4      5       6       7    8            12
 *     +--------+-----+-----+------+-------+-------+----+------------+-----------+
 *     | code   | dst | src | base | index | scale | at |    disp    |    imm    |
 *     +--------+-----+-----+------+-------+-------+----+------------+-----------+
 *
 * dst, src, base, index are slots (state.ts). The effective address is base + (index << scale) + disp.
 * at = the instruction's offset from its block's first byte: micro-ops of one instruction share it.
 *
 * A micro-op that ends a block is followed by 16 bytes of links:
 *
 *     16         20         24         28
 *     +----------+----------+----------+----------+
 *     | taken    | next     | takenEip | nextEip  |    taken, next: the blocks at these EIPs, once they are known
 *     +----------+----------+----------+----------+
 */
export const MICRO_OP_SIZE: usize = 16;
export const TAKEN: usize = 16;
export const NEXT: usize = 20;
/** From a link's offset to that of its EIP. */
export const LINK_EIP: usize = 8;
export const TAKEN_EIP: usize = TAKEN + LINK_EIP;
export const NEXT_EIP: usize = NEXT + LINK_EIP;

export function code(op: usize): u32 {
  return load<u16>(op);
}
export function dst(op: usize): usize {
  return load<u8>(op, 2);
}
export function src(op: usize): usize {
  return load<u8>(op, 3);
}
export function base(op: usize): usize {
  return load<u8>(op, 4);
}
export function index(op: usize): usize {
  return load<u8>(op, 5);
}
export function scale(op: usize): u32 {
  return load<u8>(op, 6);
}
export function at(op: usize): u32 {
  return load<u8>(op, 7);
}
export function disp(op: usize): u32 {
  return load<u32>(op, 8);
}
export function imm(op: usize): u32 {
  return load<u32>(op, 12);
}
