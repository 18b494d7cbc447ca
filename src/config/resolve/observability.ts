/** What the front notes of requests, from what the configuration asks for. */
import type { CheckedConfig } from '../schema.ts';
import type { Trace } from '../schema/observability.ts';
import type { Observe } from '../types.ts';

/** The admin page shows requests and latencies, so they are noted unless somebody says otherwise. */
export function observeSettings({ metrics, admin, trace }: CheckedConfig): Observe {
  const wanted = trace === undefined && admin !== undefined ? DEFAULT_TRACE : (trace ?? null);
  return {
    metrics: metrics !== undefined || admin !== undefined,
    serverTiming: wanted?.serverTiming ?? false,
    tracesPerSecond: wanted?.perSecond ?? 0,
    traceShare: Math.round((wanted?.sample ?? 0) * 1e6),
    slow: wanted?.slow ?? 0,
  };
}

const DEFAULT_TRACE: Trace = { sample: 1, perSecond: 20, slow: 500, serverTiming: false };
