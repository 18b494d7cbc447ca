/** `fastserve ctl purge`. */
import { describe, expect, it } from 'vitest';
import { purgeCommand } from '../../src/control/purge-command.ts';

/** A server that remembers what it was asked to forget. */
function purging(forgotten: number): { asked: unknown[]; server: Parameters<typeof purgeCommand>[0] } {
  const asked: unknown[] = [];
  const purge = (what: object): number => {
    asked.push(what);
    return forgotten;
  };
  return { asked, server: { cache: { purge } } };
}

describe('ctl purge', () => {
  it.each(['url', 'prefix', 'tag', 'fragment'])('forgets by %s, and says how many there were', (kind) => {
    const { asked, server } = purging(2);
    expect(purgeCommand(server, [kind, 'side'])).toEqual({ message: '2 stored answers forgotten', forgotten: 2 });
    expect(asked).toEqual([{ [kind]: 'side' }]);
  });

  it('says what it needs', () => {
    const { server } = purging(0);
    expect(() => purgeCommand(server, ['all', 'x'])).toThrow('got "all", expected one of url, prefix, tag, fragment. Write for example: purge prefix /news/');
    expect(() => purgeCommand(server, ['fragment'])).toThrow('purge fragment needs the name of a {% cache %}.');
    expect(() => purgeCommand(server, ['prefix'])).toThrow('purge prefix needs a path such as "/news/", or a whole URL.');
  });
});
