/**
 * Precompressed siblings. The work is done by zlib's own threads; content passes in pieces, so that large files cost no memory.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import type { Coding } from '../config/values/static.ts';

export const SIBLING_ENDINGS: Readonly<Record<Coding, string>> = { br: '.br', zstd: '.zst', gzip: '.gz' };

/** Smaller files fit one packet anyway. */
const MIN_BYTES = 200;
/** A sibling must save at least this part: it costs the client time to decode, and the server a file. */
const MIN_SAVING = 0.05;
/** Content that is compressed already. */
const PACKED = new Set(
  ('.7z .avif .br .bz2 .flac .gif .gz .heic .jpeg .jpg .m4a .m4v .mkv .mov .mp3 .mp4 .ogg .opus .pdf .png .rar .tgz .webm .webp ' +
    '.woff .woff2 .xz .zip .zst').split(' '),
);
/** zstd's highest level whose window browsers must accept: 8 MiB (RFC 9659 3). */
const ZSTD_LEVEL = 19;

interface ZstdModule {
  createZstdCompress?: (options: object) => Transform;
  constants: { ZSTD_c_compressionLevel?: number };
}
const { createZstdCompress, constants } = zlib as unknown as ZstdModule;

/** Of these codings the ones that this Node can make. */
export function availableCodings(codings: readonly Coding[]): Coding[] {
  return codings.filter((coding) => coding !== 'zstd' || createZstdCompress !== undefined);
}

export function isWorthCompressing(name: string, bytes: number): boolean {
  return bytes >= MIN_BYTES && !PACKED.has(extname(name).toLowerCase());
}

/** Writes `source` compressed into `target`. Its size in bytes, or undefined, with no file left, when that saves too little. */
export async function compress(source: string, target: string, coding: Coding): Promise<number | undefined> {
  const { size } = await stat(source);
  await pipeline(createReadStream(source), encoder(coding, size), createWriteStream(target));
  const compressed = (await stat(target)).size;
  if (compressed <= size * (1 - MIN_SAVING)) return compressed;
  await rm(target);
  return undefined;
}

function encoder(coding: Coding, bytes: number): Transform {
  if (coding === 'gzip') return zlib.createGzip({ level: zlib.constants.Z_BEST_COMPRESSION });
  if (coding === 'zstd' && createZstdCompress !== undefined) {
    return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel as number]: ZSTD_LEVEL } });
  }
  return zlib.createBrotliCompress({
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes },
  });
}
