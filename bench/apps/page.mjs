/** A pipeline application: URLconf, function view, template with inheritance. */
import { defineApp, path, render, templates } from '../../dist/index.js';
import { pageContext } from './content.mjs';

export default defineApp({
  templates: templates({ directory: new URL('./templates/', import.meta.url) }),
  urls: [path('page', (request) => render(request, 'page.html', pageContext()))],
});
