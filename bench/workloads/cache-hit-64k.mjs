import files from './static-64k.mjs';
import hit from './cache-hit-1k.mjs';

export default { ...hit, title: 'Cache hit of a proxied answer, 64 KiB', path: files.path, expect: files.expect };
