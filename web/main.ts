/** The page. It uses linux-gate as a library, in workers. */
import { Comparison } from "./comparison.ts";
import { byId } from "./element.ts";
import { workOffline } from "./offline.ts";
import { ParameterSwitches } from "./parameters.ts";
import { ProcessMap } from "./process-map.ts";
import { ProgramRunner } from "./program.ts";

const switches = new ParameterSwitches(byId("parameters", HTMLFormElement), () => void map.start());
const map = new ProcessMap(() => switches.values);
const comparison = new Comparison();
new ProgramRunner(() => switches.values);

// What is kept for later must not disturb what is measured now.
void map
  .start()
  .then(() => comparison.measure())
  .then(workOffline);
