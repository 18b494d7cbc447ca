/**
 * What a development server knows about a request whose application failed: the error, the way through the pipeline, and the request
 * itself. Collected on the worker's thread while the request runs; forgotten with it.
 */
import type { ApplicationEnvironment, GatewayRequest, PipelineLayer } from '../gateway/contract.ts';

/** One layer that the request has entered. Times in milliseconds since the request was first seen. */
export interface Step {
  readonly layer: PipelineLayer;
  readonly name: string;
  /** How many layers it is inside of. */
  readonly depth: number;
  readonly beganMs: number;
  /** null: not left when the page was made. */
  endedMs: number | null;
  outcome: string;
}

export interface RequestReport {
  readonly error: Error;
  readonly steps: readonly Step[];
  readonly method: string;
  readonly target: string;
  readonly client: string;
  /** Name and value as sent, secrets hidden. */
  readonly fields: readonly (readonly [string, string])[];
  /** "multipart/form-data, 2048 bytes", "none". */
  readonly content: string;
}

interface Trace {
  readonly began: number;
  readonly steps: Step[];
  open: number;
  error: Error | null;
}

/** Values of these are never shown: a page is easily shared as a picture. */
const SECRET_FIELDS = /^(?:authorization|proxy-authorization|.*(?:token|secret|api-?key|password).*)$/i;
const HIDDEN = '••••••';

export class RequestReports {
  readonly #traces = new WeakMap<GatewayRequest, Trace>();

  /** The environment that collects. */
  lend(environment: ApplicationEnvironment): ApplicationEnvironment {
    return {
      ...environment,
      watch: (request, layer, name) => this.#enter(request, layer, name),
      onError: (error, request) => {
        const trace = this.#traces.get(request);
        if (trace !== undefined) trace.error = error;
        environment.onError(error, request);
      },
    };
  }

  /** A request begins; its object may have been another one's. */
  begin(request: GatewayRequest): void {
    this.#traces.set(request, { began: performance.now(), steps: [], open: 0, error: null });
  }

  /** What is known of a request that failed; null for one that did not. */
  take(request: GatewayRequest): RequestReport | null {
    const trace = this.#traces.get(request);
    if (trace === undefined || trace.error === null) return null;
    return {
      error: trace.error,
      steps: trace.steps,
      method: request.method,
      target: request.target,
      client: request.remoteAddress,
      fields: fieldsOf(request),
      content: contentOf(request),
    };
  }

  #enter(request: GatewayRequest, layer: PipelineLayer, name: string): (outcome: string) => void {
    const trace = this.#traces.get(request);
    if (trace === undefined) return () => {};
    const step: Step = { layer, name, depth: trace.open++, beganMs: performance.now() - trace.began, endedMs: null, outcome: '' };
    trace.steps.push(step);
    return (outcome) => {
      trace.open--;
      step.endedMs = performance.now() - trace.began;
      step.outcome = outcome;
    };
  }
}

function fieldsOf(request: GatewayRequest): [string, string][] {
  const raw = request.rawFields();
  const fields: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i] as string, shownValue(raw[i] as string, raw[i + 1] as string)]);
  return fields;
}

/** Cookies keep their names: which were sent is often the question. */
function shownValue(name: string, value: string): string {
  if (SECRET_FIELDS.test(name)) return HIDDEN;
  if (name.toLowerCase() !== 'cookie') return value;
  return value
    .split(/; */)
    .map((pair) => `${pair.split('=', 1)[0] ?? ''}=${HIDDEN}`)
    .join('; ');
}

function contentOf(request: GatewayRequest): string {
  const { length } = request.body;
  if (length === 0) return 'none';
  const type = request.field('content-type')?.split(';', 1)[0] ?? 'of no type';
  return `${type}, ${length === undefined ? 'length not declared' : `${length} bytes`}`;
}
