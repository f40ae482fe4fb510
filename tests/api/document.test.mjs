// The OpenAPI document is a reviewed file: whoever changes what clients rely on sees it here. UPDATE_SNAPSHOTS=1 writes it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Desk, ROOT } from "./desk.mjs";

const SNAPSHOT = join(ROOT, "tests/snapshots/openapi.json");
let desk;
let text;
let document;

before(async () => {
  desk = await Desk.start();
  text = await (await fetch(`${desk.url}/openapi.json`)).text();
  document = JSON.parse(text);
});
after(() => desk?.stop());

test("the document is the reviewed one", () => {
  // The version changes with every release, which is no news to a client.
  const now = `${JSON.stringify({ ...document, info: { ...document.info, version: "*" } }, null, 2)}\n`;
  if (process.env.UPDATE_SNAPSHOTS) writeFileSync(SNAPSHOT, now);
  const reviewed = readFileSync(SNAPSHOT, "utf8");
  assert.deepEqual(JSON.parse(now), JSON.parse(reviewed), "the document changed: read the difference, then UPDATE_SNAPSHOTS=1");
  assert.equal(now, reviewed, "the same document in another order: UPDATE_SNAPSHOTS=1");
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
  );

test("every operation says what it does, what it takes and how it refuses", () => {
  const gaps = [];
  for (const { name, operation } of operations()) {
    const need = (what, there) => there || gaps.push(`${name}: ${what}`);
    need("a summary", operation.summary);
    need("an id", operation.operationId);
    need("a tag", operation.tags?.length === 1);
    const statuses = Object.keys(operation.responses).map(Number);
    const expected = [405, 500, 503];
    if (operation.requestBody) expected.push(400, 413, 415, 422);
    if (operation.security) expected.push(401, 403, 404, 429);
    for (const status of expected) need(`status ${status}`, statuses.includes(status));
    for (const [status, response] of Object.entries(operation.responses)) {
      need(`words for ${status}`, response.description);
      const named = (header) => response.headers?.[header] ?? response.headers?.[header.toLowerCase()];
      need(`X-Request-Id with ${status}`, named("X-Request-Id"));
      if (["429", "503"].includes(status)) need(`Retry-After with ${status}`, named("Retry-After"));
      if (status === "429") need("X-RateLimit-Limit with 429", named("X-RateLimit-Limit"));
      if (status === "405") need("Allow with 405", named("Allow"));
      if (status === "401") need("WWW-Authenticate with 401", named("WWW-Authenticate"));
    }
    for (const parameter of operation.parameters ?? []) need(`words for ${parameter.name}`, parameter.description);
    const body = operation.requestBody?.content["application/json"];
    if (operation.requestBody) need("an example of its body", body.example ?? body.examples ?? schema(body.schema).example);
  }
  assert.deepEqual(gaps, []);
});

test("every text that a client sends has a longest length, a pattern or a list of values", () => {
  const gaps = [];
  const walk = (found, place) => {
    const node = schema(found);
    for (const part of [...(node.allOf ?? []), ...(node.oneOf ?? []), ...(node.anyOf ?? [])]) walk(part, place);
    if (node.type === "string" && !node.maxLength && !node.pattern && !node.enum) gaps.push(place);
    if (node.items) walk(node.items, `${place}[]`);
    for (const [name, property] of Object.entries(node.properties ?? {})) walk(property, `${place}.${name}`);
  };
  for (const { name, operation } of operations()) {
    const body = operation.requestBody?.content["application/json"];
    if (body) walk(body.schema, name);
  }
  // What a page says of itself is cut to size, never refused.
  assert.deepEqual(gaps.filter((place) => !place.includes(".page_context.")), []);
});

test("every reference leads somewhere, and no schema is left over", () => {
  const names = new Set(Object.keys(document.components.schemas));
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
  assert.deepEqual([...used].filter((name) => !names.has(name)), []);
  assert.deepEqual([...names].filter((name) => !used.has(name)), []);
});

function schema(found) {
  const name = found?.$ref?.split("/").at(-1);
  return name ? document.components.schemas[name] : (found ?? {});
}
