/** serverTiming(): Server-Timing (W3C), which browsers show with the request. */
import type { Request } from '../../http/request.ts';
import { addFieldLine } from '../../http/response.ts';
import { TOKEN } from '../../http/token.ts';
import type { Middleware } from './chain.ts';
import { onResponse } from './finish.ts';

const STATE_KEY = 'fastserve.timings';

/** Sends how long the layers inside took, as "app", and what measure() has measured, in milliseconds. */
export function serverTiming(): Middleware {
  return function serverTiming(request, next) {
    const began = performance.now();
    return onResponse(next(), (response) => {
      const measured = request.state[STATE_KEY] as string[] | undefined;
      const total = entry('app', performance.now() - began);
      addFieldLine(response, 'server-timing', measured === undefined ? total : [total, ...measured].join(', '));
      return response;
    });
  };
}

/**
 * Runs `work` and notes how long it took under `name` (a token, TypeError otherwise), also when it fails. The result, or a
 * promise of it, is passed on.
 */
export function measure<Result>(request: Request, name: string, work: () => Result): Result {
  if (!TOKEN.test(name)) throw new TypeError(`measure(): the name ${JSON.stringify(name)} is not a token`);
  const began = performance.now();
  const note = (): void => {
    ((request.state[STATE_KEY] ??= []) as string[]).push(entry(name, performance.now() - began));
  };
  let result: Result;
  try {
    result = work();
  } catch (error) {
    note();
    throw error;
  }
  if (result instanceof Promise) return result.finally(note) as Result;
  note();
  return result;
}

/** Hundredths of a millisecond: more would be noise, and a help for timing attacks. */
function entry(name: string, milliseconds: number): string {
  // Whole numbers become text several times faster than fractions.
  const hundredths = Math.round(milliseconds * 100);
  const rest = hundredths % 100;
  return `${name};dur=${(hundredths - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}
