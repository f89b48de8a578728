/** The interpreter: runs micro-ops, block after block. */
import { condition, less, overflow, parity, sign, zero, carry } from "../cpu/flags";
import { BEYOND, DB, DR6_STEP, raise } from "../cpu/exceptions";
import { gate, GATE_SYSCALL } from "../cpu/gate";
import { codeBase, mode, MODE_STEP } from "../cpu/mode";
import { EAX, ECX, EDX, EIP, ESP, EXCEPTION_VECTOR, RETIRED, STATE, XMM } from "../cpu/state";
import { readTimestamp } from "../cpu/timestamp";
import { decodeBlock } from "../decoder/block";
import { raiseBeyond } from "../decoder/limit";
import { checkModify, checkRead, checkReadAligned, checkWrite, checkWriteAligned } from "../memory/access";
import {
  BLOCK_HEADER,
  blockStart,
  blockInstructions,
  cachedBlock,
  findBlock,
  generation,
  instructionEip,
  instructionsBefore,
  isStepped,
} from "../memory/code";
import { readable, readableAligned, writable, writableAligned } from "../memory/permissions";
import { SIGN } from "../x87/float80";
import { at, code, dst, imm, LINK_EIP, MICRO_OP_SIZE, NEXT, NEXT_EIP, src, TAKEN } from "../microcode/format";
import { Op } from "../microcode/list";
import {
  addDouble,
  addDoubles,
  divideDouble,
  multiplyDouble,
  multiplyDoubles,
  subtractDouble,
  subtractDoubles,
} from "../simd/floats";
import { address, baseAddress } from "./address";
import { adc, add, dec, inc, logic, neg, sbb, sub } from "./arithmetic";
import { executeCold } from "./cold";
import { div32, idiv32, imul32, mul32, product32 } from "./multiply";
import { AGAIN, DONE, FAULT, SHADOWED, TRAPPED } from "./outcome";
import { get, put } from "./registers";
import { rol, ror, sar, shl, shld32, shr, shrd32 } from "./shifts";
import { leave32, pop32, push32 } from "./stack";
import * as X87 from "./x87";

/** Why `run` has returned: the budget is spent; the host's gate asked for it; an exception. */
export const EXIT_BUDGET: u32 = 0;
export const EXIT_GATE: u32 = 1;
export const EXIT_EXCEPTION: u32 = 2;

/** What a portion of a repeated string instruction takes of the budget: it lasts about as long as so many others. */
const PORTION_COST: i32 = 1024;

/** RETIRED when the budget will be spent. */
let limit: u64 = 0;

/** The block at linear `address`, decoded if need be. 0: it can't be fetched, EIP is there and the exception recorded. */
function blockAt(address: u32): usize {
  let block = cachedBlock(address);
  if (block) return block;
  block = findBlock(address, mode);
  if (block) return block;
  X87.releaseX87();
  block = decodeBlock(address);
  if (!block) store<u32>(EIP, address - codeBase);
  return block;
}

/** The block that EIP leads to. */
function blockAtEip(): usize {
  return blockAt(load<u32>(EIP) + codeBase);
}

/** Follows a link of a block's last micro-op for the first time. */
function follow(op: usize, link: usize): usize {
  const before = generation;
  const block = blockAt(load<u32>(op + link + LINK_EIP));
  if (block && before == generation) store<u32>(op + link, <u32>block);
  return block;
}

/** Sets RETIRED, `remaining` instructions short of the budget, and what else lags behind. */
function settle(remaining: i32): void {
  X87.releaseX87();
  store<u64>(RETIRED, limit - <u64>(<i64>remaining));
}

/** Leaves with the exception that the micro-op at `op` has recorded: its instruction and what follows are not done. */
function fault(block: usize, op: usize, remaining: i32): u32 {
  settle(remaining + <i32>(blockInstructions(block) - instructionsBefore(block, op)));
  store<u32>(EIP, instructionEip(block, op));
  if (load<u32>(EXCEPTION_VECTOR) == BEYOND) raiseBeyond(blockStart(block) + at(op));
  return EXIT_EXCEPTION;
}

/** Leaves after a single step: EIP and RETIRED are exact. */
function stepped(): u32 {
  raise(DB, 0, DR6_STEP);
  return EXIT_EXCEPTION;
}

/** A control transfer's target can't be fetched: the transfer itself is done. */
function lost(remaining: i32): u32 {
  settle(remaining);
  return EXIT_EXCEPTION;
}

/**
 * Runs about `budget` instructions from EIP, whole blocks.
 *
 * @returns EXIT_BUDGET, EXIT_GATE or EXIT_EXCEPTION; EIP and RETIRED are exact then
 */
export function run(budget: i32): u32 {
  let remaining = budget;
  limit = load<u64>(RETIRED) + <u64>(<i64>budget);
  let block = blockAtEip();
  if (!block) return lost(remaining);
  let next: usize = 0;
  let op = block + BLOCK_HEADER;
  remaining -= blockInstructions(block);
  while (true) {
    // Micro-ops that go on within the block continue the loop; those that end it leave the switch.
    switch (code(op)) {
      case Op.ADD_RR_8:
        put<u8>(dst(op), add<u8>(get<u8>(dst(op)), get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADD_RR_16:
        put<u16>(dst(op), add<u16>(get<u16>(dst(op)), get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADD_RR_32:
        put<u32>(dst(op), add<u32>(get<u32>(dst(op)), get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RR_8:
        put<u8>(dst(op), logic<u8>(get<u8>(dst(op)) | get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RR_16:
        put<u16>(dst(op), logic<u16>(get<u16>(dst(op)) | get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RR_32:
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) | get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RR_8:
        put<u8>(dst(op), adc<u8>(get<u8>(dst(op)), get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RR_16:
        put<u16>(dst(op), adc<u16>(get<u16>(dst(op)), get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RR_32:
        put<u32>(dst(op), adc<u32>(get<u32>(dst(op)), get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RR_8:
        put<u8>(dst(op), sbb<u8>(get<u8>(dst(op)), get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RR_16:
        put<u16>(dst(op), sbb<u16>(get<u16>(dst(op)), get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RR_32:
        put<u32>(dst(op), sbb<u32>(get<u32>(dst(op)), get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RR_8:
        put<u8>(dst(op), logic<u8>(get<u8>(dst(op)) & get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RR_16:
        put<u16>(dst(op), logic<u16>(get<u16>(dst(op)) & get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RR_32:
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RR_8:
        put<u8>(dst(op), sub<u8>(get<u8>(dst(op)), get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RR_16:
        put<u16>(dst(op), sub<u16>(get<u16>(dst(op)), get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RR_32:
        put<u32>(dst(op), sub<u32>(get<u32>(dst(op)), get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RR_8:
        put<u8>(dst(op), logic<u8>(get<u8>(dst(op)) ^ get<u8>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RR_16:
        put<u16>(dst(op), logic<u16>(get<u16>(dst(op)) ^ get<u16>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RR_32:
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) ^ get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RR_8:
        sub<u8>(get<u8>(dst(op)), get<u8>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RR_16:
        sub<u16>(get<u16>(dst(op)), get<u16>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RR_32:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RR_8:
        logic<u8>(get<u8>(dst(op)) & get<u8>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RR_16:
        logic<u16>(get<u16>(dst(op)) & get<u16>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RR_32:
        logic<u32>(get<u32>(dst(op)) & get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADD_RI_8:
        put<u8>(dst(op), add<u8>(get<u8>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADD_RI_16:
        put<u16>(dst(op), add<u16>(get<u16>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADD_RI_32:
        put<u32>(dst(op), add<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RI_8:
        put<u8>(dst(op), logic<u8>(get<u8>(dst(op)) | imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RI_16:
        put<u16>(dst(op), logic<u16>(get<u16>(dst(op)) | imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RI_32:
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) | imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RI_8:
        put<u8>(dst(op), adc<u8>(get<u8>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RI_16:
        put<u16>(dst(op), adc<u16>(get<u16>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RI_32:
        put<u32>(dst(op), adc<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RI_8:
        put<u8>(dst(op), sbb<u8>(get<u8>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RI_16:
        put<u16>(dst(op), sbb<u16>(get<u16>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RI_32:
        put<u32>(dst(op), sbb<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RI_8:
        put<u8>(dst(op), logic<u8>(get<u8>(dst(op)) & imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RI_16:
        put<u16>(dst(op), logic<u16>(get<u16>(dst(op)) & imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RI_32:
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) & imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RI_8:
        put<u8>(dst(op), sub<u8>(get<u8>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RI_16:
        put<u16>(dst(op), sub<u16>(get<u16>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RI_32:
        put<u32>(dst(op), sub<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RI_8:
        put<u8>(dst(op), logic<u8>(get<u8>(dst(op)) ^ imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RI_16:
        put<u16>(dst(op), logic<u16>(get<u16>(dst(op)) ^ imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RI_32:
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) ^ imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RI_8:
        sub<u8>(get<u8>(dst(op)), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RI_16:
        sub<u16>(get<u16>(dst(op)), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RI_32:
        sub<u32>(get<u32>(dst(op)), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RI_8:
        logic<u8>(get<u8>(dst(op)) & imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RI_16:
        logic<u16>(get<u16>(dst(op)) & imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RI_32:
        logic<u32>(get<u32>(dst(op)) & imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADD_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), add<u32>(get<u32>(dst(op)), load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.OR_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) | load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADC_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), adc<u32>(get<u32>(dst(op)), load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SBB_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), sbb<u32>(get<u32>(dst(op)), load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.AND_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) & load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUB_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), sub<u32>(get<u32>(dst(op)), load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XOR_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), logic<u32>(get<u32>(dst(op)) ^ load<u32>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        sub<u32>(get<u32>(dst(op)), load<u32>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_RM_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        logic<u32>(get<u32>(dst(op)) & load<u32>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_MI_8:
        if (!readable(address(op)) && !checkRead(address(op), 1)) return fault(block, op, remaining);
        sub<u8>(<u32>load<u8>(address(op)), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_MI_16:
        if (!readable(address(op)) && !checkRead(address(op), 2)) return fault(block, op, remaining);
        sub<u16>(<u32>load<u16>(address(op)), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMP_MI_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        sub<u32>(<u32>load<u32>(address(op)), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_MI_8:
        if (!readable(address(op)) && !checkRead(address(op), 1)) return fault(block, op, remaining);
        logic<u8>((<u32>load<u8>(address(op))) & imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_MI_16:
        if (!readable(address(op)) && !checkRead(address(op), 2)) return fault(block, op, remaining);
        logic<u16>((<u32>load<u16>(address(op))) & imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.TEST_MI_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        logic<u32>((<u32>load<u32>(address(op))) & imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.INC_8:
        put<u8>(dst(op), inc<u8>(get<u8>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.INC_16:
        put<u16>(dst(op), inc<u16>(get<u16>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.INC_32:
        put<u32>(dst(op), inc<u32>(get<u32>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.DEC_8:
        put<u8>(dst(op), dec<u8>(get<u8>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.DEC_16:
        put<u16>(dst(op), dec<u16>(get<u16>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.DEC_32:
        put<u32>(dst(op), dec<u32>(get<u32>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NEG_8:
        put<u8>(dst(op), neg<u8>(get<u8>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NEG_16:
        put<u16>(dst(op), neg<u16>(get<u16>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NEG_32:
        put<u32>(dst(op), neg<u32>(get<u32>(dst(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NOT_8:
        put<u8>(dst(op), ~get<u8>(dst(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NOT_16:
        put<u16>(dst(op), ~get<u16>(dst(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NOT_32:
        put<u32>(dst(op), ~get<u32>(dst(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOV_RR_8:
        put<u8>(dst(op), get<u8>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOV_RR_16:
        put<u16>(dst(op), get<u16>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOV_RR_32:
        put<u32>(dst(op), get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOV_RI_8:
        put<u8>(dst(op), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOV_RI_16:
        put<u16>(dst(op), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOV_RI_32:
        put<u32>(dst(op), imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_8:
        if (!readable(address(op)) && !checkRead(address(op), 1)) return fault(block, op, remaining);
        put<u8>(dst(op), <u32>load<u8>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_16:
        if (!readable(address(op)) && !checkRead(address(op), 2)) return fault(block, op, remaining);
        put<u16>(dst(op), <u32>load<u16>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_32:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), <u32>load<u32>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_BASE_32:
        if (!readable(baseAddress(op)) && !checkRead(baseAddress(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), load<u32>(baseAddress(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_MODIFY_8:
        if (!writable(address(op)) && !checkModify(address(op), 1)) return fault(block, op, remaining);
        put<u8>(dst(op), <u32>load<u8>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_MODIFY_16:
        if (!writable(address(op)) && !checkModify(address(op), 2)) return fault(block, op, remaining);
        put<u16>(dst(op), <u32>load<u16>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LOAD_MODIFY_32:
        if (!writable(address(op)) && !checkModify(address(op), 4)) return fault(block, op, remaining);
        put<u32>(dst(op), <u32>load<u32>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_8:
        if (!writable(address(op)) && !checkWrite(address(op), 1)) return fault(block, op, remaining);
        store<u8>(address(op), <u8>get<u8>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_16:
        if (!writable(address(op)) && !checkWrite(address(op), 2)) return fault(block, op, remaining);
        store<u16>(address(op), <u16>get<u16>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_32:
        if (!writable(address(op)) && !checkWrite(address(op), 4)) return fault(block, op, remaining);
        store<u32>(address(op), <u32>get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_BASE_32:
        if (!writable(baseAddress(op)) && !checkWrite(baseAddress(op), 4)) return fault(block, op, remaining);
        store<u32>(baseAddress(op), get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_I_8:
        if (!writable(address(op)) && !checkWrite(address(op), 1)) return fault(block, op, remaining);
        store<u8>(address(op), <u8>imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_I_16:
        if (!writable(address(op)) && !checkWrite(address(op), 2)) return fault(block, op, remaining);
        store<u16>(address(op), <u16>imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.STORE_I_32:
        if (!writable(address(op)) && !checkWrite(address(op), 4)) return fault(block, op, remaining);
        store<u32>(address(op), <u32>imm(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LEA_16:
        put<u16>(dst(op), address(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.LEA_32:
        put<u32>(dst(op), address(op));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVZX_RR_16_8:
        put<u16>(dst(op), <u32>(<u32>load<u8>(src(op), STATE)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVZX_RR_32_8:
        put<u32>(dst(op), <u32>(<u32>load<u8>(src(op), STATE)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVZX_RR_32_16:
        put<u32>(dst(op), <u32>(<u32>load<u16>(src(op), STATE)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVSX_RR_16_8:
        put<u16>(dst(op), <u32>(<i32>load<i8>(src(op), STATE)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVSX_RR_32_8:
        put<u32>(dst(op), <u32>(<i32>load<i8>(src(op), STATE)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVSX_RR_32_16:
        put<u32>(dst(op), <u32>(<i32>load<i16>(src(op), STATE)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVZX_RM_32_8:
        if (!readable(address(op)) && !checkRead(address(op), 1)) return fault(block, op, remaining);
        put<u32>(dst(op), <u32>(<u32>load<u8>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVZX_RM_32_16:
        if (!readable(address(op)) && !checkRead(address(op), 2)) return fault(block, op, remaining);
        put<u32>(dst(op), <u32>(<u32>load<u16>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVSX_RM_32_8:
        if (!readable(address(op)) && !checkRead(address(op), 1)) return fault(block, op, remaining);
        put<u32>(dst(op), <u32>(<i32>load<i8>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MOVSX_RM_32_16:
        if (!readable(address(op)) && !checkRead(address(op), 2)) return fault(block, op, remaining);
        put<u32>(dst(op), <u32>(<i32>load<i16>(address(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.XCHG_RR_8: {
        const value = get<u8>(dst(op));
        put<u8>(dst(op), get<u8>(src(op)));
        put<u8>(src(op), value);
        op += MICRO_OP_SIZE;
        continue;
      }
      case Op.XCHG_RR_16: {
        const value = get<u16>(dst(op));
        put<u16>(dst(op), get<u16>(src(op)));
        put<u16>(src(op), value);
        op += MICRO_OP_SIZE;
        continue;
      }
      case Op.XCHG_RR_32: {
        const value = get<u32>(dst(op));
        put<u32>(dst(op), get<u32>(src(op)));
        put<u32>(src(op), value);
        op += MICRO_OP_SIZE;
        continue;
      }
      case Op.ROL_RI_32:
        put<u32>(dst(op), rol<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ROR_RI_32:
        put<u32>(dst(op), ror<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SHL_RI_32:
        put<u32>(dst(op), shl<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SHR_RI_32:
        put<u32>(dst(op), shr<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SAR_RI_32:
        put<u32>(dst(op), sar<u32>(get<u32>(dst(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ROL_CL_32:
        put<u32>(dst(op), rol<u32>(get<u32>(dst(op)), load<u8>(ECX)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ROR_CL_32:
        put<u32>(dst(op), ror<u32>(get<u32>(dst(op)), load<u8>(ECX)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SHL_CL_32:
        put<u32>(dst(op), shl<u32>(get<u32>(dst(op)), load<u8>(ECX)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SHR_CL_32:
        put<u32>(dst(op), shr<u32>(get<u32>(dst(op)), load<u8>(ECX)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SAR_CL_32:
        put<u32>(dst(op), sar<u32>(get<u32>(dst(op)), load<u8>(ECX)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SHLD_RI_32:
        put<u32>(dst(op), shld32(get<u32>(dst(op)), get<u32>(src(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SHRD_RI_32:
        put<u32>(dst(op), shrd32(get<u32>(dst(op)), get<u32>(src(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.MUL_32:
        mul32(get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.IMUL_32:
        imul32(get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.IMUL_RRI_32:
        put<u32>(dst(op), product32(get<u32>(src(op)), imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.IMUL_RR_32:
        put<u32>(dst(op), product32(get<u32>(dst(op)), get<u32>(src(op))));
        op += MICRO_OP_SIZE;
        continue;
      case Op.DIV_32:
        if (!div32(get<u32>(src(op)))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.IDIV_32:
        if (!idiv32(get<u32>(src(op)))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.CDQ:
        store<i32>(EDX, load<i32>(EAX) >> 31);
        op += MICRO_OP_SIZE;
        continue;
      case Op.CWDE:
        store<i32>(EAX, <i32>load<i16>(EAX));
        op += MICRO_OP_SIZE;
        continue;
      case Op.PUSH_R:
        if (!push32(get<u32>(src(op)))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.PUSH_I:
        if (!push32(imm(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.POP_R:
        if (!pop32(dst(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.LEAVE:
        if (!leave32()) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.SETCC:
        put<u8>(dst(op), <u32>condition(imm(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMOVCC_16:
        if (condition(imm(op))) put<u16>(dst(op), get<u16>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.CMOVCC_32:
        if (condition(imm(op))) put<u32>(dst(op), get<u32>(src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.NOP:
        op += MICRO_OP_SIZE;
        continue;
      case Op.RDTSC:
        settle(remaining + <i32>(blockInstructions(block) - imm(op)));
        readTimestamp(load<u64>(RETIRED));
        op += MICRO_OP_SIZE;
        continue;
      case Op.JMP:
        next = load<u32>(op, TAKEN);
        if (!next) next = follow(op, TAKEN);
        break;
      case Op.CALL:
        if (!push32(imm(op))) return fault(block, op, remaining);
        next = load<u32>(op, TAKEN);
        if (!next) next = follow(op, TAKEN);
        break;
      case Op.JMP_R:
        next = blockAt(get<u32>(src(op)));
        break;
      case Op.CALL_R: {
        // CALL ESP goes to the old ESP.
        const target = get<u32>(src(op));
        if (!push32(imm(op))) return fault(block, op, remaining);
        next = blockAt(target);
        break;
      }
      case Op.JMP_M:
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        next = blockAt(load<u32>(address(op)));
        break;
      case Op.CALL_M: {
        if (!readable(address(op)) && !checkRead(address(op), 4)) return fault(block, op, remaining);
        const target = load<u32>(address(op));
        if (!push32(imm(op))) return fault(block, op, remaining);
        next = blockAt(target);
        break;
      }
      case Op.RET: {
        const place = load<u32>(ESP);
        if (!readable(place) && !checkRead(place, 4)) return fault(block, op, remaining);
        store<u32>(ESP, place + 4 + imm(op));
        next = blockAt(load<u32>(place));
        break;
      }
      case Op.JO:
        if (overflow()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JNO:
        if (!overflow()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JB:
        if (carry()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JAE:
        if (!carry()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JE:
        if (zero()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JNE:
        if (!zero()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JBE:
        if (carry() || zero()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JA:
        if (!(carry() || zero())) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JS:
        if (sign()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JNS:
        if (!sign()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JP:
        if (parity()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JNP:
        if (!parity()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JL:
        if (less()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JGE:
        if (!less()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JLE:
        if (zero() || less()) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.JG:
        if (!(zero() || less())) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JB:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (get<u32>(dst(op)) < get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JAE:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (get<u32>(dst(op)) >= get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JE:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (get<u32>(dst(op)) == get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JNE:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (get<u32>(dst(op)) != get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JBE:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (get<u32>(dst(op)) <= get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JA:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (get<u32>(dst(op)) > get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JL:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (<i32>get<u32>(dst(op)) < <i32>get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JGE:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (<i32>get<u32>(dst(op)) >= <i32>get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JLE:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (<i32>get<u32>(dst(op)) <= <i32>get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RR_JG:
        sub<u32>(get<u32>(dst(op)), get<u32>(src(op)));
        if (<i32>get<u32>(dst(op)) > <i32>get<u32>(src(op))) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JB:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (get<u32>(dst(op)) < imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JAE:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (get<u32>(dst(op)) >= imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JE:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (get<u32>(dst(op)) == imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JNE:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (get<u32>(dst(op)) != imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JBE:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (get<u32>(dst(op)) <= imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JA:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (get<u32>(dst(op)) > imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JL:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (<i32>get<u32>(dst(op)) < <i32>imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JGE:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (<i32>get<u32>(dst(op)) >= <i32>imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JLE:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (<i32>get<u32>(dst(op)) <= <i32>imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.CMP_RI_JG:
        sub<u32>(get<u32>(dst(op)), imm(op));
        if (<i32>get<u32>(dst(op)) > <i32>imm(op)) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RR_JE:
        if (logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))) == 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RR_JNE:
        if (logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))) != 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RR_JS:
        if (<i32>logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))) < 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RR_JNS:
        if (<i32>logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))) >= 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RR_JLE:
        if (<i32>logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))) <= 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RR_JG:
        if (<i32>logic<u32>(get<u32>(dst(op)) & get<u32>(src(op))) > 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RI_JE:
        if (logic<u32>(get<u32>(dst(op)) & imm(op)) == 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.TEST_RI_JNE:
        if (logic<u32>(get<u32>(dst(op)) & imm(op)) != 0) {
          next = load<u32>(op, TAKEN);
          if (!next) next = follow(op, TAKEN);
        } else {
          next = load<u32>(op, NEXT);
          if (!next) next = follow(op, NEXT);
        }
        break;
      case Op.X87:
        if (!X87.x87(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLD_M32:
        if (!X87.fldM32(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLD_M64:
        if (!X87.fldM64(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLD_STI:
        if (!X87.fld(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLD1:
        if (!X87.fldConstant(op, block, 0x3fff, 0x8000000000000000)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLDZ:
        if (!X87.fldConstant(op, block, 0, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FILD_M32:
        if (!X87.fildM32(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FILD_M64:
        if (!X87.fildM64(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FST_M32:
        if (!X87.fstM32(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FST_M64:
        if (!X87.fstM64(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FST_STI:
        if (!X87.fst(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSTP_M32:
        if (!X87.fstM32(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSTP_M64:
        if (!X87.fstM64(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSTP_STI:
        if (!X87.fst(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FXCH_STI:
        if (!X87.fxch(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCHS:
        if (!X87.fchs(op, block, 0xffff, 0x8000)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FABS:
        if (!X87.fchs(op, block, 0x7fff, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSQRT:
        if (!X87.fsqrt(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FADD_M32:
        if (!X87.faddM32(op, block, 0, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FADD_M64:
        if (!X87.faddM64(op, block, 0, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FADD_ST_STI:
        if (!X87.fadd(op, block, 0, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FADDP_STI_ST:
        if (!X87.faddp(op, block, 0, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FMUL_M32:
        if (!X87.fmulM32(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FMUL_M64:
        if (!X87.fmulM64(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FMUL_ST_STI:
        if (!X87.fmul(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FMULP_STI_ST:
        if (!X87.fmulp(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUB_M32:
        if (!X87.faddM32(op, block, 0, SIGN)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUB_M64:
        if (!X87.faddM64(op, block, 0, SIGN)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUB_ST_STI:
        if (!X87.fadd(op, block, 0, SIGN)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUBP_STI_ST:
        if (!X87.faddp(op, block, 0, SIGN)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUBR_M32:
        if (!X87.faddM32(op, block, SIGN, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUBR_M64:
        if (!X87.faddM64(op, block, SIGN, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUBR_ST_STI:
        if (!X87.fadd(op, block, SIGN, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSUBRP_STI_ST:
        if (!X87.faddp(op, block, SIGN, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FDIV_M64:
        if (!X87.fdivM64(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FDIV_ST_STI:
        if (!X87.fdiv(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FDIVP_STI_ST:
        if (!X87.fdivp(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FDIVR_M64:
        if (!X87.fdivM64(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FDIVR_ST_STI:
        if (!X87.fdiv(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FDIVRP_STI_ST:
        if (!X87.fdivp(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLD_M80:
        if (!X87.fldM80(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FSTP_M80:
        if (!X87.fstpM80(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FIST_M32:
        if (!X87.fistM32(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FISTP_M32:
        if (!X87.fistM32(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FISTP_M64:
        if (!X87.fistpM64(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOM_M32:
        if (!X87.fcomM32(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOMP_M32:
        if (!X87.fcomM32(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOM_M64:
        if (!X87.fcomM64(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOMP_M64:
        if (!X87.fcomM64(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOM_STI:
        if (!X87.fcom(op, block, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOMP_STI:
        if (!X87.fcom(op, block, 1)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FUCOM_STI:
        if (!X87.fcom(op, block, 0)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FUCOMP_STI:
        if (!X87.fcom(op, block, 1)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOMPP:
        if (!X87.fcom(op, block, 2)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FUCOMPP:
        if (!X87.fcom(op, block, 2)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOMI_ST_STI:
        if (!X87.fcomi(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FCOMIP_ST_STI:
        if (!X87.fcomi(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FUCOMI_ST_STI:
        if (!X87.fcomi(op, block, false)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FUCOMIP_ST_STI:
        if (!X87.fcomi(op, block, true)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FLDCW:
        if (!X87.fldcw(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FNSTCW:
        if (!X87.fnstcw(op, block)) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.FNSTSW_AX:
        X87.fnstsw();
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_LOAD_64:
        if (!readable(address(op)) && !checkRead(address(op), 8)) return fault(block, op, remaining);
        store<v128>(XMM + dst(op), v128.load_zero<u64>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_LOAD_128:
        if (!readable(address(op)) && !checkRead(address(op), 16)) return fault(block, op, remaining);
        store<v128>(XMM + dst(op), load<v128>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_LOAD_ALIGNED:
        if (!readableAligned(address(op)) && !checkReadAligned(address(op))) return fault(block, op, remaining);
        store<v128>(XMM + dst(op), load<v128>(address(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_STORE_64:
        if (!writable(address(op)) && !checkWrite(address(op), 8)) return fault(block, op, remaining);
        store<u64>(address(op), load<u64>(XMM + src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_STORE_128:
        if (!writable(address(op)) && !checkWrite(address(op), 16)) return fault(block, op, remaining);
        store<v128>(address(op), load<v128>(XMM + src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_STORE_ALIGNED:
        if (!writableAligned(address(op)) && !checkWriteAligned(address(op))) return fault(block, op, remaining);
        store<v128>(address(op), load<v128>(XMM + src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.SIMD_MOVE:
        store<v128>(XMM + dst(op), load<v128>(XMM + src(op)));
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADDSD_RR:
        if (!addDouble(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADDSD_RM:
        if (!readable(address(op)) && !checkRead(address(op), 8)) return fault(block, op, remaining);
        if (!addDouble(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.MULSD_RR:
        if (!multiplyDouble(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.MULSD_RM:
        if (!readable(address(op)) && !checkRead(address(op), 8)) return fault(block, op, remaining);
        if (!multiplyDouble(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUBSD_RR:
        if (!subtractDouble(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUBSD_RM:
        if (!readable(address(op)) && !checkRead(address(op), 8)) return fault(block, op, remaining);
        if (!subtractDouble(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.DIVSD_RR:
        if (!divideDouble(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.DIVSD_RM:
        if (!readable(address(op)) && !checkRead(address(op), 8)) return fault(block, op, remaining);
        if (!divideDouble(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADDPD_RR:
        if (!addDoubles(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.ADDPD_RM:
        if (!readableAligned(address(op)) && !checkReadAligned(address(op))) return fault(block, op, remaining);
        if (!addDoubles(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.MULPD_RR:
        if (!multiplyDoubles(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.MULPD_RM:
        if (!readableAligned(address(op)) && !checkReadAligned(address(op))) return fault(block, op, remaining);
        if (!multiplyDoubles(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUBPD_RR:
        if (!subtractDoubles(XMM + dst(op), XMM + src(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.SUBPD_RM:
        if (!readableAligned(address(op)) && !checkReadAligned(address(op))) return fault(block, op, remaining);
        if (!subtractDoubles(XMM + dst(op), address(op))) return fault(block, op, remaining);
        op += MICRO_OP_SIZE;
        continue;
      case Op.STALE:
        remaining += blockInstructions(block) - instructionsBefore(block, op);
        next = blockAt(blockStart(block) + at(op));
        break;
      case Op.GATE: {
        const after = load<u32>(op, NEXT_EIP);
        store<u32>(EIP, after);
        if (imm(op) == GATE_SYSCALL) store<u32>(ECX, after);
        settle(remaining);
        if (gate(imm(op))) return EXIT_GATE;
        next = blockAtEip();
        break;
      }
      default: {
        X87.releaseX87();
        const outcome = executeCold(op, block);
        if (outcome == DONE) {
          op += MICRO_OP_SIZE;
          continue;
        }
        if (outcome == FAULT) return fault(block, op, remaining);
        if (outcome == TRAPPED) {
          settle(remaining);
          return EXIT_EXCEPTION;
        }
        if (outcome == AGAIN) {
          if (mode & MODE_STEP) {
            fault(block, op, remaining);
            return stepped();
          }
          // A portion takes from the budget, but nothing has been retired.
          limit -= PORTION_COST;
          remaining -= PORTION_COST;
          if (remaining > 0 && code(op) != Op.STALE) continue;
          // Its instruction has not been retired, nor have those that follow.
          fault(block, op, remaining);
          return EXIT_BUDGET;
        }
        if (isStepped(block) && outcome != SHADOWED) {
          settle(remaining);
          return stepped();
        }
        next = blockAtEip();
      }
    }
    if (!next) return lost(remaining);
    block = next;
    if (remaining <= 0) {
      store<u32>(EIP, blockStart(block) - codeBase);
      settle(remaining);
      return EXIT_BUDGET;
    }
    op = block + BLOCK_HEADER;
    remaining -= blockInstructions(block);
  }
}
