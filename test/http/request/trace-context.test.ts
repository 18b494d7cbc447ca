/** W3C trace context of a request. */
import { describe, expect, it } from 'vitest';
import type { GatewayRequest } from '../../../src/gateway/contract.ts';
import { traceContextOf } from '../../../src/http/request/trace-context.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';

function contextOf(fields: Record<string, string>) {
  return traceContextOf({ field: (name: string) => fields[name] } as unknown as GatewayRequest);
}

describe('the trace context', () => {
  it('continues the trace of the caller with a span of its own', () => {
    const context = contextOf({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: 'vendor=1' });
    expect(context).toMatchObject({ traceId: TRACE_ID, parentId: PARENT_ID, sampled: true });
    expect(context.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(context.spanId).not.toBe(PARENT_ID);
    expect(context.headers).toEqual({ traceparent: `00-${TRACE_ID}-${context.spanId}-01`, tracestate: 'vendor=1' });
  });

  it('of a later version keeps the part that this one knows', () => {
    expect(contextOf({ traceparent: `01-${TRACE_ID}-${PARENT_ID}-00-more` })).toMatchObject({ traceId: TRACE_ID, sampled: false });
  });

  for (const bad of ['', 'x', `00-${TRACE_ID}-${PARENT_ID}-01-more`, `ff-${TRACE_ID}-${PARENT_ID}-01`, `00-${'0'.repeat(32)}-${PARENT_ID}-01`, `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`]) {
    it(`begins a trace, without the state, for "${bad}"`, () => {
      const context = contextOf({ traceparent: bad, tracestate: 'vendor=1' });
      expect(context.parentId).toBeNull();
      expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(context.traceId).not.toBe(TRACE_ID);
      expect(Object.keys(context.headers)).toEqual(['traceparent']);
    });
  }
});
