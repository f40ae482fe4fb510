// A message sent again is answered once, however many times it is sent at the same moment, while it runs and after.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Desk } from "./desk.mjs";

const AT_ONCE = 20;
let desk;

before(async () => {
  desk = await Desk.start();
});
after(() => desk?.stop());

test("simultaneous repeats of a message all get its one answer", async () => {
  const { jwt } = await desk.visitor();
  const headers = { "content-type": "application/json", authorization: `Bearer ${jwt}` };
  for (let round = 0; round < 15; round += 1) {
    const body = JSON.stringify({ message: "When are you open?", page_url: "https://shop.example/", client_message_id: `m${round}` });
    const send = async () => {
      const response = await fetch(`${desk.api}/messages`, { method: "POST", headers, body });
      return `${response.status} ${(await response.json()).data?.message_id}`;
    };
    const stream = async () => {
      const response = await fetch(`${desk.api}/messages/stream`, { method: "POST", headers, body });
      return `${response.status} ${/"event":"done".*"message_id":"(\w+)"/.exec(await response.text())?.[1]}`;
    };
    // The first round meets the turn as it begins and runs, the second as it ended.
    const running = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => (index % 2 ? send() : stream())));
    const ended = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => (index % 2 ? send() : stream())));
    const answers = new Set([...running, ...ended]);
    assert.equal(answers.size, 1, `round ${round}: ${[...answers].join(", ")}`);
    assert.match([...answers][0], /^200 \w{26}$/);
  }
});
