/**
 * Puts the reports and budget warnings that are due into an OpenClaw session, each once.
 *
 * OpenClaw calls a hook on `agent:bootstrap` at every turn of every session, waits for it and
 * has no timeout of its own. So this file decides by itself whether Python is worth starting:
 * `due.json`, which the program writes, tells before when nothing can be due. What a session
 * was given once is given to it again, byte for byte, until the local day ends: the text stands
 * in the part of the system prompt that model vendors cache.
 *
 * Nothing is written to disk here, and nothing that goes wrong here reaches the session.
 *
 * Source: openclaw 2026.9.6, docs/automation/hooks and the code that calls hooks
 * (src/agents/bootstrap-hooks.ts, src/hooks/internal-hooks.ts), checked 2026-11-22.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ASK_AGAIN_AFTER_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Midnight is never as far ahead; a `due.json` that says more is not of the program. */
const LONGEST_QUIET_MS = 259_200_000;
const PYTHON_MAY_TAKE_MS = 3_000;
/** A process that was killed may have left its output open to another; that one is not waited for. */
const CLOSING_MAY_TAKE_MS = 200;
/** After this a text that was not acknowledged is given to whoever asks next. */
const LEASE_MS = 600_000;
const LARGEST_OUTPUT_BYTES = 256 * 1024;
const LARGEST_FILE_BYTES = 64 * 1024;
const LONGEST_CONTENT = 4_096;
const LONGEST_ID = 300;
const MOST_ITEMS = 8;
const MOST_SESSIONS = 1_000;
const FAILURES_WORTH_A_WORD = 3;

/** What the model is to do with a text: here nobody else shows it to the person. */
const ASKS = {
  en: "Show the user this once, word for word:",
  zh: "请原样告诉用户一次：",
};
/** A turn that OpenClaw starts by itself reaches its prompt within this time. */
const OWN_TURN_BEGINS_WITHIN_MS = 30_000;

/**
 * Parts of a session's key that mean: nobody reads along, or more people than the one who pays.
 *
 * OpenClaw throws away what is pushed for sub-agents and schedules, and keeps a person's own
 * notes out of groups and channels; a text for them would be used up and seen by nobody, or
 * seen by everybody. Source: openclaw 2026.9.6, `isSyntheticSessionMaintenanceKey`,
 * `filterBootstrapFilesForSession`, src/gateway/boot.ts, checked 2026-11-22.
 */
const WITHOUT_READER = new Set([
  "acp", "acp-bridge", "boot", "channel", "cron", "group", "heartbeat", "hook", "node", "subagent",
]);
const OLD_GROUPS = /@g\.us$|(^|:)guild-[^:]+:channel-/;
const DREAMS = /^dreaming-narrative-/;

/**
 * What is remembered of a session while the gateway runs.
 *
 * @typedef {object} Session
 * @property {boolean} wasAsked  Python was asked for it; after a restart it may hold a text.
 * @property {string} day  The local day of `files`.
 * @property {Map<string, {name: string, content: string}>} files  By the id of the item.
 * @property {Promise<void> | null} asking  The one question that is under way.
 * @property {number} ownTurnMs  When OpenClaw last began a turn of it by itself.
 */

/**
 * What `due.json` says.
 *
 * @typedef {object} Due
 * @property {number} writtenAt  Milliseconds since 1970; before it the clock was set back.
 * @property {number} notBefore  Milliseconds since 1970.
 * @property {boolean} hasBudgets
 * @property {string} python
 * @property {string} zone
 */

/** @type {Map<string, Session>} */
const sessions = new Map();

/** Ids of texts that were pushed and are not yet known to be delivered, and when they were pushed. */
const unacknowledged = new Map();

let isAcknowledging = false;

/** The last question, on the clock that cannot be set. `dueSince`: the `notBefore` that had passed. */
const lastAsked = { atMs: -Infinity, dueSince: 0, failures: 0, pauseEndsMs: -Infinity };

/**
 * Handle an event of OpenClaw: a message that begins a turn, or the prompt of a turn being made.
 *
 * @param {object} event  Its `context.bootstrapFiles` is what the prompt is made from.
 */
export default async function putIntoSession(event) {
  try {
    if (event?.type === "message") {
      noteWhoBegan(event);
      return;
    }
    const turn = readTurn(event);
    if (turn === null) return;
    const now = moment();
    const due = readDue();
    const session = sessionOf(turn.key);
    if (session.day !== localDay(now, due?.zone)) session.files.clear();
    if (session.asking === null && isWorthAsking(session, due, now)) {
      session.asking = ask(session, turn.key, due, now).finally(() => {
        session.asking = null;
      });
    }
    await session.asking;
    push(session, turn);
    acknowledge(due);
  } catch {
    // Whatever it was, a report is not worth a turn. `doctor` looks for the reason.
  }
}

/**
 * Note whether OpenClaw begins a turn by itself: a heartbeat runs in the person's own session.
 *
 * Such a message comes from no provider and no surface; nothing else of a message is looked at.
 * Source: openclaw 2026.9.6, src/infra/heartbeat-runner-run.ts, run 2026-11-22.
 */
function noteWhoBegan({ sessionKey, context }) {
  if (!hasReader(sessionKey)) return;
  const isOwn = !context?.provider && !context?.surface;
  sessionOf(sessionKey).ownTurnMs = isOwn ? performance.now() : -Infinity;
}

/** Give the parts of an event that matter; null where no person reads along. */
function readTurn(event) {
  const { workspaceDir, bootstrapFiles, sessionKey } = event?.context ?? {};
  if (event?.type !== "agent" || event.action !== "bootstrap") return null;
  if (typeof workspaceDir !== "string" || !Array.isArray(bootstrapFiles)) return null;
  // A heartbeat or a schedule with light context has no files; every other run has AGENTS.md.
  if (bootstrapFiles.length === 0) return null;
  return hasReader(sessionKey) ? { key: sessionKey, workspaceDir, files: bootstrapFiles } : null;
}

/** Say whether a session is one person's, by its key: `agent:<agent>:<rest>`, or `global`. */
function hasReader(key) {
  if (typeof key !== "string") return false;
  const whole = key.toLowerCase();
  if (whole === "global") return true;
  const [scope, agent, ...rest] = whole.split(":");
  if (scope !== "agent" || !agent || rest.length === 0) return false;
  const name = rest.join(":");
  return !rest.some((part) => WITHOUT_READER.has(part)) && !OLD_GROUPS.test(name) && !DREAMS.test(name);
}

/** Give what is remembered of a session; the one that was not used for longest makes room. */
function sessionOf(key) {
  const known = sessions.get(key) ?? newSession();
  sessions.delete(key);
  sessions.set(key, known);
  if (sessions.size > MOST_SESSIONS) sessions.delete(sessions.keys().next().value);
  return known;
}

/** @returns {Session} */
function newSession() {
  return { wasAsked: false, day: "", files: new Map(), asking: null, ownTurnMs: -Infinity };
}

/** Decide whether Python may have something for this session that it does not have yet. */
function isWorthAsking(session, due, now) {
  const ms = performance.now();
  if (ms < lastAsked.pauseEndsMs || ms - session.ownTurnMs < OWN_TURN_BEGINS_WITHIN_MS) return false;
  if (!session.wasAsked) return true;
  const wasJustAsked = ms - lastAsked.atMs < ASK_AGAIN_AFTER_MS;
  const isCredible = due !== null && due.writtenAt <= now && due.notBefore <= now + LONGEST_QUIET_MS;
  if (!isCredible) return !wasJustAsked;
  // The same moment is asked for once in a while: another session may hold what is due.
  if (now >= due.notBefore) return !wasJustAsked || lastAsked.dueSince !== due.notBefore;
  return due.hasBudgets && !wasJustAsked;
}

/** Ask Python what this session is to be told, and remember it. */
async function ask(session, key, due, now) {
  lastAsked.atMs = performance.now();
  lastAsked.dueSince = due !== null && now >= due.notBefore ? due.notBefore : 0;
  const output = await run(["session-check", "--claim", "--session", nameOf(key)], due);
  const items = output === null ? null : readItems(output);
  if (items === null) {
    pauseAfterFailure();
    return;
  }
  lastAsked.failures = 0;
  session.wasAsked = true;
  session.day = localDay(now, due?.zone);
  for (const item of items) {
    if (session.files.has(item.id)) continue;
    const content = `${ASKS[item.lang] ?? ASKS.en}\n\n${item.content}`;
    session.files.set(item.id, { name: fileName(item, session), content });
    unacknowledged.set(item.id, performance.now());
  }
}

/** Leave a broken installation alone for a minute, then for two, up to an hour. */
function pauseAfterFailure() {
  const pauseMs = Math.min(ASK_AGAIN_AFTER_MS * 2 ** lastAsked.failures, LONGEST_PAUSE_MS);
  lastAsked.pauseEndsMs = performance.now() + pauseMs;
  lastAsked.failures += 1;
  if (lastAsked.failures === FAILURES_WORTH_A_WORD) {
    console.warn("token-tracker: the session check keeps failing; `token-tracker doctor` tells why.");
  }
}

/** Add what the session holds to the files that its prompt is made from. */
function push(session, turn) {
  const paths = new Set(turn.files.map((file) => file?.path));
  for (const { name, content } of session.files.values()) {
    const path = join(turn.workspaceDir, name);
    if (!paths.has(path)) turn.files.push({ name, path, content, missing: false });
  }
}

/** Tell Python what was pushed, without waiting; what fails is tried again at the next turn. */
function acknowledge(due) {
  const oldest = performance.now() - LEASE_MS;
  for (const [id, pushedMs] of unacknowledged) {
    if (pushedMs < oldest) unacknowledged.delete(id);
  }
  if (isAcknowledging || unacknowledged.size === 0) return;
  isAcknowledging = true;
  const ids = [...unacknowledged.keys()];
  run(["session-check", "--ack", ...ids], due).then((output) => {
    isAcknowledging = false;
    if (output !== null) ids.forEach((id) => unacknowledged.delete(id));
  });
}

/** Run the program; gives what it printed, null where it failed in any way. Never rejects. */
async function run(words, due) {
  // What starts programs is loaded by a turn that needs one, and by no other.
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => {
    const [program, ...before] = commandLine(due);
    const options = {
      encoding: "utf8",
      killSignal: "SIGKILL",
      maxBuffer: LARGEST_OUTPUT_BYTES,
      shell: false,
      timeout: PYTHON_MAY_TAKE_MS,
      windowsHide: true,
    };
    const child = execFile(program, [...before, ...words], options, (error, stdout) => {
      clearTimeout(deadline);
      resolve(error ? null : stdout);
    });
    const deadline = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(null);
    }, PYTHON_MAY_TAKE_MS + CLOSING_MAY_TAKE_MS);
  }).catch(() => null);
}

/**
 * Give the program and its first arguments.
 *
 * Inside the skill it lies two folders up. Where `setup-hook` put this file elsewhere, it left
 * `launch.json` beside it: `{"schema": 1, "argv": ["/usr/bin/python3", "-I", "/…/token-tracker.py"]}`.
 */
function commandLine(due) {
  const python = due && isAbsolute(due.python) && existsSync(due.python) ? due.python : "python3";
  const launch = readJson(join(HERE, "launch.json"));
  const argv = launch?.schema === 1 ? launch.argv : null;
  if (Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === "string")) {
    return existsSync(argv[0]) ? argv : [python, ...argv.slice(1)];
  }
  return [python, "-I", join(HERE, "..", "..", "scripts", "token-tracker.py")];
}

/** Read what Python printed; null where it is not what we agreed on. Nothing printed: nothing due. */
function readItems(output) {
  if (output.trim() === "") return [];
  try {
    const document = JSON.parse(output);
    if (document.schema !== 1 || !Array.isArray(document.items)) return null;
    return document.items.filter(isItem).slice(0, MOST_ITEMS);
  } catch {
    return null;
  }
}

function isItem(item) {
  if (typeof item?.id !== "string" || typeof item.kind !== "string") return false;
  if (!/^[a-z][^\p{Cc}]*$/u.test(item.id) || item.id.length > LONGEST_ID) return false;
  if (!/^[a-z][a-z-]{0,31}$/.test(item.kind)) return false;
  return typeof item.content === "string" && isShowable(item.content);
}

/** Say whether a text has something in it, is short, and has no control characters but line ends. */
function isShowable(content) {
  return content.trim() !== "" && content.length <= LONGEST_CONTENT && !/[^\P{Cc}\n]/u.test(content);
}

/**
 * Name the file of an item, such as `TOKEN_TRACKER_DAILY_2026-10-05.md`.
 *
 * The program gives that name. Any other than such a one is replaced by the item's kind and the
 * date at the end of its id: the id of a budget may hold words that somebody wrote.
 */
function fileName(item, session) {
  if (typeof item.name === "string" && /^TOKEN_TRACKER_[0-9A-Z_-]{1,80}\.md$/.test(item.name)) return item.name;
  const date = item.id.match(/:(\d{4}-(?:W\d{2}|\d{2}(?:-\d{2})?))$/);
  const stem = `TOKEN_TRACKER_${item.kind.toUpperCase()}${date ? `_${date[1]}` : ""}`;
  const taken = new Set([...session.files.values()].map((file) => file.name));
  let name = `${stem}.md`;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}_${number}.md`;
  return name;
}

/** Name a session for Python: keys hold telephone numbers, and state files outlive a session. */
function nameOf(key) {
  return `openclaw:${createHash("sha256").update(key).digest("hex").slice(0, 32)}`;
}

/** Read `due.json`; null where it is missing or not as the program writes it. */
function readDue() {
  const document = readJson(join(trackerHome(), "due.json"));
  if (document?.schema !== 1) return null;
  const notBefore = Date.parse(document.not_before);
  if (Number.isNaN(notBefore)) return null;
  return {
    writtenAt: Date.parse(document.written_at) || 0,
    notBefore,
    hasBudgets: document.has_budgets === true,
    python: String(document.python),
    zone: String(document.zone),
  };
}

function readJson(path) {
  try {
    const found = statSync(path);
    // A pipe of that name would never end.
    if (!found.isFile() || found.size > LARGEST_FILE_BYTES) return null;
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function trackerHome() {
  const { TOKEN_TRACKER_HOME } = process.env;
  const chosen = TOKEN_TRACKER_HOME || join("~", ".token-tracker");
  return chosen === "~" || /^~[/\\]/.test(chosen) ? join(homedir(), chosen.slice(1)) : chosen;
}

/** Give the moment in milliseconds since 1970; TOKEN_TRACKER_NOW replaces the clock, for tests. */
function moment() {
  const { TOKEN_TRACKER_NOW } = process.env;
  return Date.parse(TOKEN_TRACKER_NOW ?? "") || Date.now();
}

const daysOfZones = new Map();

/** Name the local day of a moment; an unknown zone is the system's. */
function localDay(now, zone) {
  if (!daysOfZones.has(zone)) daysOfZones.set(zone, dayFormat(zone));
  return daysOfZones.get(zone).format(now);
}

function dayFormat(zone) {
  const fields = { year: "numeric", month: "2-digit", day: "2-digit" };
  try {
    return new Intl.DateTimeFormat("en-CA", { ...fields, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-CA", fields);
  }
}
