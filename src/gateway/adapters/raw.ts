/**
 * The raw gateway form: a function that is called with the request and the callback to answer through. It must be marked,
 * because an unmarked function of two parameters is a Node listener.
 */
import type { GatewayApplication, RawApplication } from '../contract.ts';

/** Marks raw applications of any copy of this package. */
const RAW_BRAND = Symbol.for('fastserve.raw');

/** Marks a function as an application in the raw form: export default gateway((request, respond) => { ... }). */
export function gateway(application: RawApplication): RawApplication {
  if (typeof application !== 'function') {
    throw new TypeError(`gateway(): expected a function (request, respond) => ..., got ${application === null ? 'null' : typeof application}`);
  }
  return Object.defineProperty(application, RAW_BRAND, { value: true });
}

/** Whether gateway() made this. */
export function isRawApplication(exported: unknown): exported is RawApplication {
  return typeof exported === 'function' && RAW_BRAND in exported;
}

export function adaptRaw(application: RawApplication): GatewayApplication {
  return { kind: 'raw', handle: application, manifest: null };
}
