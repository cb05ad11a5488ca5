// Have Cline's own library run a session, and a second one that goes on from its messages, as a
// restored checkpoint does. Run by record_cline.py: cline_fork.mjs CACHE PROJECT ADDRESS MODEL FIRST SECOND
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [cache, project, address, model, first, second] = process.argv.slice(2);
const library = `${cache}/node_modules/@cline/core/dist/index.js`;
const { ClineCore } = await import(pathToFileURL(library).href);
const cline = await ClineCore.create({ backendMode: "local" });
const config = {
  providerId: "openai-compatible",
  modelId: model,
  apiKey: "sk-fake",
  baseUrl: address,
  cwd: project,
  workspaceRoot: project,
  mode: "act",
  enableTools: false,
  enableSpawnAgent: false,
  enableAgentTeams: false,
  systemPrompt: "You count goods.",
};
const one = await cline.start({ config, prompt: first, interactive: false });
const { messages } = JSON.parse(fs.readFileSync(one.messagesPath, "utf8"));
await cline.start({ config, prompt: second, interactive: false, initialMessages: messages });
await cline.dispose();
process.exit(0);
