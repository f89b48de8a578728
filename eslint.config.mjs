import tseslint from "typescript-eslint";

/** Folders that no rule reads: built, fetched, recorded. */
const ignored = ["dist/", "node_modules/", "tests/fetched/", "bench/build/"];

/** What holds everywhere. */
const everywhere = {
  rules: {
    eqeqeq: "error",
    "no-var": "error",
    "prefer-const": "error",
    "object-shorthand": "error",
    "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "Exports are named." }],
    "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  },
};

/** The host's code is checked with its types; each boundary has its own project. */
const host = {
  files: ["src/**/*.ts", "web/**/*.ts", "scripts/**/*.ts", "vdso-image/**/*.ts", "bench/**/*.ts", "tests/**/*.ts"],
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: {
    parserOptions: {
      project: [
        "src/tsconfig.json",
        "src/cli/tsconfig.json",
        "web/tsconfig.json",
        "scripts/tsconfig.json",
        "bench/tsconfig.json",
        "tests/tsconfig.json",
      ],
      tsconfigRootDir: import.meta.dirname,
    },
  },
  rules: {
    "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    // node:test's describe and it return promises that nobody awaits.
    "@typescript-eslint/no-floating-promises": [
      "error",
      {
        allowForKnownSafeCalls: [{ from: "package", name: ["describe", "it", "test", "suite"], package: "node:test" }],
      },
    ],
    // A system call's handler may be asynchronous or not; its row's type says both.
    "@typescript-eslint/require-await": "off",
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
  },
};

/** AssemblyScript: its own numbers, casts and `==`, and no types of TypeScript's to check with. */
const assembly = {
  files: ["assembly/**/*.ts"],
  extends: [tseslint.configs.base],
  // Its decorators (@inline) stand before functions, where TypeScript has none.
  languageOptions: { parserOptions: { allowInvalidAST: true } },
  rules: {
    eqeqeq: "off",
    "no-fallthrough": "off",
    "prefer-const": "error",
  },
};

/** The kernel, the file systems, the gates and the processor's wrapper are the same in every host. */
const boundary = {
  files: ["src/{abi,machine,kernel,fs,gates}/**/*.ts", "src/index.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { regex: "^node:|platform/(node|browser)|/cli/|/web/", message: "A host's API enters through platform/." },
        ],
      },
    ],
    "no-restricted-globals": ["error", "Date", "performance", "console", "setTimeout", "process"],
    "no-restricted-properties": ["error", { object: "Math", property: "random", message: "Use the platform's." }],
  },
};

export default tseslint.config(
  { ignores: ignored },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.base],
    ...everywhere,
    plugins: { "@typescript-eslint": tseslint.plugin },
  },
  host,
  assembly,
  boundary,
);
