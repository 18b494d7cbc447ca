/** The table of defaults against the schema: sections that are not written are never checked by it. */
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../../src/config/schema/defaults.ts';
import { checkConfig } from '../../../src/config/validate.ts';

test('what is written as the defaults are is what they are', () => {
  const { connectionRate: _, ...limits } = DEFAULTS.limits;
  const { only, except, ...rules } = DEFAULTS.log.rules;
  const written = {
    ...DEFAULTS,
    limits,
    compress: { ...DEFAULTS.compress, dynamic: false },
    security: { headers: false, identity: 'shown', client: 'full', clientPeriod: '24h' },
    log: { ...rules, app: DEFAULTS.log.app, level: DEFAULTS.log.level },
    learnEarlyHints: false,
    health: false,
  };
  expect(checkConfig(written, 'test')).toEqual(DEFAULTS);
});

test('sections with nothing in them, and switches that are on, are the defaults', () => {
  const empty = Object.fromEntries(['pools', 'files', 'upstreams', 'limits', 'security', 'timeouts', 'recycle', 'log', 'shutdown'].map((key) => [key, {}]));
  expect(checkConfig({ ...empty, compress: true, cache: true }, 'test')).toEqual(DEFAULTS);
  expect(checkConfig({ compress: {}, cache: {} }, 'test')).toEqual(DEFAULTS);
});

test('a key without a value is as one that is not written', () => {
  expect(checkConfig({ limits: undefined, app: undefined, timeouts: { request: undefined } }, 'test')).toEqual(DEFAULTS);
});
