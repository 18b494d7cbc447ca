/**
 * Trace context of a request (W3C Trace Context, Recommendation of 23 November 2021): what came with it, and what to hand on to
 * services that are called on its behalf. Pure but for the random ids.
 */
import { randomBytes } from 'node:crypto';
import type { GatewayRequest } from '../../gateway/contract.ts';

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;
/** Longer ones may be dropped (3.3.1.5). */
const MAX_STATE_CHARACTERS = 512;
const VISIBLE = /^[\x20-\x7e]*$/;

export interface TraceContext {
  /** 32 hexadecimal digits: of the whole trace, made here when the request brought none. */
  readonly traceId: string;
  /** 16 hexadecimal digits: of this request in this server. */
  readonly spanId: string;
  /** Span of the caller, null when the request brought no valid traceparent. */
  readonly parentId: string | null;
  /** Whether the caller, or this server, records the trace. */
  readonly sampled: boolean;
  /** Fields for requests to other services: traceparent, and tracestate where there is one. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The context of a request: continues a valid traceparent, begins a trace otherwise (3.2.2.5: an invalid one is as none). */
export function traceContextOf(request: GatewayRequest): TraceContext {
  const [, version, traceId = randomId(16), parentId = null, flags = '00', rest] = TRACEPARENT.exec(request.field('traceparent') ?? '') ?? [];
  if (version === '00' && rest !== undefined) return traceContext(request, randomId(16), null, false);
  return traceContext(request, traceId, parentId, (Number.parseInt(flags, 16) & SAMPLED) !== 0);
}

function traceContext(request: GatewayRequest, traceId: string, parentId: string | null, callerSamples: boolean): TraceContext {
  const spanId = randomId(8);
  const { phases } = request;
  phases?.identify(traceId, spanId);
  const sampled = callerSamples || (phases !== null && phases !== undefined);
  const headers: Record<string, string> = { traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` };
  const state = parentId === null ? undefined : request.field('tracestate');
  if (state !== undefined && state !== '' && state.length <= MAX_STATE_CHARACTERS && VISIBLE.test(state)) headers['tracestate'] = state;
  return { traceId, spanId, parentId, sampled, headers };
}

/** All zeros would be invalid; once in 2^64. */
function randomId(bytes: number): string {
  const id = randomBytes(bytes).toString('hex');
  return /[^0]/.test(id) ? id : randomId(bytes);
}
