/**
 * Random bytes as code, random page maps, random state: the Wasm module never traps, every run ends with a defined exit
 * and in time, the core's own memory is not the guest's to read or change, and it all repeats: with the same budgets,
 * cut into other slices with decoded code forgotten in between, and in single steps.
 *
 * FUZZ_MILLIONS is the number of instructions, FUZZ_SEED chooses other ones, FUZZ_ROUND runs one round alone.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Random } from "../oracle/random.ts";
import { BareCore, EXIT_BUDGET } from "./core.ts";
import { CodeSource } from "./fuzz-code.ts";
import { World } from "./fuzz-world.ts";

const MILLIONS = Number(process.env["FUZZ_MILLIONS"] ?? 50);
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);
const ONLY = process.env["FUZZ_ROUND"];

/** Runs in a round. */
const RUNS = 1500;
/** The same, and the most instructions in a run, where each is a step. */
const STEPPED_RUNS = 300;
const STEPPED_BUDGET = 60;
/** Every so many rounds all of the upper memory is looked through. */
const UPPER_EVERY = 200;
/** Two worlds that are cut differently meet after so many slices, or never. */
const MOST_SLICES = 20_000;
const POISON = [0xa5, 0x3c] as const;

/** How a round is repeated in a second world. */
type Twin = "none" | "same budgets" | "other slices" | "single steps";
const TWINS: readonly Twin[] = [
  ...(["none", "same budgets", "none", "other slices"] as const),
  ...(["none", "same budgets", "none", "single steps"] as const),
];

interface Tally {
  retired: bigint;
  decoded: number;
  runs: number;
  /** Rounds of other slices that were given up, because a string instruction overwrote itself. */
  undecided: number;
  readonly exits: Map<string, number>;
}

function budget(random: Random): number {
  return 1 + random.below(random.pick([4, 60, 1000, 20_000]));
}

/**
 * Brings two worlds to the same point by single slices of whichever is behind, the second one's by `advance`. False:
 * they can't be compared any more, because a repeated string instruction overwrites itself.
 */
function meet(a: World, b: World, advance: () => void): boolean {
  for (let slices = 0; slices < MOST_SLICES; slices++) {
    const [retiredA, retiredB] = [a.machine.retired(), b.machine.retired()];
    const [waitsA, waitsB] = [a.exit.kind === EXIT_BUDGET, b.exit.kind === EXIT_BUDGET];
    if (retiredA === retiredB && waitsA === waitsB) {
      if (!waitsA || a.state().equals(b.state())) return true;
      if (a.overwritesItself() || b.overwritesItself()) return false;
      if (!a.isAtString()) return !a.isSameButForString(b);
      // It was left at different iterations.
      a.run(1);
      advance();
    } else if (retiredA < retiredB || (retiredA === retiredB && waitsA)) {
      if (!waitsA) return true;
      a.run(1);
    } else {
      if (!waitsB) return true;
      advance();
    }
  }
  return true;
}

/** Runs the second world to where the first one is; false: as meet(). */
function follow(a: World, b: World, twin: Twin, size: number, random: Random): boolean {
  switch (twin) {
    case "none":
      return true;
    case "same budgets":
      b.run(size);
      return true;
    case "other slices":
      b.run(1);
      return meet(a, b, () => {
        if (random.oneIn(2)) b.forget(random);
        b.run(1 + random.below(40));
      });
    case "single steps":
      b.step();
      return meet(a, b, () => b.step());
  }
}

function playRound(worlds: readonly [World, World], round: number, twin: Twin, tally: Tally): void {
  const [a, b] = worlds;
  const random = new Random(`budgets ${round}`, SEED);
  const others = twin === "none" ? [a] : [a, b];
  const runs = twin === "single steps" ? STEPPED_RUNS : RUNS;
  let run = 0;
  try {
    for (const world of others) world.begin(SEED, round);
    for (; run < runs; run++) {
      for (const world of others) world.act();
      const size = twin === "single steps" ? 1 + random.below(STEPPED_BUDGET) : budget(random);
      a.run(size);
      if (!follow(a, b, twin, size, random)) {
        tally.undecided++;
        break;
      }
      if (twin !== "none" && !a.state().equals(b.state())) assert.fail(`differs from its twin: ${b.describeState()}`);
      const kind = `${a.exit.kind}/${a.exit.vector}`;
      tally.exits.set(kind, (tally.exits.get(kind) ?? 0) + 1);
    }
    tally.runs += run;
    tally.retired += a.machine.retired();
    tally.decoded += a.machine.core.decodedInstructions();
    const digests = others.map((world) => world.end());
    if (twin !== "none" && run === runs) assert.equal(digests[0], digests[1], "the memory differs from its twin's");
  } catch (error) {
    const command = `FUZZ_SEED=${SEED} FUZZ_ROUND=${round} npm test -- assembly/fuzz`;
    const message = `round ${round}, run ${run} (twin: ${twin}), ${a.describeState()}\nrepeat with: ${command}`;
    throw new Error(`${String(error)}\n${message}`, { cause: error });
  }
}

describe("the core, fed with noise", () => {
  const what = ONLY === undefined ? `${MILLIONS} million instructions` : `round ${ONLY}`;
  it(`survives ${what} from seed ${SEED}, and repeats`, async (t) => {
    const source = new CodeSource(await BareCore.create(), new Random("instructions", SEED));
    const worlds = [await World.create(source, POISON[0]), await World.create(source, POISON[1])] as const;
    const tally: Tally = { retired: 0n, decoded: 0, runs: 0, undecided: 0, exits: new Map() };
    const last = ONLY === undefined ? Infinity : Number(ONLY);
    const wanted = BigInt(MILLIONS * 1e6);
    let round = ONLY === undefined ? 0 : last;
    for (; round <= last && tally.retired < wanted; round++) {
      playRound(worlds, round, TWINS[round % TWINS.length]!, tally);
      if (round % UPPER_EVERY === 0) worlds[0].checkUpper();
    }
    worlds[0].checkUpper();
    const exits = [...tally.exits].sort().map(([kind, count]) => `${kind}: ${count}`);
    t.diagnostic(`${round} rounds, ${tally.runs} runs, ${tally.retired} retired, ${tally.decoded} decoded`);
    t.diagnostic(`${tally.undecided} rounds not compared to their end`);
    t.diagnostic(`exits: ${exits.join(", ")}`);
  });
});
