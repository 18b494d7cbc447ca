/** How the atlas is served. The I/O threads send everything under /static/, /flags/ and /uploads/ without calling JavaScript. */
import { defineConfig, securityFields } from 'fastserve';
import { dataDirectory } from './dataset.ts';
import { security } from './middleware.ts';
import { uploadDirectory } from './settings.ts';

export default defineConfig({
  app: './app.ts',
  static: [
    // After "fastserve build examples/atlas" pages link to built names, which browsers keep; without it to these.
    { prefix: '/static/', root: './public', cacheControl: 'public, max-age=3600', manifest: true },
    // The data set's own directory: flags are <code>.svg. Its outlines, also in there, are as public as the flags.
    { prefix: '/flags/', root: dataDirectory, cacheControl: 'public, max-age=86400' },
    // What visitors have uploaded, under names that change with the content.
    { prefix: '/uploads/', root: uploadDirectory, cacheControl: 'public, max-age=31536000, immutable', headers: securityFields(security) },
  ],
});
