/** Node listeners as the application of a server, and what is different from node:http there. */
import type http from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inject } from '../../dist/index.js';
import { nodeListener } from '../../dist/node/index.js';
import { ask, get, head, post } from '../support/client.ts';
import { connected, directoryWith, signal, started, takeErrors } from '../support/servers.ts';

type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

describe('a listener as application', () => {
  it('is any function with two parameters', async () => {
    const { url } = await started({ app: ((request, response) => response.end(request.url)) satisfies Listener });
    expect((await ask(url, get('/a?b'))).text).toBe('/a?b');
  });

  it('is whatever nodeListener() marks', async () => {
    const listener: Listener = (_request, response) => response.end('marked');
    const { url } = await started({ app: nodeListener((...both) => Reflect.apply(listener, undefined, both)) });
    expect((await ask(url, get('/'))).text).toBe('marked');
  });

  it('may be TypeScript that imports nodeListener()', async () => {
    const directory = await directoryWith({
      'app.ts': `import { nodeListener } from 'fastserve/node';\nconst text: string = 'compiled';\nexport default nodeListener((_request, response) => response.end(text));\n`,
    });
    const { url } = await started({ app: join(directory, 'app.ts'), workers: 1 });
    expect((await ask(url, get('/'))).text).toBe('compiled');
  });

  it('runs under inject()', async () => {
    const app: Listener = (request, response) => {
      response.setHeader('x-method', String(request.method));
      request.pipe(response);
    };
    const answer = await inject(app, { method: 'POST', url: '/', body: 'content' });
    expect([answer.status, answer.headers.get('x-method'), answer.text()]).toEqual([200, 'POST', 'content']);
  });

  it('may read its request behind the answer', async () => {
    const seen = signal<unknown[]>();
    const app: Listener = (request, response) => {
      response.on('close', () => setImmediate(() => seen.resolve([request.url, request.headers.host, request.socket.remoteAddress])));
      response.end();
    };
    await ask((await started({ app })).url, get('/late'));
    expect(await seen.promise).toEqual(['/late', 'test', '127.0.0.1']);
  });

  it('is given up when its client leaves and it never answers', async () => {
    const [entered, closed] = [signal(), signal()];
    const server = await started({ app: ((_request, response) => {
      response.on('close', closed.resolve);
      entered.resolve();
    }) satisfies Listener });
    const client = await connected(server);
    client.send(get('/'));
    await entered.promise;
    client.reset();
    await closed.promise;
    await expect.poll(() => server.stats().inFlight).toBe(0);
  });

  it('hears of its time limit as of a client that left; the client has 504', async () => {
    const closed = signal<boolean>();
    const app: Listener = (request, response) => response.on('close', () => closed.resolve(request.destroyed));
    const { url } = await started({ app, timeouts: { request: 100 } });
    expect((await ask(url, get('/'))).status).toBe(504);
    expect(await closed.promise).toBe(true);
  });

  it('that throws is answered with 500 and logged', async () => {
    const errors = takeErrors();
    const { url } = await started({ app: ((_request, _response) => { throw new Error('boom'); }) satisfies Listener });
    expect((await ask(url, get('/x'))).status).toBe(500);
    expect(errors()).toMatch(/GET \/x: Error: boom/);
  });

  it('that throws behind its answer is logged, and the answer stands', async () => {
    const errors = takeErrors();
    const { url } = await started({ app: ((_request, response) => {
      response.end('answer');
      throw new Error('late boom');
    }) satisfies Listener });
    expect((await ask(url, get('/'))).text).toBe('answer');
    await expect.poll(errors).toMatch(/late boom/);
  });
});

describe('other than on node:http', () => {
  it('the reason phrase is the server\'s, and so is Date', async () => {
    const { url } = await started({ app: ((_request, response) => {
      response.writeHead(200, 'Fine', { Date: 'never' }).end('x');
    }) satisfies Listener });
    const answer = await ask(url, get('/'));
    expect(answer.reason).toBe('OK');
    expect(answer.field('date')).not.toBe('never');
  });

  it('statuses beyond 599 are refused where they are set', async () => {
    const { url } = await started({ app: ((_request, response) => {
      let code: unknown;
      try {
        response.writeHead(700);
      } catch (error) {
        code = (error as NodeJS.ErrnoException).code;
      }
      response.writeHead(200).end(String(code));
    }) satisfies Listener });
    expect((await ask(url, get('/'))).text).toBe('ERR_HTTP_INVALID_STATUS_CODE');
  });

  it('bytes cannot be written past the response', async () => {
    const { url } = await started({ app: ((request, response) => {
      let message = '';
      try {
        request.socket.write('HTTP/1.1 200 OK\r\n\r\n');
      } catch (error) {
        message = (error as Error).message;
      }
      response.end(message);
    }) satisfies Listener });
    expect((await ask(url, get('/'))).text).toMatch(/answer through the response/);
  });

  it('content that was not read does not come behind the answer: who waits for it hears an abort', async () => {
    const aborted = signal<boolean>();
    const app: Listener = (request, response) => {
      request.on('close', () => aborted.resolve(request.aborted));
      request.once('data', () => {
        request.pause();
        response.end('enough');
      });
    };
    const client = await connected(await started({ app, limits: { body: '8mb' } }));
    client.send(head('POST', '/', 'Content-Length: 4000000'));
    client.send(Buffer.alloc(100_000));
    expect((await client.answer('POST')).text).toBe('enough');
    expect(await aborted.promise).toBe(true);
  });

  it('content that nobody read ends quietly behind the answer', async () => {
    const events: string[] = [];
    const closed = signal();
    const app: Listener = (request, response) => {
      for (const name of ['end', 'aborted', 'close']) request.on(name, () => events.push(name));
      request.on('close', closed.resolve);
      response.end('ignored it');
    };
    const { url } = await started({ app });
    expect((await ask(url, post('/', 'x'))).text).toBe('ignored it');
    await closed.promise;
    expect(events).toEqual(['end', 'close']);
  });

  it('a response works through a proxy', async () => {
    const { url } = await started({ app: ((request, response) => {
      new Proxy(response, {}).end(new Proxy(request, {}).url);
    }) satisfies Listener });
    expect((await ask(url, get('/proxied'))).text).toBe('/proxied');
  });
});
