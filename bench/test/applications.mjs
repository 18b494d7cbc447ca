import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { plainText } from '../harness/verify.mjs';
import { WORKLOADS, loadWorkload } from '../workloads/index.mjs';

const ENTRY = new URL('../../dist/index.js', import.meta.url);
const skip = existsSync(ENTRY) ? false : 'fastserve is not built';

const tested = new Set();

for (const name of WORKLOADS) {
  const workload = await loadWorkload(name);
  // Files, upstreams and bodies that the server owns need the native front; applications of other kinds wait, spin or end the process.
  if (workload.kind !== 'rate' || workload.app === 'files' || workload.origins !== undefined || workload.appFor !== undefined || tested.has(workload.app)) continue;
  tested.add(workload.app);
  test(`fastserve's application for ${name} answers what the peers answer`, { skip }, async () => {
    const { inject } = await import(ENTRY.href);
    const { default: application } = await import(`../apps/${workload.app}.mjs`);
    const answer = await inject(application, { url: workload.path, headers: workload.fields, method: workload.method, body: workload.content });
    const { type, body } = workload.expect();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type').replaceAll(' ', ''), type.replaceAll(' ', ''));
    const essence = workload.comparesText === true ? plainText : (bytes) => bytes;
    assert.deepEqual(essence(Buffer.from(answer.bytes())), essence(Buffer.from(body)));
  });
}
