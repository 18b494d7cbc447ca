/** TemplateView: a page that needs no more than its template. */
import type { ViewResult } from './view.ts';
import { PageView } from './page-view.ts';

/** Answers GET and HEAD with `template`, which gets the path parameters, or what getContext() of a subclass gives. */
export class TemplateView extends PageView {
  get(): ViewResult | Promise<ViewResult> {
    const context = this.getContext();
    return context instanceof Promise ? context.then((ready) => this.renderPage(ready)) : this.renderPage(context);
  }
}
