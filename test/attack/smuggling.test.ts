/**
 * Messages that two parsers could frame differently, each with a marker request behind or inside it. What is ambiguous is
 * refused and ends the connection; the marker is never answered then, and never twice.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, gateway, serve } from '../../dist/index.js';
import { Client, CutError, get } from '../support/client.ts';

const MARKER = get('/marker');
/** A chunked content, and what its bytes are when a length is believed. */
const CHUNKED_END = '0\r\n\r\n';

function message(...lines: string[]): string {
  return ['POST /first HTTP/1.1', 'Host: test', ...lines].join('\r\n');
}

/** Refused with this status, connection closed, nothing of the message reaches the application. */
const REFUSED: [string, string, number?][] = [
  // Content-Length beside Transfer-Encoding (RFC 9112 6.1).
  ['CL.TE', message('Content-Length: 6', 'Transfer-Encoding: chunked', '', `${CHUNKED_END}G`)],
  ['TE.CL', message('Transfer-Encoding: chunked', 'Content-Length: 4', '', `5c\r\n${'x'.repeat(92)}\r\n${CHUNKED_END}`)],
  ['TE.CL with length 0', message('Transfer-Encoding: chunked', 'Content-Length: 0', '', '') + CHUNKED_END],
  // Several or obscured codings.
  ['TE.TE twice', message('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', '', '') + CHUNKED_END],
  ['TE identity behind chunked', message('Transfer-Encoding: chunked, identity', '', '') + CHUNKED_END, 501],
  ['TE chunked twice in one line', message('Transfer-Encoding: chunked, chunked', '', '') + CHUNKED_END],
  ['TE that only looks chunked', message('Transfer-Encoding: xchunked', '', '') + CHUNKED_END, 501],
  ['TE gzip', message('Transfer-Encoding: gzip, chunked', '', '') + CHUNKED_END, 501],
  ['TE with vertical tab', message('Transfer-Encoding: \x0bchunked', '', '') + CHUNKED_END],
  ['TE quoted', message('Transfer-Encoding: "chunked"', '', '') + CHUNKED_END],
  ['TE with parameter', message('Transfer-Encoding: chunked;a=b', '', '') + CHUNKED_END],
  ['TE empty', message('Transfer-Encoding:', '', '') + CHUNKED_END],
  ['TE in HTTP/1.0', `POST /first HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED_END}`],
  ['TE with a vertical tab in front of the colon', message('Content-Length: 5', 'Transfer-Encoding\x0b: chunked', '', 'abcde')],
  ['TE with a Kelvin sign', message('Transfer-Encoding: chun\xe2\x84\xaaed', '', '') + CHUNKED_END],
  ['TE of commas around chunked', message('Transfer-Encoding: , chunked ,', '', '') + CHUNKED_END],
  ['an unknown TE beside CL', message('Content-Length: 5', 'Transfer-Encoding: cow', '', 'abcde')],
  ['CL and TE of a GET', `GET /first HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED_END}`],
  ['TE behind a bare LF', message('Content-Length: 5', 'X-A: b\nTransfer-Encoding: chunked', '', 'abcde')],
  // Space around names (RFC 9112 5.1), folding (5.2).
  ['space before the colon', message('Transfer-Encoding : chunked', 'Content-Length: 5', '', '') + CHUNKED_END],
  ['tab before the colon', message('Content-Length\t: 5', '', 'abcde')],
  ['leading space', message(' Content-Length: 5', '', 'abcde')],
  ['obs-fold', message('Content-Length:', ' 5', '', 'abcde')],
  ['obs-fold of TE', message('Transfer-Encoding:', '\tchunked', '', '') + CHUNKED_END],
  ['obs-fold in the first line', 'POST /first HTTP/1.1\r\n Host: test\r\n\r\n'],
  ['name with NUL', message('Content-Length\0: 5', '', 'abcde')],
  ['name in quotes', message('"Content-Length": 5', '', 'abcde')],
  ['empty name', message(': 5', '', '')],
  ['line without colon', message('Content-Length 5', '', '')],
  // Content-Length (RFC 9110 8.6).
  ['CL twice, different', message('Content-Length: 5', 'Content-Length: 6', '', 'abcdef')],
  ['CL list, different', message('Content-Length: 5, 6', '', 'abcdef')],
  ['CL signed', message('Content-Length: +5', '', 'abcde')],
  ['CL negative', message('Content-Length: -5', '', 'abcde')],
  ['CL hexadecimal', message('Content-Length: 0x5', '', 'abcde')],
  ['CL with a space inside', message('Content-Length: 5 5', '', 'abcde')],
  ['CL with an underscore', message('Content-Length: 1_0', '', 'abcdeabcde')],
  ['CL decimal', message('Content-Length: 5.0', '', 'abcde')],
  ['CL empty', message('Content-Length:', '', '')],
  ['CL in other digits', message('Content-Length: \xd9\xa5', '', 'abcde')],
  ['CL beyond 64 bits', message('Content-Length: 18446744073709551621', '', 'abcde')],
  // Line ends (RFC 9112 2.2).
  ['bare LF ends the request line', `GET /first HTTP/1.1\nHost: test\r\n\r\n`],
  ['bare LF ends a field', 'GET /first HTTP/1.1\r\nHost: test\nX-A: b\r\n\r\n'],
  ['bare LF ends the head', 'GET /first HTTP/1.1\r\nHost: test\r\n\n'],
  ['bare CR in a field', message('X-A: b\rContent-Length: 5', '', 'abcde')],
  ['CR CR LF', 'GET /first HTTP/1.1\r\nHost: test\r\r\n\r\n'],
  ['NUL in a value', message('X-A: b\0c', '', '')],
  // Chunks (RFC 9112 7.1).
  ['chunk size signed', `${message('Transfer-Encoding: chunked', '', '')}+5\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size 0x', `${message('Transfer-Encoding: chunked', '', '')}0x5\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size negative', `${message('Transfer-Encoding: chunked', '', '')}-5\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size empty', `${message('Transfer-Encoding: chunked', '', '')}\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size with space before', `${message('Transfer-Encoding: chunked', '', '')} 5\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size beyond 64 bits', `${message('Transfer-Encoding: chunked', '', '')}10000000000000005\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size line with bare LF', `${message('Transfer-Encoding: chunked', '', '')}5\nabcde\r\n${CHUNKED_END}`],
  ['chunk size line with bare CR', `${message('Transfer-Encoding: chunked', '', '')}5\rabcde\r\n${CHUNKED_END}`],
  ['chunk longer than its size', `${message('Transfer-Encoding: chunked', '', '')}5\r\nabcdefg\r\n${CHUNKED_END}`],
  ['chunk size line ended by CR CR LF', `${message('Transfer-Encoding: chunked', '', '')}5\r\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size with another behind white space', `${message('Transfer-Encoding: chunked', '', '')}5 5;a\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk size in other digits', `${message('Transfer-Encoding: chunked', '', '')}\xef\xbc\x95\r\nabcde\r\n${CHUNKED_END}`],
  ['chunk extension with a quoted line end', `${message('Transfer-Encoding: chunked', '', '')}5;a="\r\n"\r\nabcde\r\n${CHUNKED_END}`],
  ['extension of the last chunk with LF', `${message('Transfer-Encoding: chunked', '', '')}0;a\n\r\n\r\n`],
  ['last chunk ended by LF', `${message('Transfer-Encoding: chunked', '', '')}0\r\n\n`],
  ['last chunk of minus nothing', `${message('Transfer-Encoding: chunked', '', '')}-0\r\n\r\n`],
  ['trailer without colon', `${message('Transfer-Encoding: chunked', '', '')}0\r\nGET /marker HTTP/1.1\r\n\r\n`],
  ['trailer behind a blank', `${message('Transfer-Encoding: chunked', '', '')}0\r\n X-A: b\r\n\r\n`],
  ['chunk ended by LF', `${message('Transfer-Encoding: chunked', '', '')}5\r\nabcde\n${CHUNKED_END}`],
  ['chunk extension with LF', `${message('Transfer-Encoding: chunked', '', '')}5;a=b\nx\r\nabcde\r\n${CHUNKED_END}`],
  ['trailer with bare LF', `${message('Transfer-Encoding: chunked', '', '')}0\r\nX-A: b\n\r\n`],
  ['trailer folded', `${message('Transfer-Encoding: chunked', '', '')}0\r\nX-A: b\r\n c\r\n\r\n`],
  // Targets, versions, hosts.
  ['two spaces behind the method', 'GET  /first HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['space in the target', 'GET /first /marker HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['a method of 300 letters', `${'M'.repeat(300)} /first HTTP/1.1\r\nHost: test\r\n\r\n`, 501],
  ['tab behind the method', 'GET\t/first HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['space behind the version', 'GET /first HTTP/1.1 \r\nHost: test\r\n\r\n'],
  ['no version', 'GET /first\r\nHost: test\r\n\r\n'],
  ['version 1.10', 'GET /first HTTP/1.10\r\nHost: test\r\n\r\n'],
  ['version in lower case', 'GET /first http/1.1\r\nHost: test\r\n\r\n'],
  ['version 2.0', 'GET /first HTTP/2.0\r\nHost: test\r\n\r\n', 505],
  ['two hosts', 'GET /first HTTP/1.1\r\nHost: test\r\nHost: other\r\n\r\n'],
  ['no host', 'GET /first HTTP/1.1\r\n\r\n'],
  ['host with a path', 'GET /first HTTP/1.1\r\nHost: test/path\r\n\r\n'],
  ['host with a list', 'GET /first HTTP/1.1\r\nHost: test, other\r\n\r\n'],
  ['target without slash', 'GET first HTTP/1.1\r\nHost: test\r\n\r\n'],
];

/** Framed in one way only: answered, then the marker is answered once. */
const TAKEN: [string, string][] = [
  ['a plain length', message('Content-Length: 5', '', 'abcde')],
  ['a length with leading zeros', message('Content-Length: 005', '', 'abcde')],
  ['a marker inside content', message(`Content-Length: ${MARKER.length}`, '', MARKER)],
  ['a marker inside a chunk', `${message('Transfer-Encoding: chunked', '', '')}${MARKER.length.toString(16)}\r\n${MARKER}\r\n${CHUNKED_END}`],
  ['a coding in capitals', message('Transfer-Encoding: CHUNKED', '', '') + CHUNKED_END],
  ['white space around the coding', message('Transfer-Encoding: \t chunked \t', '', '') + CHUNKED_END],
  ['chunk extensions', `${message('Transfer-Encoding: chunked', '', '')}5;a=b;c="d"\r\nabcde\r\n${CHUNKED_END}`],
  ['white space in chunk extensions', `${message('Transfer-Encoding: chunked', '', '')}5 ; a = "b"\t;c\r\nabcde\r\n0 ;z\r\n\r\n`],
  ['a trailer', `${message('Transfer-Encoding: chunked', '', '')}0\r\nX-Trailer: a\r\nContent-Length: 5\r\n\r\n`],
  ['a large chunk size in capitals', `${message('Transfer-Encoding: chunked', '', '')}0000001A\r\n${'a'.repeat(26)}\r\n${CHUNKED_END}`],
  ['empty lines before the request', `\r\n\r\n${get('/first')}`],
  ['a GET with content', `GET /first HTTP/1.1\r\nHost: test\r\nContent-Length: ${MARKER.length}\r\n\r\n${MARKER}`],
];

let server: FastServer;
let ran: string[] = [];

beforeAll(async () => {
  server = await serve({
    app: gateway(async (request, respond) => {
      ran.push(request.path);
      await request.body.bytes();
      respond(200, [], request.path);
    }),
    timeouts: { body: 500, header: 500 },
  });
});
afterAll(() => server.close({ grace: 0 }));

/** Sends the bytes in pieces and gives everything that is answered until the connection ends. */
async function answers(bytes: string, pieces: number): Promise<{ status: number; text: string; closes: boolean }[]> {
  ran = [];
  const client = await Client.connect(server.url);
  client.socket.setNoDelay(true);
  const size = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += size) {
    client.send(bytes.slice(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.finish();
  const list: { status: number; text: string; closes: boolean }[] = [];
  try {
    for (;;) {
      const answer = await client.answer();
      list.push({ status: answer.status, text: answer.text, closes: answer.field('connection') === 'close' });
    }
  } catch (error) {
    if (!(error instanceof CutError) || error.answer !== undefined) throw error;
  } finally {
    client.destroy();
  }
  return list;
}

describe.each([1, 5])('in %i pieces', (pieces) => {
  it.each(REFUSED)('%s is refused and ends the connection', async (_name, bytes, status = 400) => {
    const list = await answers(bytes + MARKER, pieces);
    expect(ran).not.toContain('/marker');
    const last = list.at(-1);
    expect([last?.status, last?.closes]).toEqual([status, true]);
    expect(list.filter((answer) => answer.status !== status)).toEqual([]);
    expect(list).toHaveLength(1);
  });

  it.each(TAKEN)('%s is answered, and the request behind it once', async (_name, bytes) => {
    const list = await answers(bytes + MARKER, pieces);
    expect(list.map(({ status, text }) => [status, text])).toEqual([[200, '/first'], [200, '/marker']]);
    expect(ran).toEqual(['/first', '/marker']);
  });
});

describe('a path above the root', () => {
  it('is refused; its framing was clear, so the connection goes on', async () => {
    const list = await answers('GET /../first HTTP/1.1\r\nHost: test\r\n\r\n' + MARKER, 1);
    expect(list.map(({ status }) => status)).toEqual([400, 200]);
    expect(ran).toEqual(['/marker']);
  });
});

describe('a message that was answered before its content', () => {
  it.each([
    ['breaks its framing', '5\r\nhelloXX0\r\n\r\n'],
    ['is followed by a marker inside a broken chunk', '5\r\nhello' + MARKER],
  ])('gets no other answer when that %s', async (_name, content) => {
    const list = await answers(`POST /../first HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n${content}${MARKER}`, 1);
    expect(list.map(({ status }) => status)).toEqual([400]);
    expect(ran).toEqual([]);
  });

  it('gets no other answer when its client stops in the middle', async () => {
    const client = await Client.connect(server.url);
    client.send('POST /../first HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nhello');
    expect((await client.answer()).status).toBe(400);
    client.finish();
    await client.ended();
  });
});

describe('a refused message', () => {
  it('lets the answers before it go out', async () => {
    const list = await answers(get('/1') + get('/2') + message('Content-Length: 5', 'Transfer-Encoding: chunked', '', CHUNKED_END) + MARKER, 1);
    expect(list.map(({ status }) => status)).toEqual([200, 200, 400]);
    expect(ran).toEqual(['/1', '/2']);
  });
});
