/** RedirectView: another place for a path. */
import type { Request } from '../../http/request.ts';
import type { RouteParams } from '../../http/request/route-match.ts';
import type { Response } from '../../http/response.ts';
import { redirect } from '../../http/response/helpers.ts';
import { reverse } from '../urls/index.ts';
import { ClassView } from './class-view.ts';

/** Answers every method with a redirect to `url`, or to the route `routeName` with the parameters of this one. */
export class RedirectView extends ClassView {
  url: string | ((params: RouteParams, request: Request) => string) = '';
  routeName = '';
  /** 301 instead of 302; 308 instead of 307 for methods other than GET and HEAD, which keep method and content. */
  permanent = false;
  /** The query of the request goes along. */
  keepQuery = false;

  get(): Response {
    return redirect(this.#target(), this.permanent ? 301 : 302);
  }

  post(): Response {
    return redirect(this.#target(), this.permanent ? 308 : 307);
  }

  put(): Response {
    return this.post();
  }

  delete(): Response {
    return this.post();
  }

  patch(): Response {
    return this.post();
  }

  #target(): string {
    const target = this.#withoutQuery();
    const { queryString } = this.request;
    if (!this.keepQuery || queryString === '') return target;
    return `${target}${target.includes('?') ? '&' : '?'}${queryString}`;
  }

  #withoutQuery(): string {
    if (this.routeName !== '') return reverse(this.routeName, this.params);
    const target = typeof this.url === 'function' ? this.url(this.params, this.request) : this.url;
    if (target === '') throw new TypeError('RedirectView: neither url nor routeName is set; give one in asView({ url })');
    return target;
  }
}
