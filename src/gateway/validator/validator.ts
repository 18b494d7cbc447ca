/**
 * validator(): an application around another one that looks whether both it and the server keep the gateway contract
 * (docs/spec/gateway.md), as wsgiref.validate does for WSGI. Every violation has the number of its rule. For tests and for finding
 * out who is wrong; it costs some microseconds a request.
 */
import type { ApplicationEnvironment, GatewayApplication, GatewayRequest, RawApplication, Respond } from '../contract.ts';
import { DEFAULT_ENVIRONMENT } from '../inject/environment.ts';
import { AlreadyAnsweredError } from '../errors.ts';
import { checkAnswer } from './response.ts';
import { CheckedRequest, checkRequest } from './request.ts';
import { ContractViolation, type Report, shown } from './violation.ts';

/** Marks validators of any copy of this package. */
const VALIDATOR_BRAND = Symbol.for('fastserve.validator');

/** An application in any form, with a validator around it. Export it, or give it to inject(), testClient() or serve(). */
export interface ValidatedApplication {
  readonly application: unknown;
  /** undefined: the error log. */
  readonly onViolation: Report | undefined;
}

/** What validator() takes beside the application. */
export interface ValidatorOptions {
  /** Hears of each violation. Default: the error log of whoever runs the application. */
  onViolation?: (violation: ContractViolation) => void;
}

/** Puts a validator around an application of any form. What the application answers is not changed. */
export function validator(application: unknown, { onViolation }: ValidatorOptions = {}): ValidatedApplication {
  return Object.defineProperty({ application, onViolation }, VALIDATOR_BRAND, { value: true });
}

/** Whether validator() made this. */
export function isValidatedApplication(exported: unknown): exported is ValidatedApplication {
  return typeof exported === 'object' && exported !== null && VALIDATOR_BRAND in exported;
}

/** The adapted application with checks around it. */
export function validated(inner: GatewayApplication, onViolation: Report | undefined): GatewayApplication {
  let environment: ApplicationEnvironment = DEFAULT_ENVIRONMENT;
  const report = (request: GatewayRequest): Report => onViolation ?? ((violation) => environment.onError(violation, request));
  return {
    kind: inner.kind,
    manifest: inner.manifest,
    handle: (request, respond) => {
      checkRequest(request, inner.manifest?.routes.length ?? 0, report(request));
      return new CheckedCall(request, respond, report(request)).run(inner.handle);
    },
    start: async (lent) => {
      if (lent !== undefined) environment = lent;
      await inner.start?.(lent === undefined ? undefined : unwrapping(lent));
    },
    stop: async () => inner.stop?.(),
  };
}

/** Whoever runs the application knows its requests as they were before they were wrapped. */
function unwrapping(lent: ApplicationEnvironment): ApplicationEnvironment {
  const own = (request: GatewayRequest): GatewayRequest => (request instanceof CheckedRequest ? request.server : request);
  const { onRender, watch } = lent;
  return {
    ...lent,
    onError: (error, request) => lent.onError(error, own(request)),
    ...(onRender === undefined ? {} : { onRender: (template, context, request) => onRender(template, context, own(request)) }),
    ...(watch === undefined ? {} : { watch: (request, layer, name) => watch(own(request), layer, name) }),
  };
}

/** One call of an application: from the request to its one answer. */
class CheckedCall {
  readonly #request: GatewayRequest;
  readonly #checked: CheckedRequest;
  readonly #respond: Respond;
  readonly #report: Report;
  #isAnswered = false;
  /** The answer was in one piece. */
  #isWhole = false;

  constructor(request: GatewayRequest, respond: Respond, report: Report) {
    this.#request = request;
    this.#checked = new CheckedRequest(request, report);
    this.#respond = respond;
    this.#report = report;
  }

  run(handle: RawApplication): void | Promise<void> {
    const result: unknown = handle(this.#checked, this.#answer);
    if (result instanceof Promise) return result.then(() => this.#settled()).finally(() => this.#over());
    if (result !== undefined) this.#broken('G26', `it returned ${shown(result)}; expected nothing or a promise`);
    this.#over();
    return undefined;
  }

  /** What was answered in one piece by now cannot be read any more (G10). */
  #over(): void {
    if (this.#isWhole) this.#checked.expire();
  }

  readonly #answer: Respond = (status, fields, body) => {
    if (this.#isAnswered) this.#broken('G15', `respond was called a second time, for ${this.#where()}`);
    const checkedBody = this.#isAnswered ? body : checkAnswer(status, fields, body, this.#report);
    try {
      this.#respond(status, fields, checkedBody);
      if (this.#isAnswered) this.#report(new ContractViolation('server', 'G15', 'a second call of respond did not throw AlreadyAnsweredError'));
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof AlreadyAnsweredError)) {
        this.#report(new ContractViolation('server', 'G16', `respond threw ${shown(error)}; expected a TypeError`, { cause: error }));
      }
      throw error;
    }
    this.#isAnswered = true;
    this.#isWhole = typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body);
  };

  #settled(): void {
    if (!this.#isAnswered) this.#broken('G26', `its promise resolved without an answer for ${this.#where()}`);
  }

  #where(): string {
    return `${this.#request.method} ${this.#request.target}`.slice(0, 200);
  }

  #broken(rule: string, problem: string): void {
    this.#report(new ContractViolation('application', rule, problem));
  }
}
