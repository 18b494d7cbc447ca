/** What all class-based views with a template share. */
import type { Response, ResponseInit } from '../../http/response.ts';
import { render } from '../templates/index.ts';
import { ClassView } from './class-view.ts';

/** The base of class-based views that render a template. */
export abstract class PageView extends ClassView {
  /** Name of the template. */
  template = '';
  /** Further names for it; getContext() and the processors have theirs. */
  extraContext: object = {};

  /** The names that the template gets, without extraContext. */
  protected getContext(): object | Promise<object> {
    return { ...this.params };
  }

  /** The page. `view` is this instance, extraContext wins over `context`. */
  protected renderPage(context: object, init?: ResponseInit): Response {
    if (this.template === '') throw new TypeError(`${this.constructor.name}: template is not set; give it in asView({ template }) or in the class`);
    return render(this.request, this.template, { view: this, ...context, ...this.extraContext }, init);
  }
}
