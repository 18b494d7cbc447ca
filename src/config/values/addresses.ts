/**
 * Addresses, names of hosts and networks as people write them, and what `listen` has of them.
 * Each parser gives undefined for what it does not understand; the schema words the message.
 */
import { isIP } from 'node:net';
import { parseWhole, parseWholeText } from './numbers.ts';

const MAX_PORT = 65_535;
const MAX_DESCRIPTOR = 1_048_576;

/** A TCP port, 0 meaning any free one. */
export function parsePort(value: unknown): number | undefined {
  return typeof value === 'string' ? parseWholeText(value, 0, MAX_PORT) : parseWhole(value, 0, MAX_PORT);
}

/** A host name or IP address as it may stand in `host`: brackets around IPv6 are taken off. */
export function parseHost(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const host = /^\[(.*)\]$/.exec(value)?.[1] ?? value;
  return /^[A-Za-z0-9._:%-]{1,253}$/.test(host) ? host : undefined;
}

/** An address as configured: host undefined means the default one, not yet a literal IP. */
export type ListenSpec = TcpSpec | UnixSpec | InheritedSpec;

/** A socket that whoever started the process has opened (src/config/resolve/inherited.ts). */
export interface InheritedSpec {
  /** A descriptor; "systemd" for all that systemd passes, "systemd:name" for those with that FileDescriptorName. */
  fd: number | string;
  tls?: TlsSpec | undefined;
  redirect?: 'https' | undefined;
  proxyProtocol?: boolean | string[] | undefined;
}

export interface UnixSpec {
  unix: string;
  proxyProtocol?: boolean | string[] | undefined;
}

export interface TcpSpec {
  host: string | undefined;
  port: number | undefined;
  tls: TlsSpec | undefined;
  redirect: 'https' | undefined;
  proxyProtocol?: boolean | string[] | undefined;
}

/** TLS of one listener as configured; paths as written. */
export interface TlsSpec {
  cert: string;
  key: string;
  ocsp: string | undefined;
  ca: string | undefined;
  clientCertificates: 'request' | 'require' | undefined;
  minVersion: 'TLSv1.2' | 'TLSv1.3' | undefined;
  sni: SniSpec[] | undefined;
}

export interface SniSpec {
  names: string[];
  cert: string;
  key: string;
  ocsp: string | undefined;
}

/** Strict-Transport-Security as configured; maxAge in milliseconds. */
export interface HstsSpec {
  maxAge: number | undefined;
  includeSubDomains: boolean;
  preload: boolean;
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const SERVER_NAME = new RegExp(`^(?:\\*\\.${LABEL}\\.)?${LABEL}(?:\\.${LABEL})*$`, 'i');

/** "example.org" or "*.example.org" in ASCII, as clients send names (RFC 6066 3). */
export function parseServerName(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 253 && SERVER_NAME.test(value) ? value : undefined;
}

/** A TCP address without TLS. */
export function plainAddress(host: string | undefined, port: number | undefined): TcpSpec {
  return { host, port, tls: undefined, redirect: undefined };
}

/** 3, "systemd", "systemd:http". */
export function parseInherited(value: unknown): number | string | undefined {
  if (typeof value === 'string') return /^systemd(?::[A-Za-z0-9_.-]{1,255})?$/.test(value) ? value : undefined;
  return parseWhole(value, 3, MAX_DESCRIPTOR);
}

/** An address in one string: "8080", ":8080", "localhost:8080", "[::1]:8080", "unix:/run/site.sock", "systemd", "fd:3". */
export function parseListenText(text: string): ListenSpec | undefined {
  const inherited = parseInherited(text.startsWith('fd:') ? parseWholeText(text.slice(3), 3, MAX_DESCRIPTOR) : text);
  if (inherited !== undefined) return { fd: inherited };
  if (text.startsWith('unix:')) return text.length > 5 ? { unix: text.slice(5) } : undefined;
  const match = /^(?:(\[[^\]]*\]|[^:]*):)?(\d+)$/.exec(text);
  const port = match === null ? undefined : parsePort(match[2]);
  if (match === null || port === undefined) return undefined;
  if (match[1] === undefined || match[1] === '') return plainAddress(undefined, port);
  const host = parseHost(match[1]);
  return host === undefined ? undefined : plainAddress(host, port);
}

/** A network as trustProxy has it: "10.0.0.0/8", "2001:db8::/32", one address, "unix". IPv4-mapped ones have an IPv4 form. */
export function parseNetwork(value: unknown): string | undefined {
  if (value === 'unix') return value;
  const match = typeof value === 'string' ? /^([0-9A-Fa-f:.]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(value) : null;
  const address = match?.[1] ?? '';
  const family = isIP(address);
  if (family === 0 || /^[0:]*:ffff:/i.test(address)) return undefined;
  return Number(match?.[2] ?? 0) <= (family === 4 ? 32 : 128) ? (value as string) : undefined;
}

/** A host to be served, in lower case: "example.com", "*.example.com", "127.0.0.1", "[::1]" (also written "::1"). */
export function parseHostPattern(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 255) return undefined;
  const host = value.toLowerCase();
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  if (isIP(bare) === 6) return bare.includes('%') ? undefined : `[${bare}]`;
  return /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/.test(host) ? host : undefined;
}
