/** Early Hints (RFC 8297) as applications name them: links. */
import type { GatewayRequest } from '../../gateway/contract.ts';

/** Sends 103 with a Link field (RFC 8288) for each of `links`; nothing without any. */
export function sendEarlyHints(request: GatewayRequest, links: string | readonly string[]): void {
  const fields = [links].flat().flatMap((link) => ['Link', link]);
  if (fields.length > 0) request.sendHints?.(fields);
}
