/** A server whose system calls fail while it starts: an exit code and a sentence, never a crash, never a server that is half there. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Running } from '../cli/command.ts';
import { atEnd, directoryWith, fixtureApp } from '../support/servers.ts';
import { type Call, type Failure, FaultPage, hasCompiler, shim } from './faults.ts';

let object: string;

beforeAll(() => {
  if (hasCompiler) object = shim();
});

afterAll(async () => {
  if (hasCompiler) await rm(object);
});

/** Starts a server with two I/O threads on a TCP and on a unix socket, every `every`-th call failing. */
async function start(call: Call, failure: Failure, every: number): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const page = new FaultPage(object, await directoryWith());
  atEnd(() => page.close());
  const files = await directoryWith({ 'a.txt': 'a' });
  const config = {
    listen: [{ host: '127.0.0.1', port: 0 }, { unix: join(files, 'socket') }],
    app: fixtureApp('hello.mjs'),
    workers: 1,
    ioThreads: 2,
    static: [{ prefix: '/s/', root: files }],
    log: { access: 'text', path: join(files, 'access.txt') },
  };
  page.set(call, failure, every);
  const running = new Running(['start', await directoryWith({ 'fastserve.config.json': JSON.stringify(config) })], { env: page.environment });
  void running.output(/^listening on /m).then(() => running.process.kill('SIGKILL'), () => {});
  const { code, stderr } = await running.exited;
  expect(page.hits(call), `calls of ${call} that failed`).toBeGreaterThan(0);
  return { code, signal: running.process.signalCode, stderr };
}

describe.skipIf(!hasCompiler)('a start for which the system has not enough ends with 1 and says so:', () => {
  it.each<[Call, Failure, number, RegExp]>([
    ['eventfd', 'EMFILE', 1, /the system has not enough for the server: eventfd/],
    ['eventfd', 'ENFILE', 3, /the system has not enough for the server: eventfd/],
    ['epollCreate', 'EMFILE', 1, /the system has not enough for the server: epoll/],
    ['epollCreate', 'ENOMEM', 2, /the system has not enough for the server: epoll/],
    ['epollAdd', 'ENOSPC', 1, /the system has not enough for the server: epoll/],
    ['epollAdd', 'ENOMEM', 6, /the system has not enough for the server: epoll/],
    ['thread', 'EAGAIN', 2, /the system has not enough for the server: cannot start the thread that compresses files/],
    ['thread', 'EAGAIN', 3, /the system has not enough for the server: cannot start the threads that wait for disks/],
    ['thread', 'EAGAIN', 4, /the system has not enough for the server: cannot start the threads that wait for disks/],
    ['thread', 'EAGAIN', 5, /the system has not enough for the server: cannot start an I\/O thread/],
    ['thread', 'EAGAIN', 6, /the system has not enough for the server: cannot start an I\/O thread/],
    ['socket', 'EMFILE', 1, /cannot listen on 127\.0\.0\.1:0: socket/],
    ['socket', 'ENFILE', 3, /cannot listen on .*socket/],
    ['bind', 'EADDRNOTAVAIL', 1, /this machine has no address 127\.0\.0\.1/],
    ['bind', 'ENOMEM', 2, /cannot listen on 127\.0\.0\.1:\d+: bind/],
    ['listen', 'EADDRINUSE', 1, /already in use/],
    ['setsockopt', 'ENOMEM', 1, /cannot listen on 127\.0\.0\.1:0: setsockopt/],
    ['duplicate', 'EMFILE', 1, /cannot listen on .*socket: dup/],
  ])('%s with %s, every %i', async (call, failure, every, message) => {
    const { signal, code, stderr } = await start(call, failure, every);
    expect(stderr).toMatch(message);
    expect([signal, code]).toEqual([null, 1]);
  });

  it.each<[Call, Failure, number, RegExp]>([
    ['open', 'EACCES', 1, /static: cannot serve files from ".*" for "\/s\/": Permission denied/],
    ['openat2', 'ENOSYS', 1, /static: cannot serve files from .*openat2 is refused/],
    ['open', 'EACCES', 3, /log\.path: cannot open the access log/],
    ['fstat', 'EIO', 1, /log\.path: cannot open the access log/],
    ['thread', 'EAGAIN', 1, /log\.path: cannot start the thread of the access log/],
  ])('what the configuration names: %s with %s, every %i, ends with 2', async (call, failure, every, message) => {
    const { signal, code, stderr } = await start(call, failure, every);
    expect(stderr).toMatch(message);
    expect([signal, code]).toEqual([null, 2]);
  });
});
