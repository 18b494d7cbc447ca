/**
 * From the name of a static file to its URL, as Django's staticfiles storage does it: the name of a build when there is one.
 * Runs on the application's thread; asks no file system.
 */
import { suggestName } from '../../nearest.ts';
import type { BuiltFile, StaticDirectory } from '../../gateway/contract.ts';

/** A name that no build has. */
export class StaticUrlError extends Error {
  override readonly name = 'StaticUrlError';
}

/** What a server without a configuration is taken to have, for example under inject(). */
const CONVENTIONAL: readonly StaticDirectory[] = [{ prefix: '/static/', built: null }];

interface Located {
  directory: StaticDirectory | undefined;
  /** Below the directory; a whole path when there is none. */
  name: string;
  /** "?query#fragment" as written. */
  suffix: string;
}

export class StaticFiles {
  readonly #directories: readonly StaticDirectory[];

  /** `directories`: the first is the one of names without a leading "/". */
  constructor(directories: readonly StaticDirectory[] = CONVENTIONAL) {
    this.#directories = directories;
  }

  /**
   * The URL of a file: "css/site.css" below the first directory, "/flags/deu.svg" below the one with that prefix. A query and a
   * fragment behind the name stay. StaticUrlError for a name that the directory's build does not have.
   */
  readonly url = (reference: string): string => {
    const located = this.#locate('static', reference);
    if (located.directory === undefined) return encodePath(located.name) + located.suffix;
    const name = builtFile('static', reference, located)?.name ?? located.name;
    return encodePath(located.directory.prefix + name) + located.suffix;
  };

  /** The value of the file's integrity attribute; "", which checks nothing, where there is no build. Throws as url() does. */
  readonly integrity = (reference: string): string => {
    return builtFile('integrity', reference, this.#locate('integrity', reference))?.integrity ?? '';
  };

  #locate(caller: string, reference: unknown): Located {
    if (typeof reference !== 'string' || reference === '') {
      throw new StaticUrlError(`${caller}(): got ${reference === '' ? 'an empty name' : typeof reference}; expected a name such as 'css/site.css'`);
    }
    const end = reference.search(/[?#]/);
    const path = end === -1 ? reference : reference.slice(0, end);
    const suffix = reference.slice(path.length);
    if (!path.startsWith('/')) return { directory: this.#first(caller, reference), name: path, suffix };
    const directory = this.#directoryOf(path);
    return { directory, name: path.slice(directory?.prefix.length ?? 0), suffix };
  }

  #first(caller: string, reference: string): StaticDirectory {
    const first = this.#directories[0];
    if (first !== undefined) return first;
    throw new StaticUrlError(`${caller}('${reference}'): the configuration has no static directory that clients can reach; add one to "static"`);
  }

  /** The longest prefix decides, as in the server. */
  #directoryOf(path: string): StaticDirectory | undefined {
    let found: StaticDirectory | undefined;
    for (const directory of this.#directories) {
      if (path.startsWith(directory.prefix) && directory.prefix.length > (found?.prefix.length ?? 0)) found = directory;
    }
    return found;
  }
}

function builtFile(caller: string, reference: string, { directory, name }: Located): BuiltFile | undefined {
  const built = directory?.built ?? null;
  if (built === null) return undefined;
  const file = built.get(name);
  if (file !== undefined) return file;
  const near = suggestName(name, built.keys());
  const fix = near === undefined ? 'run fastserve build again if it is new' : `did you mean '${near}'? (run fastserve build again if it is new)`;
  throw new StaticUrlError(`${caller}('${reference}'): the build of ${directory?.prefix} has no file '${name}'; ${fix}`);
}

/** Percent-encodes what may not stand in a path; "//host" would name another host (RFC 3986 4.2). */
function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent).replace(/^\/\//, '/%2F');
}
