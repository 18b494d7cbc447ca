/** A pipeline application: URLconf, function view, template with inheritance. */
import { defineApp, nunjucks, path, render } from '../../dist/index.js';
import { pageContext } from './content.mjs';

export default defineApp({
  templates: nunjucks({ directory: new URL('./templates/', import.meta.url) }),
  urls: [path('page', (request) => render(request, 'page.html', pageContext()))],
});
