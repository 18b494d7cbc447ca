/** The face of the static layer. */
export { StaticFiles, StaticUrlError } from './static-files.ts';
export { activateStaticFiles, staticIntegrity, staticUrl } from './static-url.ts';
