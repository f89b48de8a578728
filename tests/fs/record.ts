/**
 * Records what this machine's Linux answers to the cases:
 *
 *     sudo node --import ./scripts/typescript.mjs tests/fs/record.ts
 *
 * As root, because some cases are root's; on Linux 6.18 or later, for the calls that are new.
 */
import { writeFileSync } from "node:fs";
import { cases } from "./cases.ts";
import { formatRecording, recordingPath } from "./recording.ts";
import { runNatively } from "./script.ts";

writeFileSync(recordingPath, formatRecording(new Map(cases.map((test) => [test.name, runNatively(test)]))));
