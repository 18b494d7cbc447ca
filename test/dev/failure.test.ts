import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFailure, describeStack } from '../../src/dev/failure.ts';
import { ConfigError, FastServeError, loadFailure } from '../../src/errors.ts';
import { directoryWith } from '../support/servers.ts';

describe('a failure', () => {
  it('of the compiler names the place and shows the lines around it', async () => {
    const directory = await directoryWith({ 'app.ts': ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'].join('\n') });
    const file = join(directory, 'app.ts');
    const failure = describeFailure(new FastServeError('FS_BUNDLE', `the TypeScript does not compile:\n  ${file}:7:3: Unexpected token`));
    expect(failure).toMatchObject({ heading: 'The code does not compile', message: 'Unexpected token', place: { file, line: 7, column: 3 } });
    expect(failure.frame.map(({ number }) => number)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(failure.frame.filter(({ hit }) => hit)).toEqual([{ number: 7, text: '7', hit: true }]);
  });

  it('of the compiler in several places has every message, and the first place', () => {
    const { message, place } = describeFailure(new FastServeError('FS_BUNDLE', 'the TypeScript does not compile:\n  /a.ts:1:2: one\n  /b.ts:3:4: two'));
    expect(message).toBe('/a.ts:1:2: one\n/b.ts:3:4: two');
    expect(place).toEqual({ file: '/a.ts', line: 1, column: 2 });
  });

  it('of loading is where the application is, not a package or Node', async () => {
    const directory = await directoryWith({ 'db.ts': 'connect();\n' });
    const stack = [
      'Error: refused',
      '    at connect (node:net:1:1)',
      '    at Client.open (/site/node_modules/pg/index.js:10:5)',
      `    at file://${directory}/db.ts:1:1`,
      `    at <anonymous> (${directory}/app.ts:9:9)`,
    ].join('\n');
    const failure = describeFailure(loadFailure({ message: 'refused', stack }));
    expect(failure.place).toEqual({ file: join(directory, 'db.ts'), line: 1, column: 1 });
    expect(failure.frame[0]).toEqual({ number: 1, text: 'connect();', hit: true });
    expect(failure.stack).toMatch(/^\s+at connect/);
  });

  it('of a template is where its message says', async () => {
    const directory = await directoryWith({ 'page.html': '<p>\n{% if %}\n' });
    const message = `${directory}/page.html:2:7 expected a value, found the end`;
    const failure = describeFailure(loadFailure({ message, stack: `TemplateError: ${message}\n    at parse (/site/app.ts:1:1)` }));
    expect(failure).toMatchObject({ message, place: { file: join(directory, 'page.html'), line: 2, column: 7 } });
    expect(failure.frame.find(({ hit }) => hit)?.text).toBe('{% if %}');
  });

  it('of the configuration is its message', () => {
    const failure = describeFailure(new ConfigError('fastserve.config.ts', [{ path: 'listen', text: 'is wrong.' }]));
    expect(failure).toMatchObject({ heading: 'The configuration cannot be used', message: 'fastserve.config.ts: listen: is wrong.', place: null, frame: [] });
  });

  it('in a file that cannot be read has no frame', () => {
    const failure = describeStack('A view failed', 'x', 'Error: x\n    at view (/gone/app.ts:3:4)');
    expect([failure.place?.line, failure.frame]).toEqual([3, []]);
  });

  it('without a stack has no place', () => {
    expect(describeStack('A view failed', 'x', 'x')).toMatchObject({ place: null, stack: '' });
  });
});
