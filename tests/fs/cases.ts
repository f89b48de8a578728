/** The cases: what is asked of each family of calls. What Linux answers is in recorded.txt. */
import { attributeCases } from "./cases/attributes.ts";
import { copyCases } from "./cases/copies.ts";
import { directoryCases } from "./cases/directories.ts";
import { fileCases } from "./cases/files.ts";
import { linkCases } from "./cases/links.ts";
import { pipeCases } from "./cases/pipes.ts";
import { specialCases } from "./cases/special.ts";
import { statCases } from "./cases/stat.ts";
import { transferCases } from "./cases/transfers.ts";
import { walkCases } from "./cases/walk.ts";
import type { Case } from "./script.ts";

export const cases: readonly Case[] = [
  ...walkCases,
  ...fileCases,
  ...transferCases,
  ...copyCases,
  ...directoryCases,
  ...linkCases,
  ...statCases,
  ...attributeCases,
  ...pipeCases,
  ...specialCases,
];
