import test from 'node:test';
import assert from 'node:assert/strict';
import { load } from './widget.mjs';

const { parser } = await load('api.js');

function read(pieces) {
  const frames = [];
  const it = parser((frame) => frames.push(frame));
  for (const piece of pieces) it.push(piece);
  it.end();
  return frames;
}

const stream = 'data: {"event":"token","token":"Zwölf "}\n\n: keep-alive\n\ndata: {"event":"token","token":"Uhr"}\n\ndata: {"event":"done"}\n\n';
const frames = [{ event: 'token', token: 'Zwölf ' }, { event: 'token', token: 'Uhr' }, { event: 'done' }];

test('frames come out whole, however the stream is cut', () => {
  for (let size = 1; size < 20; size += 1) {
    const pieces = stream.match(new RegExp(`[^]{1,${size}}`, 'g'));
    assert.deepEqual(read(pieces), frames, `in pieces of ${size}`);
  }
});

test('all three line endings are understood, also when cut between CR and LF', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    assert.deepEqual(read([stream.replaceAll('\n', end)]), frames);
    assert.deepEqual(read([...stream.replaceAll('\n', end)]), frames);
  }
});

test('a frame of several data lines is one', () => assert.deepEqual(read(['data: {"event":\ndata: "done"}\n\n']), [{ event: 'done' }]));

test('what is not JSON, and other fields, are passed over', () => {
  assert.deepEqual(read(['event: x\nid: 7\nretry: 1\ndata: nonsense\n\ndata:{"event":"done"}\n\n']), [{ event: 'done' }]);
});

test('a last frame without its empty line still counts', () => assert.deepEqual(read(['data: {"event":"done"}']), [{ event: 'done' }]));
