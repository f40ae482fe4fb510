// schemathesis, with all of its checks, against the running program: what the OpenAPI document says is held to be true,
// for data that fits it and for data that does not. Installs the tool into a folder of its own. Ends with 1 on a finding.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Desk, ROOT } from "./desk.mjs";

const VERSION = "4.32.5";
const SEED = process.env.FUZZ_SEED ?? "1";
/** Generated requests of each kind for each operation. */
const EXAMPLES = process.env.FUZZ_EXAMPLES ?? "60";
/** Of one run, milliseconds. */
const LONGEST_MS = 120_000;

const folder = join(ROOT, "tests/.tools", `schemathesis-${VERSION}`);
const program = join(folder, "bin/schemathesis");

function install() {
  if (existsSync(program)) return;
  mkdirSync(join(ROOT, "tests/.tools"), { recursive: true });
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  const steps = [
    ["python3", "-m", "venv", folder],
    [join(folder, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", `schemathesis==${VERSION}`],
  ];
  for (const [name, ...words] of steps) {
    const { status } = spawnSync(name, words, quiet);
    if (status !== 0) throw new Error(`${name} ${words.join(" ")} ended with ${status}; is python3-venv installed?`);
  }
}

/** A body may be as its schema says and too large all the same: 413 is a fair answer to any. */
const CONFIGURATION = `hooks = ${JSON.stringify(join(ROOT, "tests/api/schemathesis_hooks.py"))}
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 413, 429]
`;

/** One run; true when nothing was found. */
function run(desk, token, message, ...which) {
  const config = join(desk.folder, "schemathesis.toml");
  writeFileSync(config, CONFIGURATION);
  const document = process.env.FUZZ_DOCUMENT ?? `${desk.url}/openapi.json`;
  const env = { ...process.env, FRONTDESK_AGENT: desk.agent, FRONTDESK_MESSAGE: message, PYTHONDONTWRITEBYTECODE: "1" };
  const words = [
    "--config-file", config, "--no-color", "run", document, "--url", `${desk.url}/v1`,
    "--header", `Authorization: Bearer ${token}`, "--checks", "all", "--mode", "all",
    "--max-examples", EXAMPLES, "--seed", SEED, "--generation-database", "none",
    "--request-timeout", "10", "--suppress-health-check", "all", "--continue-on-failure", ...which,
  ];
  return new Promise((done) => {
    const child = spawn(program, words, { stdio: ["ignore", "inherit", "inherit"], cwd: desk.folder, env });
    const alarm = setTimeout(() => {
      console.error(`schemathesis was still at it after ${LONGEST_MS / 1000} s`);
      child.kill("SIGKILL");
    }, LONGEST_MS);
    child.once("exit", (code) => {
      clearTimeout(alarm);
      done(code === 0);
    });
  });
}

install();
const desk = await Desk.start();
let sound = true;
try {
  const { jwt } = await desk.visitor();
  sound = await run(desk, jwt, await desk.answered(jwt), "--exclude-path", "/widget/me", "--phases", process.env.FUZZ_PHASES ?? "examples,coverage,fuzzing");
  // Erasing ends the token that the other endpoints need: it comes last, with a visitor of its own.
  const forgotten = await desk.visitor();
  sound = (await run(desk, forgotten.jwt, "", "--include-path", "/widget/me", "--phases", "coverage,fuzzing")) && sound;
  const complaints = desk.complaints();
  if (complaints.length > 0) {
    console.error(`the server logged ${complaints.length} errors:\n${complaints.slice(0, 20).join("\n")}`);
    sound = false;
  }
  if (!(await desk.lives())) {
    console.error(`the server no longer answers\n${desk.log().slice(-4000)}`);
    sound = false;
  }
} finally {
  await desk.stop();
}
process.exitCode = sound ? 0 : 1;
