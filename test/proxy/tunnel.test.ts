import { once } from 'node:events';
import { expect, it } from 'vitest';
import { connected, started } from '../support/servers.ts';
import { answer, RawUpstream, type Script, valuesOf } from './upstream.ts';

const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

async function siteOf(script: Script, tunnel?: string) {
  const upstream = await RawUpstream.start(script);
  const timeouts = tunnel === undefined ? {} : { tunnel };
  const server = await started({ proxy: [{ prefix: '/', upstream: 'up' }], upstreams: { up: { servers: [upstream.url], timeouts } } });
  return { upstream, client: await connected(server) };
}

/** Agrees, says hello in the same write and sends everything back. */
const ECHO: Script = ({ socket }) => {
  socket.write(`${SWITCH}HELLO`);
  socket.on('data', (bytes) => socket.write(bytes));
};

it('an upgrade passes; bytes flow both ways, those that come early among them', async () => {
  const { client } = await siteOf(ECHO);
  client.send(`${UPGRADE}EARLY`);
  expect((await client.head()).status).toBe(101);
  expect((await client.exactly(10)).toString()).toBe('HELLOEARLY');
  const much = Buffer.alloc(1 << 20, 'abcdefg');
  client.send(much);
  expect((await client.exactly(much.length)).equals(much)).toBe(true);
});

it('each side may end first: what the other still sends arrives', async () => {
  const { client, upstream } = await siteOf(({ socket }) => {
    socket.write(SWITCH);
    socket.on('end', () => socket.end('LAST WORDS'));
  });
  client.send(UPGRADE);
  expect((await client.head()).status).toBe(101);
  client.finish();
  expect((await client.exactly(10)).toString()).toBe('LAST WORDS');
  expect(upstream.requests).toHaveLength(1);
});

it('a client that leaves ends the upstream side', async () => {
  const { client, upstream } = await siteOf(ECHO);
  client.send(UPGRADE);
  await client.head();
  const closed = once(upstream.requests[0]?.socket as NodeJS.EventEmitter, 'close');
  client.reset();
  await closed;
});

it('a silent tunnel is closed at its time limit', async () => {
  const { client } = await siteOf(({ socket }) => void socket.write(SWITCH), '200ms');
  client.send(UPGRADE);
  await client.head();
  await expect(client.exactly(1)).rejects.toThrow();
});

it('an upgrade that is refused leaves an HTTP connection', async () => {
  const { client } = await siteOf(({ head, socket }) => void socket.write(head.includes('/chat') ? answer('no', '', '426 Upgrade Required') : answer('next')));
  client.send(`${UPGRADE}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect((await client.answer()).status).toBe(426);
  expect((await client.answer()).text).toBe('next');
});

it.each(['h2c', 'websocket, h2c', 'websocketx'])('a switch to %s, which the client did not ask for, opens no tunnel', async (protocol) => {
  const { client } = await siteOf(({ socket }) => void socket.write(`${SWITCH.replace('Upgrade: websocket', `Upgrade: ${protocol}`)}TUNNEL`));
  client.send(UPGRADE);
  const answered = await client.answer();
  expect(answered.status).toBe(502);
  expect(answered.text).not.toContain('TUNNEL');
});

it('the name of the protocol may be spelled in other letters', async () => {
  const { client } = await siteOf(({ socket }) => void socket.write(SWITCH.replace('Upgrade: websocket', 'Upgrade: WebSocket')));
  client.send(UPGRADE);
  expect((await client.head()).status).toBe(101);
});

it('other protocols, and upgrades with content, are requests without Upgrade', async () => {
  const { client, upstream } = await siteOf(({ socket }) => void socket.write(answer('plain')));
  client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n');
  expect((await client.answer()).text).toBe('plain');
  client.send(UPGRADE.replace('GET', 'POST').replace('Host: a\r\n', 'Host: a\r\nContent-Length: 2\r\n') + 'hi');
  expect((await client.answer()).text).toBe('plain');
  for (const { head } of upstream.requests) expect(valuesOf(head, 'upgrade')).toEqual([]);
});
