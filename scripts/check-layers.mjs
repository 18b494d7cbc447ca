/**
 * Checks the layer rules of docs/architecture.md: which folder may include or import which. Exit status 1 with one sentence
 * for each breach.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** native/<folder>: what it may include besides itself. */
const NATIVE = {
  base: [],
  net: ['base'],
  http: ['base'],
  route: ['base', 'http'],
  queue: ['base', 'http', 'net'],
  compress: ['base', 'http'],
  files: ['base', 'net', 'http', 'compress'],
  tls: ['base', 'net'],
  template: ['base'],
  observe: ['base'],
  cache: ['base', 'http'],
  variables: ['base', 'http'],
  hints: ['base', 'http'],
  proxy: ['base', 'net', 'http', 'tls'],
  balance: ['base', 'proxy'],
  checks: ['base', 'net', 'http', 'proxy', 'balance'],
  limits: ['base', 'http', 'variables'],
  log: ['base', 'http', 'variables'],
  auth: ['base'],
  server: ['base', 'net', 'http', 'route', 'queue', 'compress', 'files', 'tls', 'observe', 'proxy', 'balance', 'checks', 'variables', 'limits', 'auth', 'cache', 'hints', 'log'],
  addon: ['base', 'net', 'http', 'route', 'queue', 'compress', 'files', 'tls', 'observe', 'proxy', 'balance', 'checks', 'template', 'variables', 'limits', 'auth', 'server', 'cache', 'hints', 'log'],
};

/**
 * native/<folder>/<room>: which other rooms of its folder it may include; what lies beside the rooms is for all of them. Rooms of
 * native/server know each other.
 */
const NATIVE_ROOMS = {
  http: {
    grammar: [],
    fields: ['grammar'],
    request: ['grammar', 'fields'],
    conditional: ['grammar'],
    response: ['grammar', 'fields'],
  },
  files: {
    names: [],
    opening: ['names'],
    disk: ['names', 'opening'],
    representation: ['names', 'opening', 'disk'],
    cache: ['names', 'opening', 'disk', 'representation'],
    listing: ['names', 'opening', 'disk', 'representation'],
  },
  addon: {
    convert: [],
    pages: ['convert'],
    worker: ['pages'],
    server: ['convert', 'worker'],
  },
};

/** src/<folder>: what it may import besides itself and the leaves. */
const TYPESCRIPT = {
  boot: [], // runs before all others
  native: ['gateway'], // types and the ring's size
  log: [],
  signing: [],
  passwords: [],
  catalogue: [],
  http: ['gateway', 'log', 'signing'],
  pipeline: ['http', 'gateway', 'signing', 'catalogue'],
  gateway: ['boot', 'native', 'http', 'log', 'pipeline'],
  testing: ['gateway', 'http'],
  config: ['passwords', 'gateway', 'log', 'native'],
  assets: ['config'],
  tls: [],
  admin: ['gateway', 'native'],
  supervisor: ['admin', 'config', 'gateway', 'log', 'native'],
  node: ['config', 'supervisor', 'gateway', 'native'],
  control: ['log', 'supervisor'],
  dev: ['config', 'gateway', 'supervisor'],
  extraction: ['catalogue', 'pipeline'],
  cli: ['config', 'assets', 'extraction', 'tls', 'supervisor', 'control', 'dev', 'gateway', 'native'],
};
/**
 * src/<folder>/<room>: which other rooms of its folder it may import. src/<folder>/<room>.ts is the face of a room, and one of its files;
 * what lies beside the rooms is for all of them.
 */
const ROOMS = {
  config: {
    types: [],
    values: ['types'],
    schema: ['types', 'values'],
    resolve: ['types', 'values', 'schema'],
    bundle: [],
  },
  http: {
    content: [],
    cookies: ['content'],
    multipart: ['content'],
    request: ['content', 'cookies', 'multipart'],
    response: ['cookies', 'request'],
  },
  gateway: {
    contract: [],
    node: ['contract'],
    'shared-memory': ['contract'],
    answers: ['contract'],
    queue: ['contract', 'answers'],
    validator: ['contract', 'inject'],
    adapters: ['contract', 'node', 'validator'],
    worker: ['contract', 'adapters', 'queue', 'shared-memory'],
    inject: ['contract', 'adapters', 'answers'],
  },
  supervisor: {
    workers: [],
    listen: [],
    upstreams: [],
    reload: ['workers', 'listen', 'upstreams'],
  },
};
/** Files of src itself that everyone may import; they import nothing. */
const LEAVES = ['errors.ts', 'nearest.ts', 'quantities.ts'];
/** Folders of one layer each: their neighbours may import only their index.ts. */
const PIPELINE_LAYERS = [
  'middleware', 'urls', 'views', 'templates', 'context', 'static', 'sessions', 'csrf', 'messages', 'auth', 'forms', 'pagination', 'i18n',
];

const breaches = [];

function filesOf(folder, endings) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function checkNative() {
  for (const file of filesOf('native', ['.h', '.cc'])) {
    const shown = relative(root, file);
    const folder = shown.split('/')[1];
    const text = readFileSync(file, 'utf8');
    for (const [, target] of text.matchAll(/^#include "native\/([a-z]+)\//gm)) {
      if (target !== folder && !NATIVE[folder]?.includes(target)) {
        breaches.push(`${shown} includes native/${target}, which native/${folder} must not know.`);
      }
    }
    checkNativeRooms(shown, text);
    if (folder !== 'addon' && /^#include <(napi|node_api|uv)\.h>/m.test(text)) {
      breaches.push(`${shown} includes a Node header; only native/addon knows Node.`);
    }
  }
}

function checkNativeRooms(shown, text) {
  const [, folder, own] = shown.split('/');
  const rooms = NATIVE_ROOMS[folder] ?? {};
  if (!Object.hasOwn(rooms, own)) return;
  for (const [, target, other] of text.matchAll(/^#include "native\/([a-z]+)\/([a-z]+)\//gm)) {
    if (target === folder && other !== own && !rooms[own].includes(other)) {
      breaches.push(`${shown} includes native/${folder}/${other}, which the room ${own} must not know.`);
    }
  }
}

function checkTypeScript() {
  for (const file of filesOf('src', ['.ts'])) {
    const shown = relative(join(root, 'src'), file);
    const parts = shown.split('/');
    if (parts.length === 1) continue;
    const text = readFileSync(file, 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const target = normalize(join(dirname(shown), specifier)).split('/');
      if (target.length === 1) {
        if (!LEAVES.includes(target[0])) breaches.push(`src/${shown} imports src/${target[0]}; only ${LEAVES.join(', ')} are for everyone.`);
        continue;
      }
      if (target[0] !== parts[0]) {
        if (!TYPESCRIPT[parts[0]]?.includes(target[0])) {
          breaches.push(`src/${shown} imports src/${target[0]}, which src/${parts[0]} must not know.`);
        }
      } else {
        checkRooms(shown, parts, target);
        if (parts[0] === 'pipeline') checkPipeline(shown, parts, target);
      }
    }
    if (shown !== 'native/load.ts' && /\.node['"`]/.test(text)) {
      breaches.push(`src/${shown} names an addon file; only src/native/load.ts loads it.`);
    }
  }
}

function checkRooms(shown, [folder, ...from], [, ...to]) {
  const rooms = ROOMS[folder] ?? {};
  const [own, other] = [from, to].map(([first]) => first.replace(/\.c?ts$/, ''));
  if (own === other || !Object.hasOwn(rooms, own) || !Object.hasOwn(rooms, other)) return;
  if (!rooms[own].includes(other)) breaches.push(`src/${shown} imports src/${folder}/${to.join('/')}, which the room ${own} must not know.`);
}

function checkPipeline(shown, parts, target) {
  const crosses = PIPELINE_LAYERS.includes(target[1]) && target[1] !== parts[1];
  if (crosses && target[2] !== 'index.ts') {
    breaches.push(`src/${shown} imports the inside of src/pipeline/${target[1]}; import its index.ts.`);
  }
}

checkNative();
checkTypeScript();
for (const breach of breaches) console.error(`layers: ${breach}`);
console.log(`layers: ${breaches.length === 0 ? 'kept' : `${breaches.length} broken`}`);
process.exit(breaches.length === 0 ? 0 : 1);
