/** Forms as the runtime's fetch encodes them, which is as browsers do: read by us and by the runtime. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';
import { releaseResources } from '../../../src/http/request/resources.ts';
import { Request } from '../../../src/http/request.ts';

// No backslashes: browsers send them bare, where RFC 2183 and other clients begin an escape with one; we follow the latter.
const name = fc.string({ unit: fc.constantFrom('a', 'é', '"', ';', '=', '\r', '\n', '%', ' '), minLength: 1, maxLength: 6 });
const content = fc.string({ unit: fc.constantFrom('a', '€', '\r', '\n', '-', '\0'), maxLength: 20 });
const entry = fc.record({ name, content, isFile: fc.boolean() });

test('a form of the runtime is read as the runtime reads it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 5 }), async (entries) => {
      const form = new FormData();
      for (const each of entries) {
        if (each.isFile) form.append(each.name, new File([each.content], 'x.txt', { type: 'text/plain' }));
        else form.append(each.name, each.content);
      }
      const sent = new globalThis.Response(form);
      const type = sent.headers.get('content-type') as string;
      const bytes = new Uint8Array(await sent.arrayBuffer());
      const gateway = new PlainRequest({ target: '/', method: 'POST', fields: ['Content-Type', type], body: bytes });
      const ours = await new Request(gateway).form();
      const theirs = await new globalThis.Response(bytes, { headers: { 'content-type': type } }).formData();
      for (const key of new Set(theirs.keys())) {
        const values = theirs.getAll(key);
        expect(ours.getAll(key)).toEqual(values.filter((value) => typeof value === 'string'));
        const files = values.filter((value) => typeof value !== 'string');
        expect(await Promise.all(ours.filesOf(key).map((file) => file.text()))).toEqual(await Promise.all(files.map((file) => file.text())));
      }
      expect(ours.files.length + [...ours].length).toBe(entries.length);
      await releaseResources(gateway, (error) => expect.fail(error.message));
    }),
    { numRuns: 150 },
  );
});
