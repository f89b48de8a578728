/** `npm start`: builds what is not built, prints the comparison of the gates, and serves the page until Ctrl-C. */
import { spawn } from "node:child_process";
import { buildIfNeeded, root } from "./build.ts";
import { serve } from "./serve.ts";

await buildIfNeeded(["core", "library", "command", "page"]);

console.log("The gates between a 32-bit Linux program and its kernel (linux-gate compare):\n");
const compare = spawn(process.execPath, [`${root}dist/cli.js`, "compare"], { stdio: ["ignore", "inherit", "inherit"] });
const status = await new Promise<number | null>((resolve) => compare.on("close", resolve));
if (status !== 0) process.exit(status ?? 1);

const { address } = await serve(`${root}dist/web`, 8032);
console.log(`\nThe same as a page, with a place to drop a program of your own: ${address}\nCtrl-C ends the server.`);
