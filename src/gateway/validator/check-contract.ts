/**
 * checkContract(): asks an application what can be asked without changing anything (GET and HEAD) and says where it breaks the gateway
 * contract. For `fastserve check` and for tests.
 */
import type { GatewayApplication, GatewayRequest, Respond, ResponseBody, RouteManifest } from '../contract.ts';
import { ROUTE_UNMATCHED, ROUTE_UNRESOLVED } from '../contract.ts';
import { AlreadyAnsweredError } from '../errors.ts';
import { checkedFields } from '../inject/field-check.ts';
import { PlainRequest } from '../inject/plain-request.ts';
import { validated } from './validator.ts';
import { ContractViolation, type Report } from './violation.ts';

export interface ContractCheck {
  /** "GET /about/", in the order in which they were made. */
  readonly requests: readonly string[];
  readonly violations: readonly ContractViolation[];
}

export interface ContractCheckOptions {
  /** How long an answer may take, in milliseconds; 10,000 by default. */
  answerMs?: number;
}

const ANSWER_MS = 10_000;
/** Of a stream so much is read; feeds have no end. */
const PIECES_READ = 16;
const PIECE_MS = 200;

/**
 * `application`: adapted and started. Asks for "/", a path that hardly exists, and each route without parameters that takes GET. Never
 * rejects because of the application: what it throws is a violation with the error as its cause.
 */
export async function checkContract(application: GatewayApplication, { answerMs = ANSWER_MS }: ContractCheckOptions = {}): Promise<ContractCheck> {
  const violations: ContractViolation[] = [];
  const requests: string[] = [];
  const checked = validated(application, (violation) => violations.push(violation));
  for (const path of pathsOf(application.manifest)) {
    for (const method of ['GET', 'HEAD']) {
      requests.push(`${method} ${path}`);
      const request = new PlainRequest({ method, target: path, fields: ['Host', 'localhost'], routeId: application.manifest === null ? ROUTE_UNMATCHED : ROUTE_UNRESOLVED });
      const before = violations.length;
      await ask(checked, request, answerMs, (violation) => violations.push(violation));
      for (const violation of violations.slice(before)) violation.message += ` (${method} ${path})`;
    }
  }
  return { requests, violations };
}

function pathsOf(manifest: RouteManifest | null): Set<string> {
  const plain = (manifest?.routes ?? []).filter(
    ({ pattern, opaque, methods }) => !opaque && !pattern.includes('<') && (methods === null || methods.includes('GET')),
  );
  return new Set(['/', ...plain.map(({ pattern }) => `/${pattern}`), '/fastserve-check/no-such-page']);
}

/** One request, its answer read as far as a stream is looked at. */
async function ask(application: GatewayApplication, request: GatewayRequest, answerMs: number, report: Report): Promise<void> {
  const failed = (rule: string, problem: string, cause?: unknown): void => report(new ContractViolation('application', rule, problem, { cause }));
  let body: ResponseBody = null;
  const answered = new Promise<boolean>((resolve) => {
    const respond = onceAnswered((answer) => {
      body = answer;
      resolve(true);
    });
    const thrown = (error: unknown): void => {
      failed('G25', `it threw: ${error instanceof Error ? error.message : String(error)}`, error);
      resolve(true);
    };
    try {
      const result = application.handle(request, respond);
      // A promise that resolves without an answer was reported by the validator.
      if (result instanceof Promise) result.then(() => resolve(true), thrown);
    } catch (error) {
      thrown(error);
    }
  });
  const timely = await within(answered, answerMs);
  if (timely === undefined) return failed('G26', `there was no answer within ${answerMs} ms`);
  await readSome(body, request.method === 'HEAD' ? 0 : PIECES_READ, failed);
}

/** As the server's: one answer, checked. */
function onceAnswered(take: (body: ResponseBody) => void): Respond {
  let isAnswered = false;
  return (status, fields, body) => {
    if (isAnswered) throw new AlreadyAnsweredError();
    checkedFields(status, fields);
    isAnswered = true;
    take(body);
  };
}

/** The body of an answer to HEAD is not asked for a piece (G20). */
async function readSome(body: ResponseBody, most: number, failed: (rule: string, problem: string, cause?: unknown) => void): Promise<void> {
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return;
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (let i = 0; i < most; i++) {
      const result = await within(pieces.next(), PIECE_MS);
      if (result === undefined) break;
      if (result.done === true) return;
    }
    void pieces.return?.()?.catch(() => {});
  } catch (error) {
    failed('G24', `its stream threw: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** What the promise gives, undefined when it takes longer. */
async function within<Value>(promise: Promise<Value>, limitMs: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
