import { describe, expect, it } from 'vitest';
import { KeptRequests } from '../../../src/gateway/queue/kept-requests.ts';

const request = (slot: number, generation: number) => ({ token: (slot | (generation << 20)) >>> 0 });

describe('requests that are kept', () => {
  it('are found by their token until they are removed', () => {
    const kept = new KeptRequests();
    const [a, b] = [request(0, 1), request(7, 4095)];
    kept.add(a);
    kept.add(b);
    expect([kept.get(a.token), kept.get(b.token), kept.size]).toEqual([a, b, 2]);
    kept.remove(a);
    expect([kept.get(a.token), kept.size]).toEqual([undefined, 1]);
  });

  it('are not found by the token of another generation of their slot', () => {
    const kept = new KeptRequests();
    kept.add(request(3, 2));
    expect(kept.get(request(3, 1).token)).toBeUndefined();
  });

  it('count once: one that is not there, or is added twice, changes nothing', () => {
    const kept = new KeptRequests();
    const a = request(1, 1);
    kept.add(a);
    kept.add(a);
    kept.remove(request(1, 1));
    kept.remove(request(5, 1));
    expect(kept.size).toBe(1);
  });

  it('may stand in any slot', () => {
    const kept = new KeptRequests();
    const far = request(2 ** 20 - 1, 1);
    kept.add(far);
    expect(kept.get(far.token)).toBe(far);
  });
});
