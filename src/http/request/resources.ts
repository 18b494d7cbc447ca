/**
 * What lives as long as a request and must be given back: temporary files. Belongs to the request's thread.
 */
import type { GatewayRequest } from '../../gateway/contract.ts';

export type Release = () => Promise<void>;

/** Kept beside the requests, not in them: of a thousand requests hardly one has an entry. */
const held = new WeakMap<GatewayRequest, Release[]>();

/** `release` runs once, when the request has been answered. */
export function releaseAtEnd(request: GatewayRequest, release: Release): void {
  const releases = held.get(request);
  if (releases === undefined) held.set(request, [release]);
  else releases.push(release);
}

/** Whether there is anything to give back. */
export function holdsResources(request: GatewayRequest): boolean {
  return held.has(request);
}

/** Gives everything back. Never rejects; `report` hears of what failed. */
export async function releaseResources(request: GatewayRequest, report: (error: Error) => void): Promise<void> {
  const releases = held.get(request) ?? [];
  held.delete(request);
  for (const release of releases) {
    await release().catch((error: unknown) => report(error instanceof Error ? error : new Error(String(error))));
  }
}
