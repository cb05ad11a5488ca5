/**
 * Plays turns of OpenClaw against the hook and prints what each put into the prompt.
 *
 * Reads a JSON list of steps from standard input:
 * `{"turns": [{"key", "files", "action"}]}` plays these at once,
 * `{"message": {"key", "provider"}}` has a message begin a turn, `{"env": {…}}` sets variables,
 * `{"pass_s": 61}` moves the clock that cannot be set, `{"idle": true}` waits for the hook's
 * own processes to end, `{"measure": 200, "key"}` plays that many turns one after another.
 * Usage: node openclaw_turns.mjs HANDLER
 */

import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const clock = globalThis.performance;
let passedMs = 0;
globalThis.performance = { now: () => clock.now() + passedMs };

let processes = 0;
let running = 0;
let finished = 0;
const { execFile } = childProcess;
childProcess.execFile = (program, words, options, ended) => {
  processes += 1;
  running += 1;
  return execFile(program, words, options, (...outcome) => {
    ended(...outcome);
    running -= 1;
    finished += 1;
  });
};
syncBuiltinESMExports();

const warnings = [];
console.warn = (words) => warnings.push(words);
process.on("unhandledRejection", (reason) => warnings.push(`not handled: ${reason}`));

const { default: handler } = await import(pathToFileURL(process.argv[2]).href);

const AGENTS = { name: "AGENTS.md", path: "/shop/AGENTS.md", content: "Sell tea.", missing: false };

async function play({ key = "agent:main:main", files = [AGENTS], action = "bootstrap" }) {
  const context = { workspaceDir: "/shop", bootstrapFiles: [...files], sessionKey: key };
  const begun = clock.now();
  let thrown = null;
  try {
    await handler({ type: "agent", action, sessionKey: key, timestamp: new Date(), messages: [], context });
  } catch (error) {
    thrown = String(error);
  }
  const ms = clock.now() - begun;
  return { added: context.bootstrapFiles.slice(files.length), thrown, ms, finished };
}

/** Wait until every process that the hook started has ended and it has taken note. */
async function idle() {
  // What starts processes is loaded when it is needed, so a process may be about to start.
  do await new Promise((resolve) => setTimeout(resolve, 20));
  while (running > 0);
  await new Promise((resolve) => setTimeout(resolve, 0));
}

const told = [];
for (const step of JSON.parse(await text(process.stdin))) {
  if (step.env) Object.assign(process.env, step.env);
  if (step.pass_s) passedMs += step.pass_s * 1000;
  if (step.idle) await idle();
  if (step.message) {
    const { key, ...context } = step.message;
    await handler({ type: "message", action: "preprocessed", sessionKey: key, messages: [], context });
  }
  if (step.turns) told.push(await Promise.all(step.turns.map(play)));
  if (step.measure) {
    const begunProcesses = processes;
    const ms = [];
    for (let left = step.measure; left > 0; left -= 1) ms.push((await play(step)).ms);
    told.push({ ms: ms.sort((a, b) => a - b), processes: processes - begunProcesses });
  }
}
await idle();
process.stdout.write(JSON.stringify({ told, processes, warnings }), () => process.exit(0));
