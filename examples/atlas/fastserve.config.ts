/** How the atlas is served. The I/O threads send everything under /static/ and /flags/ without calling JavaScript. */
import { defineConfig } from 'fastserve';
import { dataDirectory } from './dataset.ts';

export default defineConfig({
  app: './app.ts',
  static: [
    { prefix: '/static/', root: './public', cacheControl: 'public, max-age=3600' },
    // The data set's own directory: flags are <code>.svg. Its outlines, also in there, are as public as the flags.
    { prefix: '/flags/', root: dataDirectory, cacheControl: 'public, max-age=86400' },
  ],
});
