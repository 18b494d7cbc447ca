/**
 * The one place that loads the addon: lazily, once for each thread, with help when it does not load.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FastServeError } from '../errors.ts';
import { SHARED_BYTES } from '../gateway/queue/layout.ts';
import type { NativeBinding } from './binding.ts';

/** Raised together with kAbi in native/addon/addon.cc. */
const ABI = 13;

/** Bytes of one (I/O thread, worker slot) ring with its header. */
export const ringBytes = SHARED_BYTES;

let binding: NativeBinding | undefined;
/** Kept: Node never gives back what a load that failed has taken, and requests would ask again and again. */
let failure: FastServeError | undefined;

/** The addon. Throws FastServeError FS_ADDON that says what was looked for and what to do. */
export function native(): NativeBinding {
  if (failure !== undefined) throw failure;
  binding ??= load();
  return binding;
}

function candidates(): string[] {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  return [`${root}prebuilds/${process.platform}-${process.arch}/fastserve.node`, `${root}build/Release/fastserve.node`];
}

function load(): NativeBinding {
  const tried: string[] = [];
  for (const file of candidates()) {
    if (!existsSync(file)) {
      tried.push(`${file}: not there`);
      continue;
    }
    try {
      const loaded = open(file);
      if (loaded.abi === ABI) return loaded;
      tried.push(`${file}: built for another version of fastserve (its interface is ${loaded.abi}, ${ABI} is needed)`);
    } catch (error) {
      tried.push(`${file}: ${(error as Error).message}`);
    }
  }
  failure = new FastServeError('FS_ADDON', explain(tried));
  throw failure;
}

/** As require() does it, without what node:module would load for that. */
function open(file: string): NativeBinding {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports as NativeBinding;
}

function explain(tried: string[]): string {
  const supported = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');
  const help = supported
    ? 'Build it: `npm rebuild fastserve` (in a checkout: `npm run build:native`). It needs g++, make and python3.'
    : `fastserve runs on Linux x64 and arm64; this is ${process.platform} ${process.arch}.`;
  return `the native part of fastserve does not load.\nLooked for:\n${tried.map((line) => `  ${line}`).join('\n')}\n${help}`;
}
