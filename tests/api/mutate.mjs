// An attacker without a plan: thousands of valid requests, each spoilt at random, with a seed that repeats them. Whatever
// comes, the program never answers 500, always in its error envelope, within ten seconds, and is well at the end.
// MUTATE_COUNT requests from MUTATE_SEED on; what one number did is repeated by MUTATE_ONLY=number.

import { Desk } from "./desk.mjs";
import { endpoints, spoil } from "./mutations.mjs";
import { Random } from "./random.mjs";
import { exchange } from "./wire.mjs";

const COUNT = Number(process.env.MUTATE_COUNT ?? 4000);
const SEED = Number(process.env.MUTATE_SEED ?? 1);
const AT_ONCE = 8;
/** A request that is not answered by then hangs. */
const PATIENCE_MS = 10_000;
/** Visitors are exchanged so that no conversation grows without end. */
const PER_VISITOR = 2000;
const SHOWN = 20;

const desk = await Desk.start();
const found = [];
const statuses = new Map();
let visitor = await anyone();

/** What every request may need to be valid. */
async function anyone() {
  const { jwt, conversation_id: conversation } = await desk.visitor();
  return { jwt, conversation, agent: desk.agent, message: await desk.answered(jwt) };
}

/** What is wrong with an answer; nothing if it is as promised. */
function wrong({ status, headers, body }, method) {
  if (headers["x-request-id"] === undefined) return `a bare ${status}`;
  if (status >= 500) return `${status}`;
  if (status === 204 || status === 304 || method === "HEAD") return body === "" ? undefined : "a body where there is none";
  if (status === 200 && headers["content-type"] === "text/event-stream") {
    return body.endsWith("\n\n") && body.split("\n\n").slice(0, -1).every((frame) => /^(data: \{.*\}|:)$/.test(frame))
      ? undefined
      : "a stream that is not of frames";
  }
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    return `${status} without JSON`;
  }
  if (status < 300) return value?.data === undefined && value?.auth === undefined ? `${status} without data` : undefined;
  const { code, message, fields } = value?.error ?? {};
  if (!/^[a-z_]+$/.test(code ?? "") || typeof message !== "string" || message.length < 10) return "no envelope";
  if (status === 422 && !(code === "validation_failed" && fields && Object.keys(fields).length > 0)) return "422 without fields";
  if (status === 405 && !headers.allow) return "405 without Allow";
  if (status === 401 && headers["www-authenticate"] !== "Bearer") return "401 without WWW-Authenticate";
  if (/panick|rusqlite|sqlite|src\/|\.rs\b|\/tmp\/|SELECT /i.test(message)) return "internals in the message";
  return undefined;
}

async function one(number) {
  const random = new Random(SEED * 1_000_003 + number);
  const request = spoil(random, random.pick(endpoints)(visitor, random));
  let answer;
  let fault;
  try {
    answer = await exchange(desk.port, request, PATIENCE_MS);
    fault = wrong(answer, request.method);
  } catch (error) {
    // A head that ends too soon or a length beyond the body is rightly waited for, or cut off.
    if (request.unfinished) return count("cut off");
    fault = error.message;
  }
  count(answer?.status ?? "none");
  if (fault) found.push({ number, fault, request: request.bytes.toString("latin1").slice(0, 1500), answer: answer?.body.slice(0, 500) });
}

function count(status) {
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
}

const only = process.env.MUTATE_ONLY;
const begun = Date.now();
if (only !== undefined) {
  await one(Number(only));
} else {
  for (let from = 0; from < COUNT; from += PER_VISITOR) {
    let next = from;
    const end = Math.min(from + PER_VISITOR, COUNT);
    const worker = async () => {
      while (next < end) await one(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (end < COUNT) visitor = await anyone();
    if (found.length > 1000 || desk.process.exitCode !== null) break;
  }
}
const complaints = desk.complaints();
const alive = await desk.lives();
const seconds = ((Date.now() - begun) / 1000).toFixed(1);
const tally = [...statuses].sort(([a], [b]) => String(a).localeCompare(String(b))).map(([status, times]) => `${status}: ${times}`);
console.log(`${COUNT} spoilt requests from seed ${SEED} in ${seconds} s; ${tally.join(", ")}`);
for (const { number, fault, request, answer } of found.slice(0, SHOWN)) {
  console.error(`\n#${number}: ${fault}\n--- request\n${request}\n--- answer\n${answer ?? "none"}`);
}
if (found.length > 0) console.error(`\n${found.length} answers are not as promised`);
if (complaints.length > 0) console.error(`${complaints.length} errors in the log:\n${complaints.slice(0, SHOWN).join("\n")}`);
if (!alive) console.error(`the server no longer answers\n${desk.log().slice(-4000)}`);
await desk.stop();
process.exitCode = found.length > 0 || complaints.length > 0 || !alive ? 1 : 0;
