/** The programs of ours that the page brings along, to try it without a file of one's own. */

export interface Sample {
  /** The file under programs/, without `.elf`. */
  readonly name: string;
  /** What it does. */
  readonly text: string;
  /** Arguments that make sense. */
  readonly arguments: string;
}

export const SAMPLES: readonly Sample[] = [
  { name: "hello", text: "greets, and repeats its arguments", arguments: "" },
  { name: "ask", text: "asks for a name: type it into the terminal", arguments: "" },
  { name: "maps", text: "prints its own /proc/self/maps", arguments: "" },
  { name: "fault", text: "dies of a null pointer", arguments: "read" },
  { name: "spin", text: "never ends: stop it", arguments: "" },
];

/** The one whose address space is drawn: it has a heap and a mapping, and is position-independent. */
export const MAPPED_SAMPLE = "maps";

const fetched = new Map<string, Uint8Array>();

/** Its ELF file. Rejects with an Error whose message can be shown. */
export async function fetchSample(name: string): Promise<Uint8Array> {
  const known = fetched.get(name);
  if (known) return known;
  const response = await fetch(new URL(`programs/${name}.elf`, document.baseURI)).catch(() => null);
  if (!response?.ok) throw new Error(`The program ${name} could not be loaded.`);
  const contents = new Uint8Array(await response.arrayBuffer());
  fetched.set(name, contents);
  return contents;
}
