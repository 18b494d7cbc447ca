/** Workers load an application in the form that it has. Over a socket, by the built package. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serve } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';

/** Answers with a stack and, below it, whether the form for require() is among the modules that Node has loaded. Names no such function: it would not have that form. */
const APP = `import nodeModule from 'node:module';
import { gateway } from 'fastserve';
interface Line { text: string }
const loaded = (): boolean => Object.keys((nodeModule as unknown as { _cache: object })._cache).some((file) => file.endsWith('/app.require.cjs'));
export default gateway((_request, respond) => respond(200, [], new Error('here').stack + '\\na script: ' + loaded()));
`;

/** What an application with this text answers. */
async function answerOf(text: string): Promise<string> {
  const directory = await directoryWith({ 'app.ts': text });
  const unix = join(directory, 'socket');
  const server = await serve({ listen: [{ unix }], app: join(directory, 'app.ts'), workers: 1 });
  atEnd(() => server.close({ grace: 0 }));
  return (await ask(`unix:${unix}`, get('/'))).body.toString();
}

describe('a worker', () => {
  it('takes an application by require() where it has that form', async () => {
    expect(await answerOf(APP)).toContain('a script: true');
  });

  it('shows lines of the source in stacks of that form', async () => {
    expect(await answerOf(APP)).toMatch(/app\.ts:5:\d+/);
  });

  it('imports an application that waits at its top level', async () => {
    expect(await answerOf(`${APP}await Promise.resolve();\n`)).toContain('a script: false');
  });

  it('loads the new text of a form for require() at a reload', async () => {
    const directory = await directoryWith({ 'app.ts': "import { gateway } from 'fastserve';\nexport default gateway((_request, respond) => respond(200, [], 'old' as string));\n" });
    const unix = join(directory, 'socket');
    const server = await serve({ listen: [{ unix }], app: join(directory, 'app.ts'), workers: 1 });
    atEnd(() => server.close({ grace: 0 }));
    await writeFile(join(directory, 'app.ts'), "import { gateway } from 'fastserve';\nexport default gateway((_request, respond) => respond(200, [], 'new' as string));\n");
    await server.reload();
    expect((await ask(`unix:${unix}`, get('/'))).body.toString()).toBe('new');
  });
});
