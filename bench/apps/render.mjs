/** nunjucks as its documentation advises for production: autoescape on, compiled templates cached, no watching. */
import nunjucks from 'nunjucks';

/** @returns {(name: string, context: object) => string} */
export function createRenderer(directory) {
  const loader = new nunjucks.FileSystemLoader(directory, { watch: false, noCache: false });
  const environment = new nunjucks.Environment(loader, { autoescape: true });
  return (name, context) => environment.render(name, context);
}
