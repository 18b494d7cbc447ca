/** Compression while serving: as written, and as the server runs on it. */
import type { NativeCompress } from '../../native/options.ts';
import type { Size } from './quantities.ts';

/** How contents are compressed while they are served: by a thread of its own, once for each version and coding. */
export interface CompressConfig {
  /** The preferred first. What the runtime lacks is left out (zstd before Node 22.15). Default: ["br", "zstd", "gzip"]. */
  codings?: readonly ('br' | 'zstd' | 'gzip')[] | undefined;
  /** Media types: "text/html", "text/*", "application/*+json". Default: text and what is like it, WebAssembly, plain fonts. */
  types?: readonly string[] | undefined;
  /** Smaller contents are left alone. Default: 1kb. */
  minBytes?: Size | undefined;
  /** Larger contents are left alone. Default: 1mb. */
  maxBytes?: Size | undefined;
  /** Memory for the results; the least recently used are given up. Default: 32mb. */
  cacheBytes?: Size | undefined;
  levels?: CompressLevelsConfig | undefined;
  /** Compress what views answer, too, on its way to each client. true: with the defaults. Default: false. */
  dynamic?: boolean | CompressDynamicConfig | undefined;
}

/** How answers that are made for one request are compressed: at once, by the I/O threads, so that the levels are low. */
export interface CompressDynamicConfig {
  /** The preferred first. What the runtime lacks is left out. Default: ["zstd", "br", "gzip"]. */
  codings?: readonly ('br' | 'zstd' | 'gzip')[] | undefined;
  /** Default: those of compress.types. Streams of events are never compressed. */
  types?: readonly string[] | undefined;
  /** Smaller contents of known length are left alone. Default: 1kb. */
  minBytes?: Size | undefined;
  /** Default: { br: 4, zstd: 3, gzip: 4 }. */
  levels?: CompressLevelsConfig | undefined;
  /** Also answers to requests with Cookie or Authorization and those with Set-Cookie (BREACH). Default: false. */
  secrets?: boolean | undefined;
}

/** From fast to small. */
export interface CompressLevelsConfig {
  /** 1 to 11. Default: 9. */
  br?: number | undefined;
  /** 1 to 19. Default: 12. */
  zstd?: number | undefined;
  /** 1 to 9. Default: 9. */
  gzip?: number | undefined;
}

export interface Compress extends NativeCompress {
  /** null: what views answer is sent as it is. */
  dynamic: CompressDynamic | null;
}

export interface CompressDynamic extends Pick<NativeCompress, 'codings' | 'minBytes' | 'levels'> {
  /** undefined: those of the files. */
  types: string[] | undefined;
  secrets: boolean;
}
