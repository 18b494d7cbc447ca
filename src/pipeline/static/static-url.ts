/** staticUrl() for code that has no template: of the application that was started last in this thread. */
import type { StaticDirectory } from '../../gateway/contract.ts';
import { StaticFiles, StaticUrlError } from './static-files.ts';

let active: StaticFiles | null = null;

/** Makes these the directories of the global functions; whoever starts an application calls it. undefined: the default. */
export function activateStaticFiles(directories: readonly StaticDirectory[] | undefined): void {
  active = new StaticFiles(directories);
}

/**
 * The URL of a static file: staticUrl('css/site.css') → "/static/css/site.3f9a1c2b0d4e.css" with a build, "/static/css/site.css"
 * without. A name that begins with "/" says its directory: staticUrl('/flags/deu.svg'). Works once the application is being
 * started: in onStart, views, middlewares. StaticUrlError for a name that the build does not have.
 */
export function staticUrl(name: string): string {
  return files('staticUrl', name).url(name);
}

/** The integrity attribute for the file, "sha384-..."; "" without a build. Throws as staticUrl() does. */
export function staticIntegrity(name: string): string {
  return files('staticIntegrity', name).integrity(name);
}

function files(caller: string, name: string): StaticFiles {
  if (active === null) throw new StaticUrlError(`${caller}('${name}'): no application is started yet; call it from a view`);
  return active;
}
