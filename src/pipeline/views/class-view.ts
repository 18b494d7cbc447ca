/**
 * Views as classes, after Django's View: one method for each method of the request. One instance answers one request.
 */
import { MethodNotAllowed } from '../../http/errors.ts';
import type { Request } from '../../http/request.ts';
import type { RouteParams } from '../../http/request/route-match.ts';
import { Response } from '../../http/response.ts';
import { checkKeys } from '../check-options.ts';
import type { View, ViewResult } from './view.ts';

type Handler = () => ViewResult | Promise<ViewResult>;

/** In the order of Allow. */
const HANDLERS = [['GET', 'get'], ['HEAD', 'head'], ['POST', 'post'], ['PUT', 'put'], ['DELETE', 'delete'], ['PATCH', 'patch']] as const;
type HandlerName = (typeof HANDLERS)[number][1];

/** Attributes that asView() may set: the fields of the class that are no methods. */
export type Attributes<Instance> = {
  [Name in keyof Instance as Instance[Name] extends (...args: never[]) => unknown ? never : Name extends 'request' | 'params' ? never : Name]?: Instance[Name];
};

export abstract class ClassView {
  /** Set before dispatch(). */
  request!: Request;
  /** Path parameters, converted. */
  params!: RouteParams;

  /**
   * The view for path(): AboutView.asView(), or with other attributes TemplateView.asView({ template: 'about.html' }).
   * FastServeError (FS_APP) for an attribute that the class does not have.
   */
  static asView<Instance extends ClassView>(this: new () => Instance, attributes: Attributes<Instance> = {}): View {
    const Class = this;
    checkKeys(`${Class.name}.asView()`, attributes, attributeNames(new Class()));
    const view: View = (request, params) => {
      const instance = Object.assign(new Class(), attributes);
      instance.request = request;
      instance.params = params;
      return instance.dispatch();
    };
    return Object.defineProperty(view, 'name', { value: Class.name });
  }

  /** Calls the method for the request's: get(), post()... HEAD goes to get() where there is no head(), OPTIONS is answered here. */
  dispatch(): ViewResult | Promise<ViewResult> {
    const { method } = this.request;
    if (method === 'OPTIONS') return new Response(null, { status: 204, headers: [['allow', this.#allow()]] });
    const name = HANDLERS.find(([each]) => each === method)?.[1];
    const handler = name === undefined ? undefined : this.#handler(name);
    if (handler === undefined) throw new MethodNotAllowed(this.#allow());
    return handler.call(this);
  }

  #handler(name: HandlerName): Handler | undefined {
    const methods = this as Partial<Record<HandlerName, Handler>>;
    return name === 'head' ? (methods.head ?? methods.get) : methods[name];
  }

  #allow(): string {
    return [...HANDLERS.filter(([, name]) => this.#handler(name) !== undefined).map(([method]) => method), 'OPTIONS'].join(', ');
  }
}

/** Fields and accessors that can be set, of the instance and its classes. */
function attributeNames(instance: object): string[] {
  const names = new Set(Object.keys(instance));
  for (let level: unknown = Object.getPrototypeOf(instance); level !== ClassView.prototype && level !== null; level = Object.getPrototypeOf(level)) {
    for (const [name, { set }] of Object.entries(Object.getOwnPropertyDescriptors(level))) if (set !== undefined) names.add(name);
  }
  names.delete('request');
  names.delete('params');
  return [...names];
}
