import { expect, it } from 'vitest';
import { StreamedBody } from '../../../dist/gateway/queue/body.js';

function withPieces(count: number): StreamedBody {
  const body = new StreamedBody(undefined, () => {});
  const piece = (i: number) => Uint8Array.of(i & 255);
  for (let i = 0; i < count; i++) body.push((target) => target.set(piece(i)), () => piece(i), 1, i === count - 1);
  return body;
}

// Moving all others for each of them would take minutes.
it('400,000 pieces that wait are read in their order, each at the cost of one', async () => {
  const bytes = await withPieces(400_000).bytes();
  expect(bytes.byteLength).toBe(400_000);
  expect(bytes.every((byte, i) => byte === (i & 255))).toBe(true);
}, 20_000);

it('pieces that come while others are read follow them', async () => {
  const body = new StreamedBody(undefined, () => {});
  const push = (text: string, last = false) => body.push((target) => target.set(Buffer.from(text)), () => Buffer.from(text), text.length, last);
  push('a');
  push('b');
  const seen: string[] = [];
  for await (const piece of body) {
    seen.push(Buffer.from(piece).toString());
    if (seen.length === 1) push('c');
    if (seen.length === 3) push('d', true);
  }
  expect(seen.join('')).toBe('abcd');
});
