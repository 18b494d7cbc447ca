/**
 * Texts with variables in nginx's syntax ("$remote_net", "${host}-$cookie_id"), expanded in JavaScript: for what the front expands
 * itself wherever it can (native/variables), and with the same outcome.
 */
import type { Request } from '../http/request.ts';
import { suggest } from '../nearest.ts';

/** The text of one request. */
export type VariableText = (request: Request) => string;

type Read = (request: Request) => string;

const VARIABLES: Readonly<Record<string, Read>> = {
  remote_addr: ({ remoteAddress }) => remoteAddress || 'unix',
  remote_net: ({ remoteAddress }) => networkOf(remoteAddress),
  host: ({ host }) => host.replace(/:\d*$/, '').replace(/(?<=.)\.$/, '').toLowerCase(),
  scheme: ({ scheme }) => scheme,
  request_method: ({ method }) => method,
  request_uri: ({ fullPath }) => fullPath,
  uri: ({ path }) => path,
  args: ({ queryString }) => queryString,
  query_string: ({ queryString }) => queryString,
};

/** Beginnings of names, with what reads the rest of the name. */
const FAMILIES: readonly (readonly [string, (name: string) => Read])[] = [
  ['arg_', (name) => ({ queryString }) => valueOf(queryString, '&', name) ?? ''],
  ['cookie_', (name) => ({ headers }) => (valueOf(headers.get('cookie') ?? '', ';', name) ?? '').trim()],
  ['http_', (name) => ({ headers }) => headers.get(name.replaceAll('_', '-').toLowerCase()) ?? ''],
];

const NAMES = [...Object.keys(VARIABLES), ...FAMILIES.map(([start]) => `${start}NAME`)];
const TOKEN = /\$(?:\$|(\w+)|\{(\w+)\}|)/g;

/** Reads a text. A string tells what is wrong with it: "unknown variable $remot_addr; did you mean $remote_addr?". */
export function compileVariables(text: string): VariableText | string {
  const parts: (string | Read)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const name = match[1] ?? match[2];
    if (name === undefined && match[0] !== '$$') return 'a "$" without the name of a variable; "$$" is a dollar sign';
    const read = name === undefined ? '$' : readerOf(name);
    if (read === undefined) return unknown(name as string);
    parts.push(read);
  }
  parts.push(text.slice(end));
  return (request) => parts.map((part) => (typeof part === 'string' ? part : part(request))).join('');
}

function readerOf(name: string): Read | undefined {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name];
  const family = FAMILIES.find(([start]) => name.startsWith(start) && name.length > start.length);
  return family?.[1](name.slice(family[0].length));
}

function unknown(name: string): string {
  const near = suggest(name, NAMES);
  return `unknown variable $${name}; ${near === undefined ? `expected one of ${NAMES.map((each) => `$${each}`).join(', ')}` : `did you mean $${near}?`}`;
}

/** Of the first pair with that name, as it was sent. */
function valueOf(pairs: string, separator: string, name: string): string | undefined {
  for (const pair of pairs.split(separator)) {
    const bare = pair.trimStart();
    if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
  }
  return undefined;
}

/**
 * An address; of an IPv6 address the network of its first 64 bits, for the rest is its owner's to choose. "unix" for unix
 * sockets.
 */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address || 'unix';
  const [head = '', tail] = address.split('%', 1)[0]?.split('::', 2) ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  const groups = [...front, ...zeros, ...back].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::`;
}
