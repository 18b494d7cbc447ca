/**
 * What a server is made of: the addon, and the code that runs applications. One seam, so that the supervisor can be
 * tested with another front. The code for applications in this thread is loaded when there is one.
 */
import type { GatewayApplication } from '../gateway/contract.ts';
import type { InlineOptions, InlineRun } from '../gateway/inline.ts';
import type { NativeBinding } from '../native/binding.ts';
import { native, ringBytes } from '../native/load.ts';
import type { Preloading } from './workers/thread-source.ts';

export interface Runtime {
  readonly native: NativeBinding;
  /** Size of one ring pair: a SharedArrayBuffer for each (I/O thread, slot). */
  readonly ringBytes: number;
  /** file: URL of the module that each worker runs. */
  readonly workerEntry: string;
  /** Of a development server: one more thread is kept, with this loaded ahead. null: none. */
  readonly preloading: Preloading | null;
  /** The URL under which workers load an application module. Throws as workerUrl (src/config/module.ts). */
  compile(file: string): Promise<string>;
  /** Recognises what kind of application a value is; TypeError for none, naming it as given. */
  adapt(value: unknown, name: string): GatewayApplication | Promise<GatewayApplication>;
  /** Attaches an application to slot 0 in this thread. `rings`: one for each I/O thread. */
  startInline(
    native: NativeBinding,
    serverId: number,
    rings: Uint8Array[],
    application: GatewayApplication,
    options: InlineOptions,
  ): InlineRun | Promise<InlineRun>;
}

/** The real thing. Throws with instructions when the addon does not load. */
export function addonRuntime(): Runtime {
  return {
    native: native(),
    ringBytes,
    workerEntry: new URL('../gateway/worker.cjs', import.meta.url).href,
    preloading: null,
    compile: async (file) => (await import('../config/module.ts')).workerUrl(file),
    adapt: async (value, name) => (await import('../gateway/adapters/index.ts')).adaptApplication(value, name),
    startInline: async (...given) => (await import('../gateway/inline.ts')).startInline(...given),
  };
}
