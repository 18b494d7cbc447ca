/** Entries that are logged before the thread has a log. */
import { afterEach, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { activateLog, holdLog, Logger } from '../../src/log/logger.ts';

const texts: string[] = [];
const sink = { takes: () => true, put: (entry: LogEntry) => void texts.push(entry.text) };
afterEach(() => {
  activateLog(sink);
  texts.length = 0;
});

describe('held entries', () => {
  it('are given to the log that is activated, once and in order', () => {
    holdLog();
    const log = new Logger();
    log.info('first');
    log.warn('second');
    expect(texts).toEqual([]);
    activateLog(sink);
    activateLog(sink);
    log.info('third');
    expect(texts).toEqual(['first', 'second', 'third']);
  });

  it('are those that the log takes', () => {
    holdLog();
    new Logger().debug('noise');
    activateLog({ ...sink, takes: (level) => level !== 'debug' });
    expect(texts).toEqual([]);
  });

  it('are bounded', () => {
    holdLog();
    for (let i = 0; i < 1500; i++) new Logger().info(String(i));
    activateLog(sink);
    expect([texts.length, texts.at(-1)]).toEqual([1000, '999']);
  });
});
