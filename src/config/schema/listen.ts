/** The schema of `listen`: addresses, and TLS on them. */
import * as v from 'valibot';
import { flag, isPlainObject, list, oneOf, optional, type Schema, section, text, value } from './parts.ts';
import { type InheritedSpec, type ListenSpec, parseHost, parseInherited, parseListenText, parseNetwork, parsePort, parseServerName, plainAddress, type SniSpec, type TcpSpec, type TlsSpec, type UnixSpec } from '../values/addresses.ts';

const certFile = text('the path of a PEM file', '"site.pem"');
const keyFile = text('the path of a PEM file', '"site.key"');

const ocspFile = text('the path of an OCSP response in DER form', '"site.ocsp"');

const SNI_EXAMPLE = '{ names: ["example.org"], cert: "site.pem", key: "site.key" }';

const sni = section<SniSpec>('sni', SNI_EXAMPLE, () => ({
  names: v.pipe(
    list(
      'names: ["example.org"]',
      value('a host name such as "example.org", or "*.example.org"', 'Write international names in their "xn--" form.', parseServerName),
    ),
    v.check((names) => names.length > 0, 'is an empty list. Name at least one host, for example ["example.org"].'),
  ) as Schema<string[]>,
  cert: certFile,
  key: keyFile,
  ocsp: optional(ocspFile),
}));

const tls = section<TlsSpec>('tls', '{ cert: "site.pem", key: "site.key" }', () => ({
  cert: certFile,
  key: keyFile,
  ocsp: optional(ocspFile),
  ca: optional(text('the path of a PEM file', '"clients-ca.pem"')),
  clientCertificates: optional(oneOf(['request', 'require'])),
  minVersion: optional(oneOf(['TLSv1.2', 'TLSv1.3'])),
  sni: optional(list(`sni: [${SNI_EXAMPLE}]`, sni)),
}));

const proxies = v.pipe(
  list('proxyProtocol: ["10.0.0.0/8"]', value('an IP address, or a network in CIDR form', 'Write for example "10.0.0.0/8" or "::1".', (input) => (input === 'unix' ? undefined : parseNetwork(input)))),
  v.check((networks) => networks.length > 0, 'is an empty list, which would let nobody connect. Name the proxies, or write true for everybody.'),
) as Schema<string[]>;

const proxyProtocol: Schema<boolean | string[]> = v.lazy((input) => (Array.isArray(input) ? proxies : flag())) as Schema<boolean | string[]>;

const LISTEN_EXAMPLE = '{ port: 8080 }';

const tcpAddress = section<TcpSpec>('listen', LISTEN_EXAMPLE, () => ({
  host: optional(value('a host name or IP address', 'Write for example "127.0.0.1"; "0.0.0.0" is every interface.', parseHost)),
  port: optional(
    value('a whole number from 0 to 65535', 'Write the port as a number, for example 8080; 0 takes a free one.', (input) =>
      typeof input === 'number' ? parsePort(input) : undefined,
    ),
  ),
  tls: optional(tls),
  redirect: optional(oneOf(['https'])),
  proxyProtocol: optional(proxyProtocol),
}));

const TCP_KEYS = ['host', 'port', 'tls', 'redirect'];

const unixAddress = section<UnixSpec>(
  'listen',
  '{ unix: "/run/site.sock" }',
  () => ({ unix: text('the path of a socket', '"/run/site.sock"'), proxyProtocol: optional(proxyProtocol) }),
  (key) => (TCP_KEYS.includes(key) ? 'excludes unix. Make two entries of listen, one with each.' : undefined),
);

const inheritedAddress = section<InheritedSpec>('listen', '{ fd: "systemd" }', () => ({
  fd: value('a descriptor from 3 up, "systemd", or "systemd:" and a name', 'Write "systemd" for the sockets of a systemd unit.', parseInherited),
  tls: optional(tls),
  redirect: optional(oneOf(['https'])),
  proxyProtocol: optional(proxyProtocol),
}));

const addressText = value(
  'a port, "host:port" or "unix:/path"',
  'Write for example 8080 or "127.0.0.1:8080".',
  (input): ListenSpec | undefined => {
    if (typeof input === 'string') return parseListenText(input);
    const port = typeof input === 'number' ? parsePort(input) : undefined;
    return port === undefined ? undefined : plainAddress(undefined, port);
  },
);

const address = v.lazy((input): Schema<ListenSpec> => {
  if (!isPlainObject(input)) return addressText;
  if ('fd' in input) return inheritedAddress as Schema<ListenSpec>;
  return 'unix' in input ? unixAddress : (tcpAddress as Schema<ListenSpec>);
}) as Schema<ListenSpec>;

/** Input: ListenConfig, or a list of them. */
export const addresses: Schema<ListenSpec[]> = v.lazy((input) =>
  Array.isArray(input)
    ? v.pipe(
        list('listen: [{ port: 8080 }]', address),
        v.check((items) => items.length > 0, 'is an empty list. Name at least one address, for example [{ port: 8080 }].'),
      )
    : v.pipe(
        address,
        v.transform((item) => [item]),
      ),
) as Schema<ListenSpec[]>;
