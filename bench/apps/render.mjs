/** Template engines as their documentation advises for production: autoescape on, compiled templates cached, no watching. */
import nunjucks from 'nunjucks';

/** @returns {nunjucks.Environment} */
export function createEnvironment(directory) {
  const loader = new nunjucks.FileSystemLoader(directory, { watch: false, noCache: false });
  return new nunjucks.Environment(loader, { autoescape: true });
}

/** nunjucks. @returns {(name: string, context: object) => string} */
export function createRenderer(directory) {
  const environment = createEnvironment(directory);
  return (name, context) => environment.render(name, context);
}

/** eta. @returns {Promise<(name: string, context: object) => string>} rejects where it is not installed */
export async function createEtaRenderer(directory) {
  const { Eta } = await import('eta');
  const engine = new Eta({ views: directory, cache: true, defaultExtension: '' });
  return (name, context) => engine.render(name, context);
}
