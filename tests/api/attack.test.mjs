// What an attacker tries that no client would send: slow and endless requests, other protocols, forged tokens and origins.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { Desk } from "./desk.mjs";
import { exchange } from "./wire.mjs";

const SECRET = "a secret of more than thirty-two bytes";
/** The server's patience with a request's head and with its body, and some of ours for a busy machine. */
const CUT_WITHIN_MS = 60_000;
const SITE = "https://shop.example";
let desk;

before(async () => {
  const environment = { WIDGET_JWT_SECRET: SECRET, FRONTDESK_LIMITS_INIT: "0", FRONTDESK_LIMITS_CONVERSATION: "0" };
  desk = await Desk.start({ origins: [SITE], environment });
});
after(() => desk?.stop());

/** True once the connection is over, however it ended. */
const over = (socket) => new Promise((done) => socket.once("close", () => done(true)));

const json = (method, path, { body, headers = [] } = {}) => {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = [`${method} /v1/widget${path} HTTP/1.1`, "Host: x", "Content-Type: application/json", `Content-Length: ${text.length}`, ...headers];
  return exchange(desk.port, { method, bytes: Buffer.from(`${lines.join("\r\n")}\r\n\r\n${text}`, "latin1") }, 10_000);
};

describe("tokens", () => {
  const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const signed = (claims, { header = { alg: "HS256", typ: "JWT" }, key = SECRET, hash = "sha256" } = {}) => {
    const text = `${part(header)}.${part(claims)}`;
    return `${text}.${hash ? createHmac(hash, key).update(text).digest("base64url") : ""}`;
  };
  const read = (token) => json("GET", "/conversation/messages", { headers: [`Authorization: Bearer ${token}`] });

  test("only what the desk itself would issue is good", async () => {
    const visitor = await desk.visitor();
    const other = await desk.visitor();
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: "pitchbar", iat: now, exp: now + 3600, agent_id: desk.agent, visitor_id: visitor.visitor_id, conversation_id: visitor.conversation_id,
    };
    assert.equal((await read(signed(claims))).status, 200);
    const without = (name) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
    const bad = {
      "alg none": signed(claims, { header: { alg: "none" }, hash: null }),
      "alg nOnE": signed(claims, { header: { alg: "nOnE" }, hash: null }),
      "no alg": signed(claims, { header: { typ: "JWT" } }),
      "HS512": signed(claims, { header: { alg: "HS512" }, hash: "sha512" }),
      "RS256 signed with our key as if it were public": signed(claims, { header: { alg: "RS256" } }),
      "another key": signed(claims, { key: "x".repeat(40) }),
      "no key": signed(claims, { key: "" }),
      "another issuer": signed({ ...claims, iss: "evil" }),
      "a list of issuers": signed({ ...claims, iss: ["pitchbar", "evil"] }),
      "exp as a text": signed({ ...claims, exp: String(now + 3600) }),
      "exp without end": signed(JSON.stringify(claims).replace(`"exp":${now + 3600}`, '"exp":1e300')),
      "expired by a second": signed({ ...claims, exp: now - 1 }),
      "from the future": signed({ ...claims, iat: now + 120, exp: now + 3600 }),
      "another visitor's conversation": signed({ ...claims, conversation_id: other.conversation_id }),
      "another visitor": signed({ ...claims, visitor_id: other.visitor_id }),
      "a claim twice": signed(`${JSON.stringify(claims).slice(0, -1)},"exp":1}`),
      "four parts": `${signed(claims)}.x`,
      "8 KiB": "a".repeat(8192),
      ...Object.fromEntries(["iss", "iat", "exp", "agent_id", "visitor_id", "conversation_id"].map((name) => [`no ${name}`, signed(without(name))])),
    };
    for (const [name, token] of Object.entries(bad)) {
      const { status, headers, body } = await read(token);
      assert.equal(`${status} ${JSON.parse(body).error.code}`, "401 invalid_token", name);
      assert.equal(headers["www-authenticate"], "Bearer", name);
    }
  });
});

describe("origins", () => {
  test("what the owner is told to paste into a shell is harmless", async () => {
    const evil = ["https://$(id).example", "https://`id`.example", "https://a.example;id", "https://a.example&id", "https://a.example|id", "https://a'b.example;id", 'https://a"b.example'];
    for (const origin of evil) {
      const { status } = await json("POST", "/init", { body: { agent_id: desk.agent, page_url: SITE }, headers: [`Origin: ${origin}`] });
      assert.equal(status, 403, origin);
    }
    // Refusals are written down every few seconds.
    let listed = "";
    for (let tries = 0; tries < 100 && !listed.includes("id"); tries += 1) {
      await pause(100);
      listed = desk.text("agent", "origins", desk.agent);
    }
    const commands = listed.split("\n").filter((line) => line.includes("to allow it:"));
    for (const command of commands) {
      const bare = command.replace(/'[^']*'/g, "");
      assert.doesNotMatch(bare, /[;&|`$"'<>()]/, command);
    }
  });
});

describe("connections", { concurrency: true }, () => {
  /** Sends a byte each second until the server has enough of it; how it ended. */
  async function dripping(begin, drop) {
    const socket = connect({ port: desk.port, host: "127.0.0.1", noDelay: true });
    socket.on("error", () => {});
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes));
    const closed = over(socket);
    socket.write(begin);
    const begun = Date.now();
    for (;;) {
      if (await Promise.race([closed, pause(1000, false)])) return answer;
      if (Date.now() - begun > CUT_WITHIN_MS) {
        socket.destroy();
        assert.fail(`still open after ${CUT_WITHIN_MS / 1000} s`);
      }
      socket.write(drop);
    }
  }

  test("a head that comes drop by drop is cut off", () => dripping("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"));
  test("so is one behind empty lines", () => dripping("\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"));
  test("and empty lines without end", () => dripping("\r\n\r\n", "\r\n"));
  test("and a body that comes drop by drop", () =>
    dripping("POST /v1/widget/init HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n", " "));
  test("and one in chunks", () =>
    dripping("POST /v1/widget/init HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"));

  test("HTTP/2 is not spoken", async () => {
    const socket = connect({ port: desk.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    let answer = Buffer.alloc(0);
    socket.on("data", (bytes) => (answer = Buffer.concat([answer, bytes])));
    socket.write(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1"));
    const closed = await Promise.race([over(socket), pause(5000, false)]);
    socket.destroy();
    assert.ok(closed, "the connection is open for frames");
    assert.ok(answer.length === 0 || answer.toString("latin1").startsWith("HTTP/1.1 4"), answer.toString("latin1"));
  });

  test("bodies that say two lengths carry no second request", async () => {
    const { jwt } = await desk.visitor();
    const head = `POST /v1/widget/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${jwt}\r\nContent-Type: application/json\r\n`;
    const event = '{"event":"a"}';
    const hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    const forms = [
      `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding: chunked, identity\r\n\r\nd\r\n${event}\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding: xchunked\r\nContent-Length: 13\r\n\r\n${event}${hidden}`,
      `${head}Transfer-Encoding : chunked\r\nContent-Length: 13\r\n\r\n${event}${hidden}`,
      `${head}Content-Length: 13, 13\r\n\r\n${event}${hidden}`,
      `${head}Content-Length: +13\r\n\r\n${event}${hidden}`,
      `${head}X-A: b\r\n c\r\nContent-Length: 13\r\n\r\n${event}${hidden}`,
    ];
    for (const form of forms) {
      const socket = connect({ port: desk.port, host: "127.0.0.1" });
      socket.on("error", () => {});
      let answer = "";
      socket.on("data", (bytes) => (answer += bytes));
      socket.write(form);
      await over(socket);
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
      assert.ok(statuses.length <= 1, `${form}\n${answer}`);
      assert.ok(!answer.includes("200 OK"), `${form}\n${answer}`);
    }
  });
});
