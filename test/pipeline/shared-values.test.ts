/** Values that workers share. */
import { describe, expect, it } from 'vitest';
import { sharedValues } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { fixtureApp, started } from '../support/servers.ts';

let names = 0;
const fresh = <Value>() => sharedValues<Value>(`test ${(names += 1)}`);

describe('shared values', () => {
  it('are the same for all who ask for the name, and others for another name', async () => {
    const flags = sharedValues<boolean>('flags');
    await flags.set('beta', true);
    expect(await sharedValues('flags').get('beta')).toBe(true);
    expect(await sharedValues('others').get('beta')).toBeUndefined();
    await flags.delete('beta');
    expect(await flags.get('beta')).toBeUndefined();
  });

  it('are what JSON can tell: a copy, and nothing else', async () => {
    const values = fresh<unknown>();
    const list = [1, { a: null }];
    await values.set('list', list);
    list.push(2);
    expect(await values.get('list')).toEqual([1, { a: null }]);
    await values.set('none', null);
    expect(await values.get('none')).toBeNull();
    expect(() => values.set('f', () => {})).toThrow('the value is nothing that JSON can tell');
  });

  it('are forgotten when their time is over', async () => {
    const values = sharedValues<number>('short', { ttl: '1h' });
    await values.set('a', 1, { ttl: 20 });
    await values.set('b', 2);
    await expect.poll(() => values.get('a')).toBeUndefined();
    expect(await values.get('b')).toBe(2);
  });

  it('make a lock: one of those who set what is absent gets it', async () => {
    const locks = fresh<string>();
    expect(await Promise.all(['x', 'y', 'z'].map((owner) => locks.set('report', owner, { only: 'absent' })))).toEqual([true, false, false]);
    expect(await locks.get('report')).toBe('x');
    expect(await locks.set('other', 'x', { only: 'present' })).toBe(false);
  });

  it('count within a window, apart from values', async () => {
    const visits = fresh<number>();
    await visits.set('page', 40);
    expect((await visits.count('page', '1m')).count).toBe(1);
    expect((await visits.count('page', '1m')).count).toBe(2);
    expect(await visits.get('page')).toBe(40);
    await visits.count('short', 20);
    await expect.poll(async () => (await visits.count('short', 20)).count).toBe(1);
  });

  it('say what is wrong with a name, a key, a time', async () => {
    expect(() => sharedValues('')).toThrow("expected a name such as 'flags'");
    expect(() => sharedValues('a', { ttl: 'soon' })).toThrow('sharedValues(): ttl is "soon"; expected milliseconds or text such as "10m"');
    expect(() => fresh().set('a', 1, { ttl: 0 })).toThrow('SharedValues.set(): ttl is 0');
    expect(() => fresh().count('a', 'x')).toThrow('SharedValues.count(): window is "x"');
    await expect(fresh().get(7 as never)).rejects.toThrow('a key is a text, got number');
  });

  it('are shared by all workers, and outlive one that dies', async () => {
    const server = await started({ app: fixtureApp('shared-values.mjs'), workers: 2 });
    const seen = new Set<string>();
    for (let count = 1; seen.size < 2 && count < 200; count++) {
      const answer = await ask(server.url, get('/'));
      expect(answer.text).toBe(String(count));
      seen.add(answer.field('x-thread') as string);
    }
    const before = Number((await ask(server.url, get('/'))).text);
    expect((await ask(server.url, get('/die'))).status).toBe(502);
    expect(Number((await ask(server.url, get('/'))).text)).toBe(before + 1);
  });
});
