/** Random programs end as on a real processor: as recorded, and where this machine has one, live. */
import assert from "node:assert/strict";
import { before, describe as suite, test } from "node:test";
import { Emulated } from "../emulated.ts";
import { nativeUnavailable } from "../native.ts";
import type { Failure, Runnable } from "./check.ts";
import { findFailures, runEmulated } from "./check.ts";
import { assemblyOf, describe } from "./describe.ts";
import { effectOf } from "./effects.ts";
import { generateProgram } from "./generate.ts";
import type { Code, Item, Program } from "./program.ts";
import { assemble, compareEnds, undefinedBefore, WEAK } from "./program.ts";
import { replayPrograms } from "./recorded.ts";
import { reduce } from "./reduce.ts";

const LIVE_SEED = 7;
const LIVE_PROGRAMS = 1000;

const code = (bytes: readonly number[], effect = effectOf("MOV", { flags: 0 })): Code => ({
  kind: "code",
  bytes,
  references: [],
  effect,
  transfers: false,
  allowance: { flags: 0 },
});

/** SBB Ev,Gv becomes SUB. */
function withoutCarry(item: Item): Item {
  if (item.kind !== "code" || item.bytes[0] !== 0x19) return item;
  return { ...item, bytes: [0x29, ...item.bytes.slice(1)] };
}

suite("random programs", () => {
  let emulated: Emulated;
  before(async () => {
    emulated = await Emulated.create();
  });

  test("end as they did on recorded hardware", () => {
    const { count, failures } = replayPrograms(emulated);
    assert.ok(count > 0);
    const [first] = failures;
    const number = first?.differences.map(({ what }) => what).join(", ");
    assert.ok(!first, first && `${failures.length} of ${count}: ${number}\n${listing(first)}`);
  });

  const listing = ({ runnable: { program } }: Failure): string => assemblyOf(program, emulated).join("\n");

  test("end as on this machine's processor", (t) => {
    const reason = nativeUnavailable();
    if (reason !== null) {
      t.skip(reason);
      return;
    }
    const runnables = Array.from({ length: LIVE_PROGRAMS }, (_, index) => generateProgram(LIVE_SEED, index))
      .map((program) => program && runEmulated(emulated, program))
      .filter((runnable): runnable is Runnable => runnable !== null);
    assert.ok(runnables.length > 0.9 * LIVE_PROGRAMS);
    const [first] = findFailures(runnables);
    assert.ok(!first, first && listing(first));
  });

  /** What differs between this processor and one that takes SBB for SUB. */
  function againstBroken(program: Program): Failure | null {
    const runnable = runEmulated(emulated, program);
    const broken = runEmulated(emulated, { ...program, items: program.items.map(withoutCarry) });
    if (!runnable || !broken) return null;
    const differences = compareEnds(program, runnable.assembled, runnable.got, broken.got);
    return differences.length > 0 ? { runnable, differences } : null;
  }

  test("are reduced to the instruction that fails", () => {
    let reduced = 0;
    for (let index = 0; index < 400 && reduced < 5; index++) {
      const program = generateProgram(LIVE_SEED, index);
      if (!program || !againstBroken(program)) continue;
      reduced++;
      const smallest = reduce(program, (candidate) => againstBroken(candidate) !== null);
      const instructions = smallest.items.filter(({ kind }) => kind !== "label");
      assert.ok(
        instructions.length <= 2,
        `${instructions.length} left of program ${index}:\n${assemblyOf(smallest, emulated).join("\n")}`,
      );
      const failure = againstBroken(smallest);
      assert.ok(failure);
      assert.match(describe(failure, emulated, LIVE_SEED, index), /\bsbb\b[^]*again: npm run .* --program \d+$/);
    }
    assert.equal(reduced, 5);
  });

  test("never look at an undefined flag", () => {
    const multiply = code([0xf7, 0xe0], effectOf("MUL", { flags: 0xd4 }));
    const ofZero = code([0x0f, 0x94, 0xc0], effectOf("SETZ", { flags: 0 }));
    const ofCarry = code([0x0f, 0x92, 0xc0], effectOf("SETB", { flags: 0 }));
    const compares = code([0x39, 0xc0], effectOf("CMP", { flags: 0 }));
    assert.equal(undefinedBefore([multiply, ofZero]), null);
    assert.equal(undefinedBefore([multiply, { kind: "label", label: 0 }]), null);
    assert.deepEqual(undefinedBefore([multiply, ofCarry, compares, ofZero]), [0, 0xd4, 0xd4, 0]);
    assert.deepEqual(undefinedBefore([compares, { kind: "label", label: 0 }, ofZero]), [0, 0, WEAK]);
    for (let index = 0; index < 50; index++) assert.ok(undefinedBefore(generateProgram(LIVE_SEED, index)?.items ?? []));
  });

  test("have near branches only where short ones do not reach", () => {
    const program = generateProgram(LIVE_SEED, 0);
    assert.ok(program);
    const sized = (filling: number): number | undefined => {
      const branch: Item = { kind: "branch", short: [0xeb], near: [0xe9], target: 0, effect: code([]).effect };
      const nops = code(Array.from({ length: filling }, () => 0x90));
      const items: Item[] = [branch, nops, { kind: "label", label: 0 }];
      return assemble({ ...program, items, pointers: [] })?.input.code.length;
    };
    assert.equal(sized(127), 129);
    assert.equal(sized(128), 133);
  });
});
