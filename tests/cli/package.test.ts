/** The package as its users see it: what `exports` names is there, and works without the sources. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

type Library = typeof import("../../src/index.ts");
type NodeHost = typeof import("../../src/platform/node.ts");

/** By the package's own name, so that Node looks it up in `exports`. */
const use = async (path: string): Promise<unknown> => import(`linux-gate${path}`);

describe("the package", () => {
  it("runs a program through linux-gate and linux-gate/node", async () => {
    const { run } = (await use("")) as Library;
    const { loadCore, nodePlatform } = (await use("/node")) as NodeHost;
    let output = "";
    const platform = nodePlatform();
    const result = await run({
      module: await loadCore(),
      platform: {
        ...platform,
        stdout: { kind: "pipe", file: null, write: (bytes) => ((output += Buffer.from(bytes).toString()), 0) },
      },
      program: "/hello",
      files: { "/hello": readFileSync(new URL("../guest/built/hello.elf", import.meta.url)) },
    });
    assert.equal(output.split("\n")[0], "Hello, world!");
    assert.equal(result.signal, undefined);
    assert.ok(result.instructions > 0n);
  });

  it("has a browser's platform that names nothing of Node's", () => {
    const url = new URL("../../dist/browser.js", import.meta.url);
    assert.doesNotMatch(readFileSync(url, "utf8"), /from "node:|require\(/);
  });
});
