// The real program in a folder of its own, with one published agent that knows a page; ended and swept away by `stop`.

import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BINARY = resolve(ROOT, process.env.FRONTDESK_BIN ?? "target/debug/frontdesk");
/** Longer than a cold start on a busy machine takes. */
const START_MS = 30_000;
/** The server's own patience with running requests at its end is 10 s. */
const STOP_MS = 20_000;

const UNLIMITED = Object.fromEntries(
  ["INIT", "CONFIG", "MESSAGES", "CONVERSATION", "TYPING", "EVENTS", "LEADS"].map((bucket) => [`FRONTDESK_LIMITS_${bucket}`, "0"]),
);
const PAGE = `# Opening hours

We are open from 9:00 to 17:00 on weekdays.

# Returns

You can return things within 30 days.
`;

export class Desk {
  /** Starts with rate limits lifted and with any origin allowed, unless told otherwise. */
  static async start({ origins = ["*"], environment = UNLIMITED, settings = LARGE } = {}) {
    const desk = new Desk();
    desk.folder = mkdtempSync(join(tmpdir(), "frontdesk-api-"));
    desk.environment = { PATH: process.env.PATH, FRONTDESK_DATA: join(desk.folder, "data"), ...environment };
    const allowed = origins.flatMap((origin) => ["--origin", origin]);
    desk.agent = desk.command("agent", "create", "--name", "Shop", ...allowed, "--publish").id;
    desk.command("agent", "set", desk.agent, ...settings);
    mkdirSync(join(desk.folder, "pages"));
    writeFileSync(join(desk.folder, "pages", "shop.md"), PAGE);
    desk.command("knowledge", "add", "--agent", desk.agent, "--base-url", "https://shop.example/", join(desk.folder, "pages"));
    await desk.#serve();
    return desk;
  }

  /** A subcommand's answer, as data. */
  command(...words) {
    return JSON.parse(this.text(...words, "--json"));
  }

  /** A subcommand's answer, as a person reads it. */
  text(...words) {
    const options = { env: this.environment, cwd: this.folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
    return execFileSync(BINARY, words, options);
  }

  async #serve() {
    this.logFile = join(this.folder, "log");
    const log = openSync(this.logFile, "w");
    this.process = spawn(BINARY, ["serve", "--listen", "127.0.0.1:0"], {
      env: this.environment,
      cwd: this.folder,
      stdio: ["ignore", "pipe", log],
    });
    this.ended = new Promise((done) => this.process.once("exit", (code, signal) => done(signal ?? code)));
    const said = new Promise((done) => this.process.stdout.once("data", (line) => done(String(line))));
    const line = await Promise.race([said, this.ended.then((code) => `ended with ${code}`), pause(START_MS, "silence", { ref: false })]);
    this.url = /^listening on (\S+)/.exec(line)?.[1];
    if (!this.url) throw new Error(`the server did not start: ${line}\n${this.log()}`);
    this.port = Number(new URL(this.url).port);
    this.api = `${this.url}/v1/widget`;
  }

  /** A new visitor's `/init` answer. */
  async visitor(more = {}) {
    const response = await fetch(`${this.api}/init`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://shop.example" },
      body: JSON.stringify({ agent_id: this.agent, page_url: "https://shop.example/", ...more }),
    });
    if (response.status !== 200) throw new Error(`/init answered ${response.status}: ${await response.text()}`);
    return (await response.json()).data;
  }

  /** Asks a question with the token; the id of the answer. */
  async answered(token) {
    const response = await fetch(`${this.api}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ message: "When are you open?", page_url: "https://shop.example/" }),
    });
    if (response.status !== 200) throw new Error(`/messages answered ${response.status}: ${await response.text()}`);
    return (await response.json()).data.message_id;
  }

  log() {
    return readFileSync(this.logFile, "utf8");
  }

  /** Lines that no request may cause. */
  complaints() {
    return this.log().split("\n").filter((line) => /\bERROR\b|panicked/.test(line));
  }

  /** Whether it still answers, by its own word. */
  async lives() {
    const response = await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
    return this.process.exitCode === null && response?.status === 200;
  }

  /** Ends it, checks that it ended well, and removes its folder. */
  async stop() {
    this.process.kill("SIGTERM");
    const code = await Promise.race([this.ended, pause(STOP_MS, "never", { ref: false })]);
    if (code === "never") this.process.kill("SIGKILL");
    const log = this.log();
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}\n${log.slice(-4000)}`);
  }
}

/** A conversation that no number of questions uses up. */
const LARGE = ["answers.max_messages=1000000000", "answers.max_output_tokens=1000000000"];
