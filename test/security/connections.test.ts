/** How many connections a client may open in a time (limits.connectionRate), and who is not counted (limits.uncounted). */
import { describe, expect, it } from 'vitest';
import { ConfigError, gateway, serve } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { connected, inline } from '../support/servers.ts';

const application = gateway((_request, respond) => respond(200, [], 'x'));

describe('limits.connectionRate', () => {
  it('closes connections beyond it, and serves those that are open on', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'x'), { limits: { connectionRate: '2/h' } });
    const client = await connected(server);
    expect((await ask(server.url, get('/'))).status).toBe(200);
    for (let i = 0; i < 3; i++) await expect(ask(server.url, get('/'))).rejects.toThrow();
    client.send(get('/'));
    expect((await client.answer()).status).toBe(200);
    expect(server.stats().connectionsRefused).toBe(3);
  });

  it('does not count those that limits.uncounted names', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'x'), { limits: { connectionRate: '1/h', connectionsPerAddress: 1, uncounted: ['127.0.0.0/8'] } });
    await connected(server);
    for (let i = 0; i < 3; i++) expect((await ask(server.url, get('/'))).status).toBe(200);
    expect(server.stats().connectionsRefused).toBe(0);
  });

  it.each([
    [{ connectionRate: 'many' }, /limits\.connectionRate: got "many", expected a number and a time such as "20\/s"/],
    [{ uncounted: ['example.com'] }, /limits\.uncounted\[0\]: got "example\.com", expected an IP address/],
  ])('%j is refused', async (limits, message) => {
    const failure = await serve({ app: application, limits }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String((failure as Error).message)).toMatch(message);
  });
});
