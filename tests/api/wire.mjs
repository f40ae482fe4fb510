// One request as bytes, one answer read to its end, on a connection of its own: nothing between the test and the wire.

import { connect } from "node:net";

/**
 * Sends the bytes and reads one whole response.
 * @returns {Promise<{status: number, headers: Record<string, string>, body: string}>}
 */
export function exchange(port, request, patience) {
  return new Promise((done, fail) => {
    let bytes = Buffer.alloc(0);
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const alarm = setTimeout(() => end(new Error(`no answer within ${patience} ms`)), request.unfinished ? 300 : patience);
    const end = (error, answer) => {
      clearTimeout(alarm);
      socket.destroy();
      if (error) fail(error);
      else done(answer);
    };
    socket.on("connect", () => socket.write(request.bytes));
    socket.on("data", (more) => {
      bytes = Buffer.concat([bytes, more]);
      const answer = parsed(bytes, request.method, false);
      if (answer) end(undefined, answer);
    });
    // A refusal may come while the request is still being written: what was answered counts, not how the line ended.
    const over = () => {
      const answer = parsed(bytes, request.method, true);
      end(answer ? undefined : new Error(`the connection ended after ${bytes.length} bytes`), answer);
    };
    socket.on("end", over);
    socket.on("error", over);
  });
}

/** The response in the bytes, once it is whole; responses of the 1xx kind are skipped. */
export function parsed(bytes, method, closed) {
  const gap = bytes.indexOf("\r\n\r\n");
  if (gap < 0) return undefined;
  const [start, ...lines] = bytes.subarray(0, gap).toString("latin1").split("\r\n");
  const status = Number(start.split(" ")[1]);
  const rest = bytes.subarray(gap + 4);
  if (status < 200) return parsed(rest, method, closed);
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const whole = (body) => ({ status, headers, body: body.toString("utf8") });
  if (method === "HEAD" || status === 204 || status === 304) return whole(Buffer.alloc(0));
  if (headers["transfer-encoding"] === "chunked") {
    const body = unchunked(rest);
    return body && whole(body);
  }
  if (headers["content-length"] !== undefined) {
    const length = Number(headers["content-length"]);
    return rest.length >= length ? whole(rest.subarray(0, length)) : undefined;
  }
  return closed ? whole(rest) : undefined;
}

/** The body of chunks, if the last one is there. */
function unchunked(bytes) {
  const parts = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const length = parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    const begin = line + 2;
    if (bytes.length < begin + length + 2) return undefined;
    if (length === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(begin, begin + length));
    at = begin + length + 2;
  }
}
