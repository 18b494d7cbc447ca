/**
 * render(): a response made of a template. Runs on the application's thread.
 */
import { type Request, servicesOf } from '../../http/request.ts';
import type { Response, ResponseInit } from '../../http/response.ts';
import { html } from '../../http/response/helpers.ts';

/**
 * An HTML page from a template. The template runs after the view has returned: context processors first, then the template
 * with their names and `context` (which wins). Middlewares see the finished page. Throws when the request belongs to no
 * application.
 *
 * @example
 * ```ts
 * path('', (request) => render(request, 'home.html', { name: request.query.get('name') ?? 'world' }));
 * ```
 */
export function render(request: Request, template: string, context: object = {}, init?: ResponseInit): Response {
  const services = servicesOf(request);
  if (services === null) throw new Error(`render('${template}'): the request belongs to no application made with defineApp()`);
  const response = html('', init);
  response.deferred = () => services.renderTemplate(request, template, context);
  return response;
}
