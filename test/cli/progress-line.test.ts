/** The line of progress on a terminal, and silence elsewhere. */
import type { WriteStream } from 'node:tty';
import { expect, it } from 'vitest';
import { ProgressLine } from '../../src/cli/progress-line.ts';

function terminal(isTTY: boolean): { line: ProgressLine; written: string[] } {
  const written: string[] = [];
  const stream = { isTTY, columns: 30, write: (text: string) => written.push(text) };
  return { line: new ProgressLine(stream as unknown as WriteStream), written };
}

it('writes over itself, no wider than the terminal, without control characters', () => {
  const { line, written } = terminal(true);
  line.show(`reading 1/2 \u001b[31m${'x'.repeat(100)}`);
  line.clear();
  expect(written).toEqual([`\r\u001b[2K${`reading 1/2 ?[31m${'x'.repeat(100)}`.slice(0, 29)}`, '\r\u001b[2K']);
});

it('does not write more often than anybody reads', () => {
  const { line, written } = terminal(true);
  for (let i = 0; i < 1000; i++) line.show(String(i));
  expect(written.length).toBeLessThan(20);
});

it('is silent where there is no terminal', () => {
  const { line, written } = terminal(false);
  line.show('reading');
  line.clear();
  expect(written).toEqual([]);
});
