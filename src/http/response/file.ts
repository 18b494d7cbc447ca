/**
 * file(): an answer whose content is a file that the native front sends. The worker is free at once. Any thread.
 */
import { NotFound } from '../errors.ts';
import { Response, type ResponseInit } from '../response.ts';

/** What file() takes beside the path. */
export interface FileOptions extends ResponseInit {
  /** Prefix of a static directory, usually an internal one; `path` is then relative to it and cannot leave it. */
  root?: string;
  /** Media type; by the file's name without it. */
  contentType?: string;
  /** true: the browser saves the file under its own name; a text: under this one (RFC 6266). */
  download?: boolean | string;
}

/**
 * Answers with a file of a directory that the configuration mounts: `static: [{ prefix: '/private/', root: 'files',
 * internal: true }]` and `file('/private/report.pdf')`, or `file(name, { root: '/private/' })` with a name from outside.
 * Ranges and conditions of the request apply, 404 is answered when there is no such file, and the fields of the response
 * (cookies, Cache-Control...) go along. The status given here does not count: the file decides it.
 * A path with dot segments, empty ones or "\0" is NotFound below a root, where it may come from a client, and else a
 * TypeError, as is one that does not begin with "/".
 */
export function file(path: string, options: FileOptions = {}): Response {
  const { root, contentType, download, ...init } = options;
  const response = new Response(null, init);
  response.headers.set('x-accel-redirect', locate(path, root));
  if (contentType !== undefined) response.headers.set('content-type', contentType);
  if (download !== undefined && download !== false) {
    response.headers.set('content-disposition', attachment(download === true ? lastSegment(path) : download));
  }
  return response;
}

function locate(path: string, root: string | undefined): string {
  if (root !== undefined && !/^\/(?:.*\/)?$/.test(root)) throw new TypeError(`file(): root must begin and end with "/", got ${shown(root)}`);
  if (root === undefined && !path.startsWith('/')) throw new TypeError(`file(): expected a path that begins with "/", or root, got ${shown(path)}`);
  const segments = (root === undefined ? path.slice(1) : path).split('/');
  // The front would resolve dot segments, so they could lead from one directory of the configuration into another.
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || segment.includes('\0'))) {
    if (root !== undefined) throw new NotFound();
    throw new TypeError(`file(): the path has an empty or dot segment or "\\0" in it: ${shown(path)}`);
  }
  return `${(root ?? '/').split('/').map(encoded).join('/')}${segments.map(encoded).join('/')}`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

/** Percent-encoded UTF-8; a lone surrogate becomes U+FFFD. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** RFC 6266: an ASCII form for old clients, and the name itself percent-encoded (RFC 8187). */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encoded(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return plain === name ? `attachment; filename="${plain}"` : `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
