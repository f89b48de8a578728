/** Under every model, with every gate: what CPUID advertises is there, and what it does not show is #UD. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { CPU_MODELS, type CpuModel } from "../../src/machine/machine.ts";
import { BareCore, EXECUTE, EXIT_EXCEPTION, EXIT_GATE, READ, WRITE } from "./core.ts";

const CODE = 0x10000000;
const DATA = 0x10002000;
/** DATA as a displacement of 32 bits. */
const AT_DATA = [0x00, 0x20, 0x00, 0x10];
const GENERAL_PROTECTION = 13;
const UNDEFINED = 6;
const HLT = 0xf4;
/** The leaf of more features. */
const EXTENDED = 0x80000001;
const INTEL = 0;
const AMD = 1;

type Register = "eax" | "ebx" | "ecx" | "edx";

/** The words of feature bits: in each the bits that a processor may show here, and instructions that need them. */
const WORDS: readonly {
  readonly leaf: number;
  readonly register: Register;
  readonly features: readonly {
    readonly bit: number;
    readonly name: string;
    readonly since: CpuModel | "sysenter" | "syscall";
    readonly code: readonly (readonly number[])[];
  }[];
}[] = [
  {
    leaf: 1,
    register: "edx",
    features: [
      { bit: 0, name: "FPU", since: "486", code: [[0xd9, 0xe8]] }, // fld1
      { bit: 4, name: "TSC", since: "pentium", code: [[0x0f, 0x31]] },
      { bit: 8, name: "CX8", since: "pentium", code: [[0x0f, 0xc7, 0x0d, ...AT_DATA]] }, // cmpxchg8b
      { bit: 11, name: "SEP", since: "sysenter", code: [[0x0f, 0x34]] },
      {
        bit: 15,
        name: "CMOV",
        since: "pentium2",
        code: [
          [0x0f, 0x44, 0xc1], // cmove eax,ecx
          [0xda, 0xc1], // fcmovb st,st(1)
          [0xdb, 0xe9], // fucomi st,st(1)
        ],
      },
      { bit: 19, name: "CLFSH", since: "pentium4", code: [[0x0f, 0xae, 0x3d, ...AT_DATA]] },
      {
        bit: 23,
        name: "MMX",
        since: "pentium-mmx",
        code: [
          [0x0f, 0xfc, 0xc1], // paddb mm0,mm1
          [0x0f, 0x77], // emms
        ],
      },
      {
        bit: 24,
        name: "FXSR",
        since: "pentium2",
        code: [
          [0x0f, 0xae, 0x05, ...AT_DATA], // fxsave
          [0x0f, 0xae, 0x0d, ...AT_DATA], // fxrstor
        ],
      },
      {
        bit: 25,
        name: "SSE",
        since: "pentium3",
        code: [
          [0x0f, 0x58, 0xc1], // addps xmm0,xmm1
          [0x0f, 0xe0, 0xc1], // pavgb mm0,mm1
          [0x0f, 0xae, 0x1d, ...AT_DATA], // stmxcsr
          [0x0f, 0xae, 0x15, ...AT_DATA], // ldmxcsr
          [0x0f, 0xae, 0xf8], // sfence
        ],
      },
      {
        bit: 26,
        name: "SSE2",
        since: "pentium4",
        code: [
          [0x66, 0x0f, 0x58, 0xc1], // addpd xmm0,xmm1
          [0x66, 0x0f, 0xfc, 0xc1], // paddb xmm0,xmm1
          [0x0f, 0xd4, 0xc1], // paddq mm0,mm1
          [0x0f, 0xc3, 0x05, ...AT_DATA], // movnti
          [0x0f, 0xae, 0xe8], // lfence
        ],
      },
    ],
  },
  {
    leaf: 1,
    register: "ecx",
    features: [
      {
        bit: 0,
        name: "SSE3",
        since: "core2",
        code: [
          [0xf2, 0x0f, 0x7c, 0xc1], // haddps xmm0,xmm1
          [0xf2, 0x0f, 0xf0, 0x05, ...AT_DATA], // lddqu
          [0xdf, 0x0d, ...AT_DATA], // fisttp, of 16, 32, 64 bits
          [0xdb, 0x0d, ...AT_DATA],
          [0xdd, 0x0d, ...AT_DATA],
        ],
      },
      {
        bit: 9,
        name: "SSSE3",
        since: "core2",
        code: [
          [0x66, 0x0f, 0x38, 0x00, 0xc1], // pshufb xmm0,xmm1
          [0x0f, 0x38, 0x00, 0xc1], // pshufb mm0,mm1
          [0x0f, 0x3a, 0x0f, 0xc1, 0x03], // palignr mm0,mm1,3
        ],
      },
      {
        bit: 19,
        name: "SSE4.1",
        since: "nehalem",
        code: [
          [0x66, 0x0f, 0x38, 0x40, 0xc1], // pmulld xmm0,xmm1
          [0x66, 0x0f, 0x3a, 0x0c, 0xc1, 0x05], // blendps xmm0,xmm1,5
        ],
      },
      {
        bit: 20,
        name: "SSE4.2",
        since: "nehalem",
        code: [
          [0x66, 0x0f, 0x38, 0x37, 0xc1], // pcmpgtq xmm0,xmm1
          [0x66, 0x0f, 0x3a, 0x63, 0xc1, 0x00], // pcmpistri xmm0,xmm1,0
          [0xf2, 0x0f, 0x38, 0xf0, 0xc1], // crc32 eax,cl
        ],
      },
      {
        bit: 22,
        name: "MOVBE",
        since: "max",
        code: [
          [0x0f, 0x38, 0xf0, 0x05, ...AT_DATA], // movbe eax,[]
          [0x0f, 0x38, 0xf1, 0x05, ...AT_DATA], // movbe [],eax
        ],
      },
      { bit: 23, name: "POPCNT", since: "nehalem", code: [[0xf3, 0x0f, 0xb8, 0xc1]] },
    ],
  },
  {
    leaf: EXTENDED,
    register: "ecx",
    // Its opcode is never #UD: see below.
    features: [{ bit: 5, name: "LZCNT", since: "max", code: [] }],
  },
  {
    leaf: EXTENDED,
    register: "edx",
    features: [
      { bit: 11, name: "SYSCALL", since: "syscall", code: [[0x0f, 0x05]] },
      { bit: 27, name: "RDTSCP", since: "nehalem", code: [[0x0f, 0x01, 0xf9]] },
    ],
  },
];

/** Bits of setCpu's `gates`. */
const GATES = [0, 1, 2, 3];
const FIRST_WITH_GATES = CPU_MODELS.indexOf("pentium2");

let machine: BareCore;
before(async () => {
  machine = await BareCore.create();
});

/** Runs `code` and then HLT, whose #GP tells that `code` is through: "ran", "undefined", or what else happened. */
function run(code: readonly number[]): string {
  const { core } = machine;
  core.reset();
  core.setPermissions(CODE >>> 12, 1, READ | EXECUTE);
  core.setPermissions(DATA >>> 12, 1, READ | WRITE);
  machine.put(CODE, [...code, HLT]);
  machine.setWord(core.EIP, CODE);
  const exit = core.run(100);
  const [vector, eip] = [machine.word(core.EXCEPTION_VECTOR), machine.word(core.EIP)];
  if (exit === EXIT_GATE) return "ran";
  if (exit === EXIT_EXCEPTION && vector === GENERAL_PROTECTION && eip === CODE + code.length) return "ran";
  if (exit === EXIT_EXCEPTION && vector === UNDEFINED && eip === CODE) return "undefined";
  return `exit ${exit}, vector ${vector}, EIP +${eip - CODE}`;
}

/** The bytes of a 32-bit number. */
function bytesOf(value: number): number[] {
  return [...new Uint8Array(Uint32Array.of(value).buffer)];
}

function cpuid(leaf: number, subleaf = 0): Readonly<Record<Register, number>> {
  const { core } = machine;
  // mov eax,leaf; mov ecx,subleaf; cpuid
  assert.equal(run([0xb8, ...bytesOf(leaf), 0xb9, ...bytesOf(subleaf), 0x0f, 0xa2]), "ran");
  const [eax = 0, ebx = 0, ecx = 0, edx = 0] = [core.EAX, core.EBX, core.ECX, core.EDX].map((at) => machine.word(at));
  return { eax, ebx, ecx, edx };
}

/** Has a processor of this model and these gates what came with `since`? */
function has(since: CpuModel | "sysenter" | "syscall", model: CpuModel, gates: number): boolean {
  const age = CPU_MODELS.indexOf(model);
  if (since === "sysenter") return age >= FIRST_WITH_GATES && (gates & 1) !== 0;
  if (since === "syscall") return age >= FIRST_WITH_GATES && (gates & 2) !== 0;
  return age >= CPU_MODELS.indexOf(since);
}

describe("CPUID", () => {
  for (const model of CPU_MODELS) {
    for (const gates of GATES) {
      it(`advertises what is there, and nothing else is there (${model}, gates ${gates})`, () => {
        machine.setModel(model, { gates });
        for (const { leaf, register, features } of WORDS) {
          // As programs do: a leaf beyond the last one says nothing.
          const word = leaf < EXTENDED || cpuid(0x80000000).eax >= leaf ? cpuid(leaf)[register] : 0;
          let known = 0;
          for (const { bit, name, since, code } of features) {
            known |= 1 << bit;
            const isShown = ((word >>> bit) & 1) !== 0;
            assert.equal(isShown, has(since, model, gates), `${name}: CPUID`);
            for (const bytes of code) {
              const text = `${name}: ${Buffer.from(bytes).toString("hex")}`;
              assert.equal(run(bytes), isShown ? "ran" : "undefined", text);
            }
          }
          assert.equal(word & ~known, 0, `leaf ${leaf.toString(16)} ${register}: a bit that no case here tries`);
        }
      });
    }
  }

  it("shows the line of CLFLUSH where that is", () => {
    for (const model of CPU_MODELS) {
      machine.setModel(model);
      const { ebx, edx } = cpuid(1);
      assert.equal((ebx >>> 8) & 0xff, (edx >>> 19) & 1 ? 8 : 0, model);
    }
  });

  it("takes LZCNT for BSR where it is not shown, and TZCNT for BSF everywhere", () => {
    for (const model of CPU_MODELS) {
      machine.setModel(model);
      // mov ecx,8; lzcnt eax,ecx; tzcnt edx,ecx
      assert.equal(run([0xb9, ...bytesOf(8), 0xf3, 0x0f, 0xbd, 0xc1, 0xf3, 0x0f, 0xbc, 0xd1]), "ran");
      const { core } = machine;
      const [leading, trailing] = [machine.word(core.EAX), machine.word(core.EDX)];
      // TZCNT and BSF differ only for 0: then BSF leaves its destination.
      assert.deepEqual([leading, trailing], [model === "max" ? 28 : 3, 3], model);
      assert.equal(run([0xba, ...bytesOf(77), 0x31, 0xc9, 0xf3, 0x0f, 0xbc, 0xd1]), "ran");
      assert.equal(machine.word(core.EDX), 77, model);
    }
  });

  it("has no XGETBV, since no model shows OSXSAVE", () => {
    for (const model of CPU_MODELS) {
      machine.setModel(model);
      assert.equal(run([0x0f, 0x01, 0xd0]), "undefined", model);
    }
  });

  it("has no DAZ in MXCSR before SSE2", () => {
    for (const model of CPU_MODELS.slice(CPU_MODELS.indexOf("pentium3"))) {
      machine.setModel(model);
      // mov dword [DATA],40; ldmxcsr [DATA]
      const code = [0xc7, 0x05, ...AT_DATA, ...bytesOf(0x40), 0x0f, 0xae, 0x15, ...AT_DATA];
      const expected = model === "pentium3" ? `exit ${EXIT_EXCEPTION}, vector ${GENERAL_PROTECTION}, EIP +10` : "ran";
      assert.equal(run(code), expected, model);
      assert.equal(run([0x0f, 0xae, 0x05, ...AT_DATA]), "ran");
      assert.equal(machine.word({ value: DATA + 28 }), model === "pentium3" ? 0 : 0xffff, model);
    }
  });

  it("describes the caches of the processor that the model is named after", () => {
    const sizes = (): number[] => {
      const found: number[] = [];
      for (let i = 0; i < 8; i++) {
        const { eax, ebx, ecx } = cpuid(4, i);
        if ((eax & 31) === 0) break;
        found.push((((ebx >>> 22) + 1) * ((ebx & 0xfff) + 1) * (ecx + 1)) / 1024);
      }
      return found;
    };
    const expected: readonly (readonly [CpuModel, readonly number[]])[] = [
      ["core2", [32, 32, 4096]],
      ["nehalem", [32, 32, 256, 8192]],
      ["max", [32, 32, 256, 8192]],
    ];
    for (const [model, list] of expected) {
      machine.setModel(model, { vendor: INTEL });
      assert.deepEqual(sizes(), list, model);
      assert.equal(cpuid(2).eax & 0xff, 1, "leaf 2 is asked once");
      // On AMD's processors 8000_0005 and 8000_0006 say the same.
      machine.setModel(model, { vendor: AMD });
      const [first, others] = [cpuid(0x80000005), cpuid(0x80000006)];
      const third = (others.edx >>> 18) * 512;
      assert.deepEqual([first.ecx >>> 24, first.edx >>> 24, others.ecx >>> 16, ...(third ? [third] : [])], list, model);
    }
  });

  it("answers beyond its last leaf as its vendor does", () => {
    for (const model of CPU_MODELS) {
      machine.setModel(model, { vendor: INTEL });
      const last = cpuid(0).eax;
      assert.deepEqual(cpuid(last + 1), cpuid(last), model);
      machine.setModel(model, { vendor: AMD });
      assert.deepEqual(cpuid(cpuid(0).eax + 1), { eax: 0, ebx: 0, ecx: 0, edx: 0 }, model);
      assert.equal(cpuid(0x80000000).ebx, cpuid(0).ebx, "the vendor's name is there, too");
    }
    machine.setModel("max");
    assert.deepEqual(cpuid(7), { eax: 0, ebx: 0, ecx: 0, edx: 0 }, "no feature of leaf 7");
  });

  it("names its vendor", () => {
    const name = (): string => {
      const { ebx, edx, ecx } = cpuid(0);
      return Buffer.from(Uint32Array.from([ebx, edx, ecx]).buffer).toString("latin1");
    };
    machine.setModel("max", { vendor: INTEL });
    assert.equal(name(), "GenuineIntel");
    machine.setModel("max", { vendor: AMD });
    assert.equal(name(), "AuthenticAMD");
  });
});
