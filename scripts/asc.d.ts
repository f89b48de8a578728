/**
 * The part of AssemblyScript's compiler interface that scripts/ uses. Its own declarations bring AssemblyScript's
 * globals with them, which are not Node's.
 */
interface Host {
  readonly readFile: (name: string, folder: string) => Promise<string | null>;
  readonly writeFile: (name: string, contents: Uint8Array | string) => void;
}

declare const asc: {
  main(
    args: readonly string[],
    host: Host,
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
};

// eslint-disable-next-line no-restricted-syntax -- as the package has it
export default asc;
