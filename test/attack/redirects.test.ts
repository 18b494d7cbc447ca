/** Paths that are made to look like another host once the server has redirected to them (CWE-601). */
import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { defineApp, path } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { directoryWith, started } from '../support/servers.ts';

const PATHS = ['//evil.example', '/\\evil.example', '/\\/evil.example', '/\\\\evil.example', '//evil.example/a', '/.//evil.example', '/a/..//evil.example', '/%5Cevil.example', '/%2Fevil.example', '/\\evil.example?next=\\\\evil.example'];

/** Where a browser goes that is sent on from `from`. */
function hostAfter(location: string, from: string): string {
  return new URL(location, `http://site.example${from}`).host;
}

describe('a redirect to the same path with a slash', () => {
  it.each(PATHS)('by the URLconf stays on the host: %s', async (target) => {
    const server = await started({ app: defineApp({ urls: [path('<path:rest>/', () => 'a view')] }), workers: 0 });
    const answer = await ask(server.url, get(target));
    if (answer.status === 301) expect(hostAfter(answer.field('location') as string, '/')).toBe('site.example');
    else expect([200, 400, 404]).toContain(answer.status);
  });

  it.each(['\\evil.example', '\\\\evil.example', 'evil.example', '%5Cevil.example'])('by a mount at / stays on the host: a directory asked for as /%s', async (name) => {
    const root = await directoryWith();
    await mkdir(`${root}/${decodeURIComponent(name)}`);
    const server = await started({ static: [{ prefix: '/', root, listing: true }] });
    const answer = await ask(server.url, get(`/${name}`));
    expect(answer.status).toBe(301);
    expect(hostAfter(answer.field('location') as string, '/')).toBe('site.example');
  });
});
