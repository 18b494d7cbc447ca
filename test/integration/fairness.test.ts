/** Large downloads beside small requests on one I/O thread: who has much to get takes turns with everybody else. */
import { connect, type Socket } from 'node:net';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Client, get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';
import { callsDuring, hasStrace } from '../support/strace.ts';
import { victim } from '../support/victim.ts';

const MIB = 1024 ** 2;
/** What one connection may send in a turn of its I/O thread (docs/architecture.md). */
const BYTES_A_TURN = MIB;
/** No download ends while a test lasts. */
const FILE_BYTES = 1024 ** 4;
const READERS = 4;
const REQUESTS = 100;

/** A client that reads as fast as it can and keeps nothing. */
class Download {
  readonly socket: Socket;
  bytes = 0;
  isOver = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    const onread = { buffer: Buffer.alloc(MIB), callback: (count: number) => ((this.bytes += count), true) };
    this.socket = connect({ host: hostname, port: Number(port), onread });
    this.socket.on('error', () => {}).on('close', () => (this.isOver = true));
    this.socket.write(get('/huge.bin'));
    atEnd(() => void this.socket.destroy());
  }
}

describe('downloads of a huge file', () => {
  let pid: number;
  let small: Client;
  let downloads: Download[];

  beforeEach(async () => {
    const root = await directoryWith({ 'huge.bin': '', 'small.txt': 'small' });
    await truncate(join(root, 'huge.bin'), FILE_BYTES);
    const server = await victim({ static: [{ prefix: '/', root }], ioThreads: 1 });
    pid = server.pid;
    small = await Client.connect(server.url);
    atEnd(() => small.destroy());
    downloads = Array.from({ length: READERS }, () => new Download(server.url));
    await expect.poll(() => downloads.every(({ bytes }) => bytes > 8 * MIB)).toBe(true);
    // What is not in memory is asked of the disk, in another turn.
    small.send(get('/small.txt'));
    await small.answer();
  });

  async function askForSmallFiles(): Promise<void> {
    for (let asked = 0; asked < REQUESTS; asked++) {
      small.send(get('/small.txt'));
      expect((await small.answer()).text).toBe('small');
    }
  }

  it('go on, each of them, while a hundred small files are asked for and answered', async () => {
    const before = downloads.map(({ bytes }) => bytes);
    await askForSmallFiles();
    await expect.poll(() => downloads.every(({ bytes }, index) => bytes > (before[index] as number))).toBe(true);
    expect(downloads.map(({ isOver }) => isOver)).toEqual(downloads.map(() => false));
  });

  it.skipIf(!hasStrace)('send at most a mebibyte each between two looks at the other connections', async () => {
    const calls = await callsDuring(pid, askForSmallFiles, ['-e', 'trace=epoll_wait,recvfrom,sendto,sendfile']);
    const turns = sentByTurn(calls).filter((sent) => sent.size > 0);
    expect(turns.length).toBeGreaterThan(READERS);
    expect(Math.max(...turns.map((sent) => Math.max(...sent.values())))).toBeLessThanOrEqual(BYTES_A_TURN);
  });

  it.skipIf(!hasStrace)('leave the answer to a small request in the turn that has read it', async () => {
    const calls = await callsDuring(pid, askForSmallFiles, ['-e', 'trace=epoll_wait,recvfrom,sendto,sendfile']);
    const events = calls.flatMap((call) => /^(epoll_wait)|^(recvfrom)\(\d+, "GET \/small|^(sendto)\(\d+, "HTTP\/1.1 200/.exec(call)?.slice(1).find(Boolean) ?? []);
    const requests = events.flatMap((event, index) => (event === 'recvfrom' ? [events[index + 1]] : []));
    expect(requests).toEqual(Array.from({ length: REQUESTS }, () => 'sendto'));
  });
});

/** For each turn of the thread, from one epoll_wait to the next: the bytes of files that went to each socket. */
function sentByTurn(calls: readonly string[]): Map<string, number>[] {
  const turns = [new Map<string, number>()];
  for (const call of calls) {
    if (call.startsWith('epoll_wait(')) turns.push(new Map());
    const [, socket = '', bytes] = /^sendfile\((\d+),.* = (\d+)$/.exec(call) ?? [];
    const turn = turns.at(-1) as Map<string, number>;
    if (bytes !== undefined) turn.set(socket, (turn.get(socket) ?? 0) + Number(bytes));
  }
  return turns;
}
