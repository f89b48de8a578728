/** The programs and libraries over which the disassembler is held against objdump. */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FETCHED = "tests/fetched/";

export interface Programs {
  readonly name: string;
  readonly files: readonly string[];
  /** Why there are none; null if there are. */
  readonly missing: string | null;
}

/** What each is, and files or folders, of which every ELF file counts. */
const SOURCES: readonly (readonly [string, readonly string[]])[] = [
  ["the guest programs and the vDSO", ["tests/guest/built", "vdso-image/vdso.so"]],
  ["Debian's busybox", [`${FETCHED}busybox-static`]],
  ["musl's libc.a", [`${FETCHED}musl-dev/usr/lib/i386-linux-musl/libc.a`]],
  ["Debian's libc6", [`${FETCHED}libc6`]],
  ["Debian's libstdc++6", [`${FETCHED}libstdc++6`]],
  ["Debian's libavcodec59", [`${FETCHED}libavcodec59`]],
  ["esbuild for ia32", [`${FETCHED}esbuild-ia32`]],
];

export function programs(): Programs[] {
  return SOURCES.map(([name, sources]) => {
    const absent = sources.find((source) => !existsSync(join(ROOT, source)));
    return {
      name,
      files: absent ? [] : sources.flatMap((source) => filesOf(join(ROOT, source))),
      missing: absent ? `there is no ${absent}${absent.startsWith(FETCHED) ? " (scripts/fetch-guests.sh)" : ""}` : null,
    };
  });
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isElf);
}

function isElf(path: string): boolean {
  const magic = Buffer.alloc(4);
  const file = openSync(path, "r");
  readSync(file, magic);
  closeSync(file);
  return magic.toString("latin1") === "\x7fELF";
}
