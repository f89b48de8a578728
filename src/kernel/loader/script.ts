/** `#!` lines (linux/fs/binfmt_script.c). */
import type { FileReader } from "./elf.ts";
import { binaryString } from "../../text.ts";

/** As much of a file as Linux looks at (BINPRM_BUF_SIZE). */
const HEAD = 256;

export interface InterpreterLine {
  readonly interpreter: string;
  /** Everything after the interpreter, as one argument. */
  readonly argument?: string;
}

/** The interpreter that a script asks for; undefined: it is no script; a string: what is wrong with its first line. */
export function readInterpreterLine(read: FileReader): InterpreterLine | string | undefined {
  const head = binaryString(read(0, HEAD));
  if (!head.startsWith("#!")) return undefined;
  const line = /^#![ \t]*([^ \t\n\0]*)[ \t]*([^\n\0]*)/.exec(head);
  const [, interpreter = "", rest = ""] = line ?? [];
  if (interpreter === "") return "its #! line names no interpreter";
  if (!head.includes("\n") && head.length === HEAD && rest === "") return "its #! line is too long";
  const argument = rest.replace(/[ \t]+$/, "");
  return argument === "" ? { interpreter } : { interpreter, argument };
}
