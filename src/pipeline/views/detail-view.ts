/** DetailView: a page about one thing. */
import type { Request } from '../../http/request.ts';
import type { RouteParams } from '../../http/request/route-match.ts';
import { PageView } from './page-view.ts';
import { getObjectOr404 } from './shortcuts.ts';
import type { ViewResult } from './view.ts';

/** Answers GET and HEAD. The template gets `object`, under `contextName` too. Nothing found is 404. */
export class DetailView<Item extends object = object> extends PageView {
  /** Finds the thing by the path parameters; getObject() of a subclass does without. */
  find: ((params: RouteParams, request: Request) => Item | null | undefined | Promise<Item | null | undefined>) | undefined = undefined;
  contextName = '';

  async get(): Promise<ViewResult> {
    const object = await getObjectOr404(this.getObject());
    const named = this.contextName === '' ? {} : { [this.contextName]: object };
    return this.renderPage({ object, ...named, ...(await this.getContext()) });
  }

  /** The thing; null or undefined when there is none. */
  protected getObject(): Item | null | undefined | Promise<Item | null | undefined> {
    if (this.find === undefined) throw new TypeError(`${this.constructor.name}: find is not set; give it in asView({ find }), or write getObject()`);
    return this.find(this.params, this.request);
  }
}
