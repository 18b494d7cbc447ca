/** Addresses and names of `proxy` and `upstreams` as people write them. Each parser gives undefined for what it does not understand. */
import { isIP } from 'node:net';
import { parseHost, parsePort } from './addresses.ts';

/** A server as written: where it is and what it speaks. */
export interface ServerAddress {
  protocol: 'http' | 'uwsgi';
  tls: boolean;
  /** A name or a literal IP without brackets; '' for a unix socket. Of a service: its domain. */
  host: string;
  /** 0 for a service whose address has none, as it should. */
  port: number;
  /** The name of SRV records, "_http._tcp.example.org"; '' for all others. */
  service: string;
  /** As written; '' for TCP. */
  unix: string;
}

const DEFAULT_PORTS: Record<string, number> = { http: 80, https: 443, uwsgi: 3031 };

/** RFC 2782: the service, its transport, and the domain that has it. */
const SERVICE = /^_[A-Za-z0-9-]+\._tcp\.(.+)$/i;

/** "http://host:port", "https://host", "http://_http._tcp.domain", "http+unix:/path", "uwsgi://host:port", "uwsgi+unix:/path". */
export function parseServerUrl(input: unknown): ServerAddress | undefined {
  if (typeof input !== 'string' || input.includes('\0')) return undefined;
  const unix = /^(http|uwsgi)\+unix:(?:\/\/)?(\.{0,2}\/.+)$/.exec(input);
  if (unix !== null) return { protocol: unix[1] as 'http' | 'uwsgi', tls: false, host: '', port: 0, service: '', unix: unix[2] ?? '' };
  const tcp = /^(https?|uwsgi):\/\/(\[[0-9A-Fa-f:.]+\]|[^/:?#@[\]]+)(?::(\d+))?\/?$/.exec(input);
  if (tcp === null) return undefined;
  const scheme = tcp[1] ?? '';
  const host = parseHost(tcp[2]);
  if (host === undefined) return undefined;
  const [service = '', domain] = SERVICE.exec(host) ?? [];
  const port = tcp[3] !== undefined ? parsePort(tcp[3]) : service === '' ? DEFAULT_PORTS[scheme] : 0;
  if (port === undefined || (port === 0 && (service === '' || tcp[3] !== undefined))) return undefined;
  return { protocol: scheme === 'uwsgi' ? 'uwsgi' : 'http', tls: scheme === 'https', host: domain ?? host, port, service, unix: '' };
}

/** Host and port as they stand in Host and Location. */
export function authorityOf(server: ServerAddress): string {
  if (server.unix !== '') return 'localhost';
  const host = isIP(server.host) === 6 ? `[${server.host}]` : server.host;
  return server.service !== '' || server.port === (server.tls ? 443 : 80) ? host : `${host}:${server.port}`;
}

/** A name of `upstreams`, or the address of one server. */
export function parseUpstreamReference(input: unknown): string | undefined {
  if (typeof input !== 'string') return undefined;
  return parseUpstreamName(input) ?? (parseServerUrl(input) === undefined ? undefined : input);
}

export function parseUpstreamName(input: unknown): string | undefined {
  return typeof input === 'string' && /^[A-Za-z0-9_.-]{1,100}$/.test(input) ? input : undefined;
}

/** "client", "upstream", or what Host shall be. */
export function parseHostPolicy(input: unknown): string | undefined {
  return typeof input === 'string' && /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(input) ? input : undefined;
}
