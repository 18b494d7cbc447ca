/** Runs pipeline applications in tests, with what they report. */
import type { ApplicationEnvironment, GatewayApplication, Head } from '../../src/gateway/contract.ts';
import { PlainRequest, type PlainRequestInit } from '../../src/gateway/inject/plain-request.ts';
import { type AppOptions, defineApp, path, type View } from '../../src/index.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  /** Whether respond was called before handle returned. */
  wasSync: boolean;
}

export interface Harness {
  application: GatewayApplication;
  errors: Error[];
  get(target: string, init?: Partial<PlainRequestInit>): Promise<Answer>;
}

/** An application with one view at "/", started, with everything that it reports in `errors`. */
export async function run(options: Partial<AppOptions> & { view?: View }, debug = false): Promise<Harness> {
  const { view = () => 'ok', ...rest } = options;
  const application = defineApp({ urls: [path('', view, { name: 'root' })], ...rest }).bind();
  const errors: Error[] = [];
  const environment: ApplicationEnvironment = { debug, onError: (error) => void errors.push(error) };
  await application.start?.(environment);
  return { application, errors, get: (target, init) => send(application, { target, ...init }) };
}

function send(application: GatewayApplication, init: PlainRequestInit): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let wasSync = true;
    const result = application.handle(new PlainRequest(init), (status, fields, body) => {
      const flat = Array.isArray(fields) ? fields : (fields as Head).fields;
      const headers: Record<string, string> = {};
      for (let i = 0; i < flat.length; i += 2) headers[flat[i] as string] = flat[i + 1] as string;
      resolve({ status, headers, body, wasSync });
    });
    wasSync = false;
    Promise.resolve(result).catch(reject);
  });
}
