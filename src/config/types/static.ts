/** Directories of files: as written, and as the server runs on them. */
import type { NativeMount } from '../../native/options.ts';
import type { Duration } from './quantities.ts';

/** A directory whose files the I/O threads serve; the longest prefix that fits a path decides. */
export interface StaticConfig {
  /** Path under which the files appear, for example "/static/". "/" serves them at the root. */
  prefix: string;
  /** Only for requests to this host: "example.com", or "*.example.com" for the names below it. Default: any host. */
  host?: string | undefined;
  /** The directory, relative to the configuration file. */
  root: string;
  /** Names tried for a directory, false for none. Default: "index.html". */
  index?: string | readonly string[] | false | undefined;
  /** Give what is no file to the application instead of 404. Default: true for prefix "/" beside an app, else false. */
  fallthrough?: boolean | undefined;
  /** Serve names that begin with a dot (".well-known" is always served). Default: false. */
  dotfiles?: boolean | undefined;
  /** List directories without an index file, as a page or as JSON. Default: false. */
  listing?: boolean | undefined;
  /** Not reachable from outside: an application answers with its files, by file() or X-Accel-Redirect. Default: false. */
  internal?: boolean | undefined;
  /**
   * Send "name.br", "name.zst" and "name.gz" in the place of "name" to clients that decode them, when they are no older.
   * A list chooses codings, the preferred first. Default: true.
   */
  precompressed?: boolean | readonly ('br' | 'zstd' | 'gzip')[] | undefined;
  /** Compress the files while they are served, as the key compress at the top says. Default: true, unless that is false. */
  compress?: boolean | undefined;
  /** How long clients may keep the files: sends Cache-Control: public, max-age=... Excludes cacheControl. */
  maxAge?: Duration | undefined;
  /** The Cache-Control value itself. */
  cacheControl?: string | undefined;
  /** Other rules for some files; the first whose pattern matches decides. */
  cache?: readonly CacheRuleConfig[] | undefined;
  /** Further fields of every answer of this directory, for example { "X-Frame-Options": "DENY" }. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** A page below root that answers what is no file when a browser navigates to it: the page of a single-page application. */
  fallback?: string | undefined;
  /** A page below root that goes with status 404. */
  notFound?: string | undefined;
  /**
   * The files have built names, made by `fastserve build`. true: in .fastserve/static/ beside the configuration, served once
   * they are built. A path: that manifest, which must be there at the start. Default: false.
   */
  manifest?: boolean | string | undefined;
}

/** How long clients may keep the files that a pattern chooses. */
export interface CacheRuleConfig {
  /**
   * "*" is any text but "/", "**" any text, "?" one byte but "/", "[0-9a-f]" one of a class, "[0-9a-f]{8}" eight of it.
   * Without "/" it is compared with the file's own name, with one with its whole name below root.
   */
  match: string;
  /** Sends Cache-Control: public, max-age=... Excludes cacheControl. */
  maxAge?: Duration | undefined;
  /** The file never changes under this name: clients do not ask again even on reload. Needs maxAge. */
  immutable?: boolean | undefined;
  cacheControl?: string | undefined;
}

export interface Mount extends Omit<NativeMount, 'built'> {
  /** Where `fastserve build` puts its manifest; its directory is the output's. null: the files are not built. */
  manifest: { file: string; required: boolean } | null;
}

/** How files that are not in memory are looked up and read. */
export interface FilesConfig {
  /** Threads that wait for disks, so that I/O threads do not. 0: I/O threads wait. Default: 2. */
  threads?: number | undefined;
  /** What may wait for these threads: 503 beyond. Default: 1024. */
  queue?: number | undefined;
}

export interface Files {
  readonly threads: number;
  readonly queue: number;
}
