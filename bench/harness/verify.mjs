/**
 * Checks what a server answers before it is timed: a fast wrong answer is no result.
 */
import * as http from 'node:http';
import * as https from 'node:https';

const LIMIT_MS = 5_000;

/**
 * Sends the workload's request twice on one connection, over TLS where the workload says so; throws unless the second answer has
 * the expected status (200 if none is given), content type (any if none is given) and bytes. Resolves with the bytes of the head (status line and fields), which differ between servers.
 */
export async function verifyAnswer(port, workload) {
  const protocol = workload.tls === true ? https : http;
  const agent = new protocol.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  try {
    await ask(agent, port, workload);
    const answer = await ask(agent, port, workload);
    check(answer, workload.expect(), workload.comparesText === true ? plainText : (body) => body);
    return headBytes(answer);
  } finally {
    agent.destroy();
  }
}

/** One GET. Resolves as ask(). */
export function get(agent, port, path, fields = {}) {
  return ask(agent, port, { path, fields });
}

/** One request. @returns {Promise<{ status: number, fields: object, rawFields: string[], statusText: string, body: Buffer }>} */
function ask(agent, port, { path, fields = {}, method = 'GET', content }) {
  return new Promise((resolve, reject) => {
    const { request } = agent instanceof https.Agent ? https : http;
    const call = request({ agent, host: '127.0.0.1', port, method, path, headers: fields, timeout: LIMIT_MS }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, statusText: response.statusMessage, fields: response.headers, rawFields: response.rawHeaders, body: Buffer.concat(pieces) });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`no answer to ${method} ${path} within ${LIMIT_MS / 1000} s`)));
    call.on('error', reject);
    call.end(content);
  });
}

/** A page without what template engines do differently. */
export function plainText(body) {
  return Buffer.from(body.toString().replace(/\s+/g, '').replaceAll('&#x27;', '&#39;'));
}

/** `essence` gives what is compared of a body. */
function check(answer, expected, essence) {
  const body = essence(Buffer.from(expected.body));
  const sent = essence(answer.body);
  const { status = 200 } = expected;
  if (answer.status !== status) throw new Error(`verification: status ${answer.status}, expected ${status}`);
  const type = answer.fields['content-type'] ?? '';
  if (expected.type !== undefined && !sameType(type, expected.type)) throw new Error(`verification: content-type "${type}", expected "${expected.type}"`);
  if (!sent.equals(body)) {
    throw new Error(`verification: ${sent.length} bytes that differ from the ${body.length} expected at offset ${firstDifference(sent, body)}`);
  }
}

function sameType(sent, expected) {
  return sent.toLowerCase().replaceAll(' ', '') === expected.replaceAll(' ', '');
}

function firstDifference(a, b) {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function headBytes(answer) {
  let bytes = `HTTP/1.1 ${answer.status} ${answer.statusText}\r\n`.length + 2;
  for (let i = 0; i < answer.rawFields.length; i += 2) bytes += answer.rawFields[i].length + answer.rawFields[i + 1].length + 4;
  return bytes;
}
