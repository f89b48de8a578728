/** The command: `linux-gate run`, `linux-gate compare`. It uses the library as any user would. */
import manifest from "../../package.json" with { type: "json" };
import { Command, CommanderError, Option } from "commander";
import { CPU_MODELS } from "../index.ts";
import { examples, statusHelp } from "./help.ts";
import { environmentVariable, mount, seed, size, count } from "./values.ts";
import { runCommand, type RunSettings } from "./run.ts";

/** Exit status for a command line that makes no sense, as of most commands. */
const USAGE = 2;
/** Exit status for a bug of ours: EX_SOFTWARE of sysexits.h. */
const BUG = 70;

function commandLine(): Command {
  const program = new Command("linux-gate")
    .description("Runs unmodified 32-bit x86 Linux programs in WebAssembly, and shows the gates to their kernel.")
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain the command")
    .helpCommand("help [command]", "explain a command")
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "linux-gate: ")) })
    .exitOverride()
    .addHelpText("after", examples);

  program
    .command("run")
    .description("run a program, a static i386 ELF file, as if it were a command of this system")
    .usage("[options] PROGRAM [ARGS...]")
    .argument("<PROGRAM>", "a file of this system, or a path in the guest")
    .argument("[ARGS...]", "its arguments; options after PROGRAM are its own")
    .passThroughOptions()
    .helpOption("-h, --help", "explain the command")
    .addOption(
      new Option("--mount <host:guest[:ro]>", "show a folder of this system to the guest (repeatable)").argParser(
        mount,
      ),
    )
    .addOption(
      new Option("--env <name=value>", "set an environment variable (repeatable)").argParser(environmentVariable),
    )
    .option("--cwd <path>", "the guest's working directory", "/")
    .addOption(choice("--vdso <mode>", "map the vDSO at a random page, at 0xffffe000, or not", ["on", "fixed", "off"]))
    .addOption(
      choice("--vsyscall <mode>", "the four-slot page transposed from x86-64, at 0xff600000", [
        "xonly",
        "none",
        "emulate",
        "native",
        "classic",
      ]),
    )
    .addOption(choice("--gate <gate>", "the instruction in the vDSO's gate", ["sysenter", "int80", "syscall"]))
    .addOption(choice("--cpu <model>", "the processor that the guest sees", ["max", ...CPU_MODELS.slice(0, -1)]))
    .addOption(choice("--clock <source>", "what the vDSO's clocks read; none: a system call", ["tsc", "none"]))
    .option("--no-aslr", "the same addresses at every start")
    .addOption(new Option("--seed <n>", "fix the random addresses and numbers").argParser(seed))
    .option("--deterministic", "time follows the instruction count: two runs are equal")
    .addOption(new Option("--memory <size>", "the most memory the guest may have, as 64M or 1G").argParser(size))
    .option("--strace", "print each system call on standard error, as strace does")
    .option("--quiet", "no lines about missing system calls and no report of a fault")
    .addHelpText("after", statusHelp)
    .action(async (path: string, args: string[], settings: RunSettings) => {
      process.exit(await runCommand(path, args, settings));
    });

  program
    .command("compare")
    .description("run a small program once for each way into the kernel, and print what each way costs")
    .option("--json", "one JSON object a row")
    .addOption(new Option("--calls <n>", "calls of each kind that are timed").argParser(count))
    .helpOption("-h, --help", "explain the command")
    .action(async (settings: { readonly json?: boolean; readonly calls?: number }) => {
      const { compareCommand } = await import("./compare.ts");
      process.exit(await compareCommand(settings));
    });

  return program;
}

/** An option that takes one of `modes`, the first by default. */
function choice(flags: string, description: string, modes: readonly string[]): Option {
  return new Option(flags, description).choices(modes).default(modes[0]);
}

try {
  await commandLine().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : USAGE);
  console.error("linux-gate: this is a bug of linux-gate, not of the program it runs:");
  console.error(error);
  process.exit(BUG);
}
