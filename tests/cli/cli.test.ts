import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { finished, linuxGate, start } from "./command.ts";
import { copy, exitWith, fault, spin, temporaryFolder, unknownCall, writePrograms } from "./programs.ts";

const busybox = fileURLToPath(new URL("../fetched/busybox-static/bin/busybox", import.meta.url));
const busyboxMissing = !existsSync(busybox) && "busybox is not here: scripts/fetch-guests.sh fetches it";
const programs = writePrograms({ answer: exitWith(42), copy, fault, spin, unknownCall });

describe("linux-gate", () => {
  it("explains itself with examples", async () => {
    const { status, stdout } = await linuxGate(["--help"]);
    assert.equal(status, 0);
    assert.match(stdout.toString(), /linux-gate run --strace \.\/hello/);
  });

  it("explains run's options, the kernel parameters and the exit status", async () => {
    const { status, stdout } = await linuxGate(["run", "--help"]);
    assert.equal(status, 0);
    assert.match(stdout.toString(), /--mount <host:guest\[:ro\]>/);
    assert.match(stdout.toString(), /no IA-32 Linux had one/);
    assert.match(stdout.toString(), /Exit status: /);
  });

  it("prints the package's version", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    const { status, stdout } = await linuxGate(["--version"]);
    assert.equal(status, 0);
    assert.equal(stdout.toString(), `${manifest.version}\n`);
  });

  const mistakes: readonly (readonly [string[], RegExp])[] = [
    [["run"], /missing required argument 'PROGRAM'/],
    [["walk"], /unknown command 'walk'/],
    [["run", "--fast", "x"], /unknown option '--fast'/],
    [["run", "--vdso=sometimes", "x"], /Allowed choices are on, fixed, off/],
    [["run", "--mount", "here", "x"], /HOST:GUEST/],
    [["run", "--mount", "here:there", "x"], /absolute path/],
    [["run", "--env", "X", "x"], /NAME=VALUE/],
    [["run", "--seed", "-1", "x"], /from 0 to 4294967295/],
    [["run", "--memory", "9G", "x"], /at most 3G/],
    [["compare", "--calls", "0"], /from 1 to/],
  ];
  for (const [args, message] of mistakes) {
    it(`takes '${args.join(" ")}' for a mistake: one line and status 2`, async () => {
      const { status, stdout, stderr } = await linuxGate(args);
      assert.match(stderr, message);
      assert.match(stderr, /^linux-gate: [^\n]*\n$/);
      assert.equal(stdout.length, 0);
      assert.equal(status, 2);
    });
  }
});

describe("linux-gate run", () => {
  it("ends with the guest's exit status", async () => {
    const { status, stdout, stderr } = await linuxGate(["run", programs.answer]);
    assert.deepEqual([status, stdout.length, stderr], [42, 0, ""]);
  });

  it("passes standard input, output and error through as bytes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { status, stdout, stderr } = await linuxGate(["run", programs.copy], bytes);
    assert.equal(status, 0);
    assert.deepEqual(new Uint8Array(stdout), bytes);
    assert.equal(stderr, Buffer.from(bytes).toString());
  });

  it("reports a fault once and ends with 128 + the signal", async () => {
    const { status, stderr } = await linuxGate(["run", programs.fault]);
    assert.equal(status, 139);
    assert.equal(stderr.match(/SIGSEGV/g)?.length, 1);
    assert.match(stderr, /mov +eax/);
  });

  it("says nothing of a fault with --quiet", async () => {
    const { status, stderr } = await linuxGate(["run", "--quiet", programs.fault]);
    assert.deepEqual([status, stderr], [139, ""]);
  });

  it("names a system call that is missing, unless --quiet", async () => {
    const loud = await linuxGate(["run", programs.unknownCall]);
    assert.match(loud.stderr, /^[^\n]*9999[^\n]*\n$/);
    const quiet = await linuxGate(["run", "--quiet", programs.unknownCall]);
    assert.deepEqual([quiet.status, quiet.stderr], [0, ""]);
  });

  it("traces system calls on standard error", async () => {
    const { status, stderr } = await linuxGate(["run", "--strace", programs.answer]);
    assert.equal(status, 42);
    assert.match(stderr, /^exit\(42\)/m);
    assert.match(stderr, /^\+\+\+ exited with 42 \+\+\+$/m);
  });

  it("ends a spinning guest on Ctrl-C with status 130", async () => {
    const child = start(["run", programs.spin]);
    const end = finished(child);
    await sleep(500);
    const pressed = performance.now();
    child.kill("SIGINT");
    const { status } = await end;
    assert.equal(status, 130);
    assert.ok(performance.now() - pressed < 500, "it took too long");
  });

  it("ends a guest that waits for input on Ctrl-C with status 130", async () => {
    const child = start(["run", programs.copy]);
    const end = finished(child);
    await sleep(500);
    child.kill("SIGINT");
    assert.equal((await end).status, 130);
  });

  it("says that there is no such file: status 127", async () => {
    const { status, stderr } = await linuxGate(["run", "./no-such-program"]);
    assert.equal(status, 127);
    assert.match(stderr, /^[^\n]*no-such-program[^\n]*\n$/);
  });

  it("says that a folder is no program: status 126", async () => {
    const { status, stderr } = await linuxGate(["run", dirname(programs.spin)]);
    assert.equal(status, 126);
    assert.match(stderr, /^linux-gate: [^\n]*: Is a directory\n$/);
  });

  it("says that this file is no i386 program: status 126", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "text"), "just text\n");
    const { status, stderr } = await linuxGate(["run", join(folder, "text")]);
    assert.equal(status, 126);
    assert.match(stderr, /^[^\n]+\n$/);
  });

  it("finds a program in a mounted folder by the guest's path", async () => {
    const { status, stderr } = await linuxGate(["run", "--mount", `${dirname(programs.answer)}:/opt`, "/opt/answer"]);
    assert.deepEqual([status, stderr], [42, ""]);
  });

  it("prefers a mounted folder's file to this system's of the same path", async () => {
    const mount = `${dirname(programs.answer)}:${dirname(programs.spin)}/over`;
    const { status } = await linuxGate(["run", "--mount", mount, `${dirname(programs.spin)}/over/answer`]);
    assert.equal(status, 42);
  });

  it("finds this system's file although a mount lies over its path", async () => {
    const empty = temporaryFolder();
    const { status } = await linuxGate(["run", "--mount", `${empty}:${dirname(programs.answer)}`, programs.answer]);
    assert.equal(status, 42);
  });

  it("gives the program the options that follow it", async () => {
    const { status, stderr } = await linuxGate(["run", "--strace", programs.answer, "--strace", "--help"]);
    assert.equal(status, 42);
    assert.match(stderr, /^execve\("[^"]*answer", \["[^"]*answer", "--strace", "--help"\]/m);
  });

  it("sets the environment and the working directory, and mounts folders", { skip: busyboxMissing }, async () => {
    const folder = temporaryFolder();
    const options = ["--mount", `${folder}:/work`, "--cwd", "/work", "--env", "A=1", "--env", "B=x=y"];
    const script = 'echo "$A $B $PWD"; echo made > file';
    const { status, stdout, stderr } = await linuxGate(["run", ...options, busybox, "sh", "-c", script]);
    assert.deepEqual([status, stdout.toString(), stderr], [0, "1 x=y /work\n", ""]);
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "made\n");
  });

  it("writes nothing to a folder mounted with :ro", { skip: busyboxMissing }, async () => {
    const folder = temporaryFolder();
    const { status, stderr } = await linuxGate([
      "run",
      "--mount",
      `${folder}:/work:ro`,
      busybox,
      "touch",
      "/work/file",
    ]);
    assert.equal(status, 1);
    assert.match(stderr, /Read-only file system/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it(
    "gives the same addresses with --no-aslr and with one --seed, others without",
    { skip: busyboxMissing },
    async () => {
      const maps = async (...options: string[]): Promise<string> =>
        (await linuxGate(["run", ...options, busybox, "cat", "/proc/self/maps"])).stdout.toString();
      assert.equal(await maps("--no-aslr"), await maps("--no-aslr"));
      assert.equal(await maps("--seed", "7"), await maps("--seed", "7"));
      assert.notEqual(await maps(), await maps());
    },
  );

  it("ends with SIGPIPE's status when nobody reads the output", { skip: busyboxMissing }, async () => {
    const child = start(["run", busybox, "yes"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const status = await new Promise((resolve) => child.on("exit", resolve));
    assert.equal(status, 128 + 13);
  });
});

describe("linux-gate compare", () => {
  it("prints a table that labels the transposed page", async () => {
    const { status, stdout, stderr } = await linuxGate(["compare", "--calls", "100"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout.toString(), /^path .* outcome$/m);
    assert.match(stdout.toString(), /transposed from x86-64/);
    assert.match(stdout.toString(), /not what the call costs on hardware/);
  });

  it("prints one JSON object a row", async () => {
    const { status, stdout } = await linuxGate(["compare", "--json", "--calls", "100"]);
    assert.equal(status, 0);
    const keys = "path mode address randomized instructions entries faults nanoseconds outcome".split(" ");
    const lines = stdout.toString().trimEnd().split("\n");
    assert.ok(lines.length > 30);
    for (const line of lines) assert.deepEqual(Object.keys(JSON.parse(line) as object), keys);
  });
});
