/** A client that keeps cookies as a browser does, over inject(). */
import { type InjectedResponse, inject, type PipelineApplication } from '../../src/index.ts';

export class Browser {
  readonly #application: PipelineApplication;
  readonly #origin: string;
  readonly cookies = new Map<string, string>();

  constructor(application: PipelineApplication, origin = 'http://localhost') {
    this.#application = application;
    this.#origin = origin;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<InjectedResponse> {
    return this.send('GET', path, headers);
  }

  /** A form as a page of the site sends it. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<InjectedResponse> {
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: this.#origin, ...headers };
    return this.send('POST', path, form, new URLSearchParams(fields).toString());
  }

  async send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<InjectedResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await inject(this.#application, {
      method,
      url: this.#origin + path,
      headers: { host: new URL(this.#origin).host, ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    return response;
  }

  #take(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(name.length + 1));
  }
}
