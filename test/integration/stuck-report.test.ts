/** Workers that stand still: what the log says of them, while they do and when they are ended for it. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { get } from '../support/client.ts';
import { connected, directoryWith, started, takeErrors } from '../support/servers.ts';

const APP = `
import { execFileSync } from 'node:child_process';
import { defineApp, path } from 'fastserve';

interface Unused { readonly onlyA: 'type' }

function endless(limit: number): number {
  for (let i = 0; ; i++) if (i < limit) return i;
}

const view = (act: () => unknown) => async () => {
  await act();
  return 'answered';
};

export default defineApp({
  urls: [
    path('', view(() => null)),
    path('loop/<int:n>/', view(() => endless(-1))),
    path('expression/<int:n>/', view(() => /^(a+)+$/.test('a'.repeat(50) + 'b'))),
    path('child/', view(() => execFileSync('sleep', ['1.5']))),
    path('allowed/', view(() => { for (const end = Date.now() + 1000; Date.now() < end; ); }), { slow: '1m' }),
    path('wait/', view(() => new Promise((resolve) => setTimeout(resolve, 1200)))),
  ],
});
`;

async function site(timeouts: object) {
  const directory = await directoryWith({ 'app.ts': APP });
  const errors = takeErrors();
  const server = await started({ app: join(directory, 'app.ts'), workers: 1, timeouts: { quarantine: 0, ...timeouts } });
  const stick = async (path: string) => {
    const client = await connected(server);
    client.send(get(path));
    return client;
  };
  return { errors, stick };
}

it('what a view is stuck in is told with file and line of its TypeScript, while it is stuck', async () => {
  const { errors, stick } = await site({ slow: '300ms', request: '3s' });
  for (const [path, frame] of [['/loop/', /^ {4}at endless \(\S+app\.ts:8:\d+\)$/m], ['/expression/', /^ {4}at RegExp\.test/m]] as const) {
    const client = await stick(`${path}7/?of=${path.length}`);
    await expect.poll(errors, { timeout: 20_000 }).toMatch(frame);
    expect(errors()).toMatch(new RegExp(`warn worker 0 has stood still for \\d+ ms \\(timeouts\\.slow: 300 ms\\) with GET ${path}7/\\?of=\\d+ \\(route "${path.slice(1)}<int:n>/"\\), there for`));
    expect((await client.answer()).status).toBe(504);
    expect((await (await stick('/')).answer()).status).toBe(200);
  }
  expect(errors()).toMatch(/^ {4}at \/\S+app\.ts:20:\d+$/m);
  expect(errors().match(/has stood still/g)).toHaveLength(2);
}, 60_000);

it('a view in native code is told without a stack, one that only waits or is allowed more not at all', async () => {
  const { errors, stick } = await site({ slow: '300ms', request: '60s' });
  expect((await (await stick('/wait/')).answer()).status).toBe(200);
  expect(errors()).toBe('');
  expect((await (await stick('/allowed/')).answer()).status).toBe(200);
  expect(errors()).toBe('');
  expect((await (await stick('/child/')).answer()).status).toBe(200);
  await expect.poll(errors, { timeout: 10_000 }).toMatch(/with GET \/child\/ \(route "child\/"\), there for \d+ ms\. It gives no stack: it waits in native code/);
}, 60_000);

it('the entry about a worker that was ended for standing still says what it was in', async () => {
  const { errors, stick } = await site({ slow: '10s', request: '400ms' });
  expect((await (await stick('/loop/1/')).answer()).status).toBe(504);
  await expect.poll(errors, { timeout: 20_000 }).toMatch(/a view loops or blocks\.\n {4}It had GET \/loop\/1\/ \(route "loop\/<int:n>\/"\)\n {4}at endless \(\S+app\.ts:8:/);
}, 60_000);

it('with timeouts.slow 0 nothing is told', async () => {
  const { errors, stick } = await site({ slow: 0, request: '400ms' });
  expect((await (await stick('/loop/1/')).answer()).status).toBe(504);
  await expect.poll(errors, { timeout: 20_000 }).toMatch(/died, starting another/);
  expect(errors()).not.toContain('endless');
}, 60_000);
