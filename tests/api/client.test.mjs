// A client made by a generator from the document that the program serves: it type-checks under strict rules, and works.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import openapi, { astToString } from "openapi-typescript";

import { Desk } from "./desk.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
let desk;

before(async () => {
  desk = await Desk.start({ origins: ["https://shop.example"] });
});
after(() => desk?.stop());

async function client() {
  const document = await (await fetch(`${desk.url}/openapi.json`)).json();
  writeFileSync(join(here, "client/schema.d.ts"), astToString(await openapi(document)));
  try {
    execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", here], { encoding: "utf8" });
  } catch (error) {
    assert.fail(`the client does not type-check:\n${error.stdout}`);
  }
  return import("./client/made/conversation.js");
}

test("a generated client leads a whole conversation, under both prefixes", async () => {
  const { visit } = await client();
  for (const prefix of ["/v1", "/api/v1"]) {
    const visited = await visit(desk.url + prefix, desk.agent);
    check(visited);
  }
});

function check(visited) {
  const { begun, streamed, answer, read, rest, human, resumed } = visited;
  assert.equal(visited.launcher.agent.id, desk.agent);
  assert.match(begun.conversation_id, ULID);
  assert.deepEqual(begun.messages, []);

  const kinds = streamed.map(({ event }) => event);
  assert.deepEqual(kinds.filter((kind) => kind !== "token"), ["citations", "done"]);
  const text = streamed.map((event) => (event.event === "token" ? event.token : "")).join("");
  assert.match(text, /9:00 to 17:00/);
  const [cited] = streamed.at(-2).citations;
  assert.ok(cited.url.startsWith("https://shop.example/shop.md"), cited.url);

  assert.match(answer.content, /30 days/);
  assert.equal(answer.conversation_id, begun.conversation_id);
  assert.equal(visited.feedback.rating, "good");
  assert.deepEqual(read.messages.map(({ role }) => role), ["user", "assistant", "user", "assistant"]);
  assert.equal(read.messages[1].content, text);
  assert.equal(read.messages[1].id, streamed.at(-1).message_id);
  assert.deepEqual(rest.messages, read.messages.slice(2));
  assert.equal(read.status, "bot");

  assert.equal(visited.lead.status, "created");
  assert.deepEqual(visited.again, { lead_id: visited.lead.lead_id, status: "updated" });
  assert.equal(visited.one.accepted, 1);
  assert.equal(visited.many.accepted, 2);
  assert.equal(visited.typing.accepted, true);
  assert.equal(visited.satisfaction.rating, "bad");
  assert.ok(["waiting", "offline"].includes(human.status), human.status);

  assert.equal(resumed.conversation_id, begun.conversation_id);
  assert.equal(resumed.conversation.lead_captured, true);
  assert.deepEqual(resumed.messages, read.messages);
  assert.ok(Date.parse(visited.cleared.cleared_at) > 0);
  assert.deepEqual(visited.empty.messages, []);
  assert.deepEqual(visited.erased.erased, { conversations: 1, messages: 4, leads: 1, events: 3 });
  assert.deepEqual(visited.refusals, [
    { status: 401, code: "invalid_token" },
    { status: 404, code: "agent_not_found" },
  ]);
}
