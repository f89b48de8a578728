/** What the kernel remembers of the program it has loaded. Addresses are the guest's. */
import type { Dentry } from "../../fs/index.ts";

export interface ProgramImage {
  readonly executable: Dentry;
  readonly entry: number;
  readonly codeStart: number;
  readonly codeEnd: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly argumentsStart: number;
  readonly argumentsEnd: number;
  readonly environmentStart: number;
  readonly environmentEnd: number;
  /** The auxiliary vector as it lies on the stack. */
  readonly auxiliaryVector: Uint8Array;
}
