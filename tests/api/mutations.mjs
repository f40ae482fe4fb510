// Valid requests on every endpoint, and the ways to spoil them.

const PAGE = "https://shop.example/";
const ODD_TEXTS = [
  "", " ", "\u0000", "a\u0000b", "\ud800", "\udfff\ud800", "\u202e\u202dgnirts", "\u200f", "e\u0301".repeat(300), "👩‍👩‍👧‍👦".repeat(50), "日本語の質問", "مرحبا",
  "'; drop table messages; --", "\" or 1=1", "%00%c3", "../../etc/passwd", "{{7*7}}", "<script>alert(1)</script>", "NaN", "null", "\r\nX-Injected: 1", "z".repeat(5000),
  "\ufeff", "\uffff", "(((((", "\"*\" AND NEAR(", "a AND", "-", "^*", "\\u0000", "🏳️‍🌈", "ﷺ".repeat(100), "İı", "\u0f77\u0f79",
];
const ODD_NUMBERS = ["0", "-0", "-1", "1e999", "-1e999", "1e-999", "18446744073709551616", "9007199254740993", "0.1", "1".repeat(400), "1E400", "4294967296", "101"];
const ODD_VALUES = ["null", "true", "false", "[]", "{}", "[[]]", '[{"event":"a"}]', '""', "{\"\":{}}"];
const METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO", "get", "CONNECT"];
const CONTENT_TYPES = [
  "text/plain", "application/json; charset=utf-16", "application/xml", "", "multipart/form-data; boundary=x", "application/JSON ; x", "application/json,text/html",
  "\u00ff", ";;;", "application/x-www-form-urlencoded", "application/vnd.api+json",
];
const ORIGINS = ["null", "https://evil.example", "https://", "://", "\u00e9", "https://shop.example/", "file://", "https://shop.example:99999", "x".repeat(3000), "https://[::1", "https://xn--a", ""];
const TOKENS = ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer a.b.c", "bearer \u00ff", "Bearer ..", `Bearer ${"a".repeat(5000)}`, "Bearer eyJhbGciOiJub25lIn0.e30."];
const HEADERS = [
  "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: ,,,::1,%%", "X-Forwarded-Host: evil.example", "Forwarded: for=\"_x\"", "X-Request-Id: \u00ff\u00fe", "X-Request-Id: ok-1",
  `X-Request-Id: ${"a".repeat(500)}`, "Host: other.example", "Host: [::1", "If-None-Match: *", "If-None-Match: \"x\", W/\"y\"", "Accept-Encoding: gzip, br;q=0, zstd", "Accept: nothing/at-all",
  "Range: bytes=0-1", "Expect: 100-continue", "Upgrade: h2c", "Upgrade: websocket", "Connection: close", "Content-Encoding: gzip", "Access-Control-Request-Method: PATCH",
  "Accept-Language: \u00ff", "Cookie: a=b", "Transfer-Encoding: identity", "X-HTTP-Method-Override: DELETE", "Last-Event-ID: 5", "TE: trailers", "Max-Forwards: 0", `X-Long: ${"y".repeat(9000)}`,
];

const question = (more) => ({ message: "When are you open?", page_url: PAGE, ...more });
const post = (path, body) => (visitor) => ({ method: "POST", path, body: typeof body === "function" ? body(visitor) : body, token: visitor.jwt });

/** Valid requests, each as a function of who asks. */
export const endpoints = [
  (visitor) => ({ method: "POST", path: "/init", body: { agent_id: visitor.agent, page_url: PAGE, anon_id: "somebody", locale: "de-CH", resume: true } }),
  (visitor) => ({ method: "GET", path: `/config?agent_id=${visitor.agent}` }),
  post("/messages", () => question({ client_message_id: "c1", page_context: { title: "Shop", headings: ["A", "B"], og: { a: 1 }, json_ld: [{}] } })),
  post("/messages/stream", () => question({ client_message_id: "c2", page_context: { title: "Shop", text: "words" } })),
  post("/leads", { email: "ann@mail.example", name: "Ann", phone: "+41 1", fields: { size: "L", n: 3 } }),
  post("/events", { event: "page.view", rule_id: "r1", metadata: { a: [1, { b: null }] } }),
  post("/events", { events: [{ event: "page.view", metadata: {} }, { event: "cta.click", rule_id: "r" }] }),
  (visitor) => ({ method: "GET", path: `/conversation/messages?after=${visitor.message}&limit=20`, token: visitor.jwt }),
  post("/conversation/clear"),
  post("/request-human", { reason: "please" }),
  post("/typing"),
  post("/broadcasting/auth", (visitor) => ({ socket_id: "12.34", channel_name: `private-conversation.${visitor.conversation}` })),
  post("/satisfaction", { rating: "good", comment: "nice" }),
  (visitor) => post(`/messages/${visitor.message}/feedback`, { rating: "bad" })(visitor),
];

/** The request, spoilt in one to three ways, as bytes. */
export function spoil(random, request) {
  const spoilt = { prefix: random.pick(["/v1/widget", "/api/v1/widget"]), headers: [], type: "application/json", origin: "https://shop.example", ...request };
  spoilt.authorization = spoilt.token && `Bearer ${spoilt.token}`;
  spoilt.text = spoilt.body === undefined ? undefined : JSON.stringify(spoilt.body);
  for (let times = 1 + random.below(3); times > 0; times -= 1) {
    // Most of it goes into what is parsed deepest: the body's values.
    random.pick([value, value, value, value, shape, shape, text, raw, heads, heads, address, length])(random, spoilt);
  }
  return assembled(spoilt);
}

/** Other values, of the same or another type. */
function value(random, request) {
  const tree = parse(request.text);
  if (tree === undefined) return address(random, request);
  const places = [];
  walk(tree, (holder, key) => places.push([holder, key]));
  if (places.length === 0) return;
  const [holder, key] = random.pick(places);
  // Numbers beyond JavaScript's are written in afterwards.
  const mark = `@${random.below(1e9)}@`;
  holder[key] = mark;
  const odd = random.pick([
    () => JSON.stringify(random.pick(ODD_TEXTS)),
    () => random.pick(ODD_NUMBERS),
    () => random.pick(ODD_VALUES),
    () => "[".repeat(random.pick([10, 127, 128, 129, 5000])) + "]".repeat(random.pick([10, 127, 128, 5000])),
    () => '{"a":'.repeat(random.pick([10, 130])) + "1" + "}".repeat(130),
    () => `"\\ud83d${random.pick(["", "x", "\\u0041", "\\ude00"])}"`,
    () => JSON.stringify(String.fromCodePoint(...Array.from({ length: random.below(40) }, () => random.below(0x11000)))),
    () => JSON.stringify("x".repeat(random.pick([35, 36, 64, 65, 200, 201, 500, 501, 2048, 2049, 4000, 4001, 4096, 60000, 70000]))),
    () => JSON.stringify(Object.fromEntries(Array.from({ length: random.pick([20, 21, 300]) }, (_, index) => [`k${index}`, index]))),
    () => JSON.stringify(Array.from({ length: random.pick([0, 50, 51, 1000]) }, () => ({ event: "a" }))),
  ])();
  request.text = JSON.stringify(tree).replace(JSON.stringify(mark), () => odd);
}

/** Keys that are missing, doubled, renamed or new. */
function shape(random, request) {
  const tree = parse(request.text);
  if (tree === undefined || typeof tree !== "object" || tree === null) return heads(random, request);
  const keys = Object.keys(tree);
  const key = keys.length > 0 ? random.pick(keys) : "message";
  const again = JSON.stringify(tree[key] ?? null);
  switch (random.below(5)) {
    case 0: delete tree[key]; break;
    case 1: tree[random.pick([key.toUpperCase(), `${key}\u0000`, "__proto__x", "", "$ref"])] = tree[key]; delete tree[key]; break;
    case 2: tree[random.pick(ODD_TEXTS)] = random.pick([1, null, "x", { a: [] }]); break;
    case 3: request.text = `[${request.text}]`; return;
    default: request.text = `${request.text.slice(0, -1)}${keys.length > 0 ? "," : ""}${JSON.stringify(key)}:${random.pick([again, "null", "7"])}}`; return;
  }
  request.text = JSON.stringify(tree);
}

/** Characters of the body. */
function text(random, request) {
  const before = request.text ?? "";
  const at = random.below(before.length + 1);
  request.text = random.pick([
    () => before.slice(0, at),
    () => before.slice(0, at) + random.pick(ODD_TEXTS) + before.slice(at),
    () => before + random.pick(["\u0000", "}", " {}", "//", ",", "\n\n\n"]),
    () => `\ufeff${before}`,
    () => before.replaceAll(":", random.pick(["=", "::", ": \t\r\n"])),
    () => before.replaceAll('"', "'"),
    () => `${before}${" ".repeat(random.pick([10, 65_000, 66_000, 200_000]))}`,
    () => random.pick(["", "null", "0", '"x"', "[]", "{}", "nul", "\u0000", "[".repeat(60_000), '{"a":'.repeat(10_000), "1e999999", "-"]),
  ])();
}

/** Bytes of the body. */
function raw(random, request) {
  const bytes = Buffer.from(request.raw ?? Buffer.from(request.text ?? "{}"));
  for (let times = 1 + random.below(4); times > 0 && bytes.length > 0; times -= 1) {
    const at = random.below(bytes.length);
    bytes[at] = random.chance(0.5) ? bytes[at] ^ (1 << random.below(8)) : random.below(256);
  }
  request.raw = bytes;
}

/** Methods, tokens, content types, origins and other headers: wrong, missing, doubled. */
function heads(random, request) {
  random.pick([
    () => (request.method = random.pick(METHODS)),
    () => (request.authorization = random.pick(TOKENS)),
    () => (request.authorization = undefined),
    () => {
      // A letter of the token itself.
      if (!request.authorization) return;
      const at = random.below(request.authorization.length);
      request.authorization = request.authorization.slice(0, at) + random.pick(["A", "_", ".", "=", ""]) + request.authorization.slice(at + 1);
    },
    () => request.headers.push(`Authorization: ${random.pick(TOKENS)}`),
    () => (request.type = random.pick(CONTENT_TYPES)),
    () => (request.type = undefined),
    () => request.headers.push(`Content-Type: ${random.pick(CONTENT_TYPES)}`),
    () => (request.origin = random.pick(ORIGINS)),
    () => (request.origin = undefined),
    () => request.headers.push(`Origin: ${random.pick(ORIGINS)}`),
    () => request.headers.push(random.pick(HEADERS)),
    () => request.headers.push(random.pick(HEADERS)),
    () => request.headers.push(...Array.from({ length: random.pick([20, 90, 200]) }, (_, index) => `X-Many-${index}: ${index}`)),
  ])();
}

/** Path and query. */
function address(random, request) {
  const path = request.path;
  const [bare, query = ""] = path.split("?");
  const odd = () => random.pick([encodeURIComponent(wellFormed(random.pick(ODD_TEXTS)).slice(0, 800)), random.pick(ODD_NUMBERS), "%", "%00", "%ff%fe", "%E0%80%80", "+", "&&=&", "a=b=c", "%C3%A9"]);
  request.path = random.pick([
    () => `${path}/`,
    () => `/${path}`,
    () => `${bare}/..%2f..%2fx`,
    () => `${bare}?${odd()}`,
    () => `${bare}?${query}&${query}`,
    () => `${bare}?agent_id=${odd()}&limit=${odd()}&after=${odd()}`,
    () => `${bare}?limit=${odd()}`,
    () => bare.replace(/\/[^/]*$/, (last) => `/${odd()}${last}`),
    () => bare.replace(/[0-9A-Z]{26}/, odd()),
    () => `${bare}#${odd()}`,
    () => `${bare}?${"q=1&".repeat(2000)}`,
    () => bare.toUpperCase(),
  ])();
}

/** Lengths that lie, chunks instead of lengths. */
function length(random, request) {
  random.pick([
    () => (request.length = random.pick(["0", "-1", "x", "1e3", "18446744073709551616", "65537", "99999999999", " 5", "+5", "0x10"])),
    () => (request.chunks = random.pick([1, 7, 1000])),
    () => (request.chunks = "broken"),
    () => (request.version = random.pick(["HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", "HTTP/0.9"])),
  ])();
}

function assembled(request) {
  const body = request.raw ?? (request.text === undefined ? undefined : Buffer.from(request.text));
  const lines = [`${request.method} ${request.prefix}${request.path} ${request.version ?? "HTTP/1.1"}`, "Host: 127.0.0.1"];
  if (request.origin !== undefined) lines.push(`Origin: ${request.origin}`);
  if (request.authorization !== undefined) lines.push(`Authorization: ${request.authorization}`);
  if (body !== undefined && request.type !== undefined) lines.push(`Content-Type: ${request.type}`);
  lines.push(...request.headers);
  let payload = body ?? Buffer.alloc(0);
  if (request.chunks !== undefined) {
    lines.push("Transfer-Encoding: chunked");
    payload = chunked(payload, request.chunks);
  } else if (body !== undefined || request.length !== undefined) {
    lines.push(`Content-Length: ${request.length ?? payload.length}`);
  }
  return {
    method: request.method,
    // What waits for more, or is no HTTP, may be waited for or cut off without a word.
    unfinished: request.length !== undefined || request.chunks === "broken" || request.version !== undefined || request.headers.some((line) => /^(Upgrade|Transfer-Encoding)/.test(line)),
    bytes: Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), payload]),
  };
}

function chunked(bytes, size) {
  if (size === "broken") return Buffer.concat([Buffer.from("ZZ\r\n"), bytes, Buffer.from("\r\n0\r\n\r\n")]);
  const parts = [];
  // A chunk for each letter of a long text would be a test of patience only.
  const step = Math.max(size, Math.ceil(bytes.length / 5000));
  for (let at = 0; at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

function wellFormed(text) {
  return text.replace(/[\ud800-\udfff]/g, "?");
}

/** The body's value, unless it is none, or nested more deeply than JavaScript can write again. */
function parse(text) {
  if (text === undefined || text.includes("[".repeat(200)) || text.includes('{"a":'.repeat(200))) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function walk(tree, visit) {
  if (typeof tree !== "object" || tree === null) return;
  for (const key of Object.keys(tree)) {
    visit(tree, key);
    walk(tree[key], visit);
  }
}
