import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MODULE = fileURLToPath(new URL('../../../dist/gateway/worker/engine-settings.js', import.meta.url));

/** What V8 says about literals that it takes for long-lived, in a process that keeps all that it makes. */
function judgements(before: string): string[] {
  const program = `
    import { tuneEngine } from ${JSON.stringify(MODULE)};
    ${before}
    const kept = [];
    function make(i) { return [i, [i]]; }
    for (let i = 0; i < 400_000; i++) kept.push(make(i));
  `;
  const said = execFileSync(process.execPath, ['--trace-pretenuring-statistics', '--max-semi-space-size=4', '--input-type=module', '-e', program], { encoding: 'utf8' });
  return said.split('\n').filter((line) => line.includes('pretenuring'));
}

describe('tuneEngine()', () => {
  it('ends the making of new objects in the old generation', () => {
    expect(judgements('')).not.toEqual([]);
    expect(judgements('tuneEngine();')).toEqual([]);
  }, 60_000);
});
