/** The lines of --strace are those of strace(1) itself. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { call, elfFile } from "./elf-file.ts";
import { compiled, FIXED_ADDRESSES, inside, noCompiler } from "./native.ts";

function noStrace(): string | false {
  const reason = noCompiler();
  if (reason !== null) return reason;
  const probe = spawnSync("strace", ["-e", "trace=none", "true"]);
  return probe.error !== undefined || probe.status !== 0 ? "no strace" : false;
}

/** What differs from run to run, or because this is another kernel. */
function normalised(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !/^(write\(1|execve|rseq|readlink\("\/proc\/self\/exe"|getrandom|get\w*id|\[ Process)/.test(line))
    .map((line) =>
      line
        .replace(/^(tgkill|kill|rt_sigqueueinfo)\(\d+(, \d+(?=, SIG))?/, "$1(PID")
        .replace(/si_pid=\d+/, "si_pid=PID")
        .replace(/^(set_tid_address\(\w+\) +=) \d+/, "$1 PID")
        .replace(/0x[0-9a-f]{5,}/g, "ADDRESS")
        .replace(/entry_number=(6|12)\b/g, "entry_number=N")
        .replace("STATX_BASIC_STATS|STATX_MNT_ID", "STATX_BASIC_STATS")
        .replace(/stx_mode=\S+ stx_size=\d+/, "...")
        .replace(/\/tmp\/memory-\w{6}/, "/tmp/memory-X")
        .replace(/(tv_n?u?sec)=\d{4,}/g, "$1=N")
        .replace(/ += /, " = "),
    );
}

/** A timer's signal that comes between two instructions, EAX being what its return shows: how many come is time's affair. */
function isTick(line: string | undefined, next: string | undefined): boolean {
  return line?.startsWith("--- SIGALRM") === true && /^sigreturn\(.*\) = \d+$/.test(next ?? "");
}

function natively(program: string, ...parameters: readonly string[]): string[] {
  const { stderr } = spawnSync("strace", ["-f", program, ...parameters], { encoding: "latin1" });
  return stderr.trimEnd().split("\n");
}

describe("traces compared with strace(1)", { skip: noStrace() }, () => {
  for (const [name, ...parameters] of [["memory"], ["signals"], ["descriptors", "errors"], ["alignment"]] as const) {
    it(name, async () => {
      const program = compiled(name, ...FIXED_ADDRESSES);
      const there = natively(program, ...parameters);
      const { trace } = await inside(program, parameters);
      // A sleep that was interrupted shows the kernel's own restart code there, the program's errno here; and a traced
      // program's ignored signals stop it all the same.
      const told = (lines: readonly string[]): string[] =>
        normalised(lines).filter(
          (line, i, all) =>
            !/^(clock_nanosleep|--- SIGINT)/.test(line) && !isTick(line, all[i + 1]) && !isTick(all[i - 1], line),
        );
      assert.deepEqual(told(trace), told(there));
    });
  }
});

describe("a trace", () => {
  it("begins with execve and ends with the exit status", async () => {
    const program = elfFile({ segments: [{ address: 0x0804_8000, bytes: call(252, 5) }] });
    const { trace } = await inside(program, ["one", 'tw"o\n'], { environment: { A: "1" } });
    assert.match(
      trace[0]!,
      /^execve\("\/bin\/program", \["\/bin\/program", "one", "tw\\"o\\n"\], 0x\w+ \/\* 1 vars \*\/\) = 0$/,
    );
    assert.deepEqual(trace.slice(1), ["exit_group(5)                           = ?", "+++ exited with 5 +++"]);
  });

  it("shows a call that is not there with its name, and one that has none by number", async () => {
    const bytes = [...call(167, 3), ...call(5000, 3), ...call(1)];
    const { trace, stderr } = await inside(elfFile({ segments: [{ address: 0x0804_8000, bytes }] }));
    assert.match(trace[1]!, /^query_module\(0x3, 0, 0, 0, 0, 0\) += -1 ENOSYS \(Function not implemented\)$/);
    assert.match(trace[2]!, /^syscall_0x1388\(0x3, 0, 0, 0, 0, 0\) += -1 ENOSYS \(Function not implemented\)$/);
    assert.equal(
      stderr,
      "linux-gate: unimplemented system call query_module(167) with 0x3, 0x0, 0x0, 0x0, 0x0, 0x0\n" +
        "linux-gate: unimplemented system call unknown(5000) with 0x3, 0x0, 0x0, 0x0, 0x0, 0x0\n",
    );
  });

  it("shows the signal that kills", async () => {
    const { trace, status } = await inside(elfFile({ segments: [{ address: 0x0804_8000, bytes: [0x0f, 0x0b] }] }));
    assert.equal(status, 132);
    assert.deepEqual(trace.slice(1), [
      "--- SIGILL {si_signo=SIGILL, si_code=ILL_ILLOPN, si_addr=0x8048000} ---",
      "+++ killed by SIGILL +++",
    ]);
  });
});
