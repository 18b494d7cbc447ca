/** Golden messages: each names the path, the value seen, what was expected and the fix. */
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readOverrides } from '../../src/config/resolve/overrides.ts';
import { LIBRARY_DEFAULTS, resolveConfig } from '../../src/config/resolve.ts';
import { ConfigError } from '../../src/errors.ts';

const directory = tmpdir();
const handler = { fetch: () => new Response('ok') };

async function messageOf(config: unknown): Promise<string> {
  try {
    await resolveConfig({ config, directory, source: 'fastserve.config.ts', defaults: LIBRARY_DEFAULTS });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the configuration was accepted');
}

const CASES: [name: string, config: unknown, message: string][] = [
  [
    'a port that is text',
    { app: handler, listen: [{ port: '80a' }] },
    'listen[0].port: got "80a", expected a whole number from 0 to 65535. Write the port as a number, for example 8080; 0 takes a free one.',
  ],
  [
    'a port out of range in the short form',
    { app: handler, listen: 70000 },
    'listen: got 70000, expected a port, "host:port" or "unix:/path". Write for example 8080 or "127.0.0.1:8080".',
  ],
  [
    'a host with a scheme',
    { app: handler, listen: { host: 'http://localhost' } },
    'listen.host: got "http://localhost", expected a host name or IP address. Write for example "127.0.0.1"; "0.0.0.0" is every interface.',
  ],
  ['no address at all', { app: handler, listen: [] }, 'listen: is an empty list. Name at least one address, for example [{ port: 8080 }].'],
  [
    'a socket of systemd that is not there',
    { app: handler, listen: 'systemd' },
    'listen[0].fd: got "systemd", but systemd passes no socket to this process. Start it by a unit with a .socket, or name an address.',
  ],
  [
    'a descriptor of the standard streams',
    { app: handler, listen: [{ fd: 1 }] },
    'listen[0].fd: got 1, expected a descriptor from 3 up, "systemd", or "systemd:" and a name. Write "systemd" for the sockets of a systemd unit.',
  ],
  [
    'a lame-duck period that is none',
    { app: handler, shutdown: { lameDuck: 'a while' } },
    'shutdown.lameDuck: got "a while", expected a time from 0 (off) to 24h. Write milliseconds or text such as "5s".',
  ],
  [
    'a control socket that is a switch',
    { app: handler, control: true },
    'control: got true, expected the path of a socket, or false. Write for example "/run/site/control.sock".',
  ],
  [
    'a user that is no account',
    { app: handler, user: 'www data' },
    'user: got "www data", expected the name of a user or group, or its number. Write for example "www-data".',
  ],
  [
    'a socket with a port',
    { app: handler, listen: [{ unix: '/run/a.sock', port: 80 }] },
    'listen[0].port: excludes unix. Make two entries of listen, one with each.',
  ],
  [
    'the same address twice',
    { app: handler, listen: ['127.0.0.1:8080', { host: 'localhost', port: 8080 }] },
    'listen[1]: is the same address as listen[0]. Remove one of the two.',
  ],
  ['a misspelt key', { app: handler, wokers: 2 }, 'wokers: unknown key in the configuration. Did you mean "workers"?'],
  ['a misspelt key inside a section', { app: handler, timeouts: { keepalive: 5 } }, 'timeouts.keepalive: unknown key in timeouts. Did you mean "keepAlive"?'],
  [
    'a key that is like no other',
    { app: handler, log: { verbosity: 3 } },
    'log.verbosity: unknown key in log. The keys are access, format, fields, path, client, sample, status, slow, query, redact, only, except, app, level.',
  ],
  [
    'an upstream of a name that is not there',
    { upstreams: { backend: { servers: ['http://127.0.0.1:1'] } }, proxy: [{ prefix: '/', upstream: 'bakend' }] },
    'proxy[0].upstream: got "bakend", which upstreams does not have. Did you mean "backend"?',
  ],
  [
    'a server with a path',
    { proxy: [{ prefix: '/', upstream: 'http://127.0.0.1:1/app' }] },
    'proxy[0].upstream: got "http://127.0.0.1:1/app", expected a name of upstreams, or "http://host:port", "https://host", "http://_http._tcp.domain", "http+unix:/path", "uwsgi://host:port", "uwsgi+unix:/path". Write for example "backend" or "http://127.0.0.1:9000".',
  ],
  [
    'an upstream without servers',
    { app: handler, upstreams: { backend: { servers: [] } } },
    'upstreams.backend.servers: is an empty list. Name at least one server, for example ["http://127.0.0.1:9000"].',
  ],
  [
    'a server that is named twice',
    { app: handler, upstreams: { backend: { servers: ['http://127.0.0.1:1', 'http://127.0.0.1:1'] } } },
    'upstreams.backend.servers[1]: is the same as servers[0]. Remove it; { url, weight: 2 } gives a server two shares.',
  ],
  [
    'a PROXY header of no version',
    { app: handler, upstreams: { backend: { servers: ['http://127.0.0.1:1'], proxyProtocol: true } } },
    'upstreams.backend.proxyProtocol: got true, expected a version of the PROXY protocol, 1 or 2. Write 2, or leave it out for connections without a header.',
  ],
  [
    'a check of no path',
    { app: handler, upstreams: { backend: { servers: ['http://127.0.0.1:1'], check: { path: 'healthz' } } } },
    'upstreams.backend.check.path: got "healthz", expected a path that begins with "/". Write for example "/healthz".',
  ],
  [
    'a check that cannot find its text',
    { app: handler, upstreams: { backend: { servers: ['http://127.0.0.1:1'], check: { method: 'HEAD', body: 'ok' } } } },
    'upstreams.backend.check: has a body to look for, but "HEAD" gets none. Write method: "GET", or remove body.',
  ],
  [
    'a port to check on a unix socket',
    { app: handler, upstreams: { backend: { servers: ['http+unix:/run/a.sock'], check: { port: 81 } } } },
    'upstreams.backend.check.port: has no meaning for a unix socket. Remove it.',
  ],
  [
    'a DNS server by name',
    { app: handler, upstreams: { backend: { servers: ['http://127.0.0.1:1'], resolve: { servers: ['dns.example'] } } } },
    'upstreams.backend.resolve.servers[0]: got "dns.example", expected the IP address of a DNS server, with or without port. Write for example "10.0.0.2" or "[fd00::2]:5353".',
  ],
  [
    'a proxy that would set Host as a field',
    { proxy: [{ prefix: '/', upstream: 'http://127.0.0.1:1', setFields: { Host: 'x' } }] },
    'proxy[0].setFields: the field "Host" cannot be set here. Use sendHost.',
  ],
  [
    'an upgrade to HTTP/2',
    { proxy: [{ prefix: '/', upstream: 'http://127.0.0.1:1', upgrade: ['h2c'] }] },
    'proxy[0].upgrade[0]: got "h2c", expected the name of a protocol other than "h2c". Write for example "websocket".',
  ],
  [
    'TLS without a certificate',
    { app: handler, listen: [{ port: 443, tls: { key: 'site.key' } }] },
    'listen[0].tls.cert: is missing in tls. Add it, for example { cert: "site.pem", key: "site.key" }.',
  ],
  [
    'a protocol version of the past',
    { app: handler, listen: [{ port: 443, tls: { cert: 'a', key: 'b', minVersion: 'TLSv1' } }] },
    'listen[0].tls.minVersion: got "TLSv1", expected one of "TLSv1.2", "TLSv1.3". Choose one of them.',
  ],
  [
    'a server name that is none',
    { app: handler, listen: [{ port: 443, tls: { cert: 'a', key: 'b', sni: [{ names: ['a.*.org'], cert: 'a', key: 'b' }] } }] },
    'listen[0].tls.sni[0].names[0]: got "a.*.org", expected a host name such as "example.org", or "*.example.org". Write international names in their "xn--" form.',
  ],
  [
    'a redirect that leads nowhere',
    { app: handler, listen: [{ port: 80, redirect: 'https' }] },
    'listen[0].redirect: needs a listener with tls to lead to. Add one, for example { port: 443, tls: { cert: "site.pem", key: "site.key" } }.',
  ],
  ['hsts without TLS', { app: handler, hsts: true }, 'hsts: is sent over TLS only, and no listener has tls. Add tls to a listener, or remove hsts.'],
  [
    'hsts that is a number',
    { app: handler, hsts: 31_536_000 },
    'hsts: got 31536000, expected true, false or an object. Write true, or for example { maxAge: "365d", includeSubDomains: true }.',
  ],
  [
    'learnt hints that are a word',
    { app: handler, learnEarlyHints: 'learn' },
    'learnEarlyHints: got "learn", expected true, false or an object. Write true, or for example { origins: ["https://cdn.example"], maxAge: "1h" }.',
  ],
  [
    'an origin with a path',
    { app: handler, learnEarlyHints: { origins: ['https://cdn.example/site/'] } },
    'learnEarlyHints.origins[0]: got "https://cdn.example/site/", expected an origin: a scheme and a host, and a port if it is not the usual one. Write for example "https://cdn.example", without a path.',
  ],
  [
    'learnt hints without an application',
    { static: [{ prefix: '/', root: '.' }], learnEarlyHints: true },
    'learnEarlyHints: learns from the routes of an app, and there are none. Set app, or remove learnEarlyHints.',
  ],
  [
    'a network without sense',
    { app: handler, trustProxy: ['10.0.0.0/8', '10.0.0.0/33'] },
    'trustProxy[1]: got "10.0.0.0/33", expected an IP address, a network in CIDR form, or "unix". Write for example "10.0.0.0/8" or "::1".',
  ],
  [
    'trusted networks that are no list',
    { app: handler, trustProxy: '127.0.0.1' },
    'trustProxy: got "127.0.0.1", expected a list. Write trustProxy: ["10.0.0.0/8", "::1", "unix"].',
  ],
  [
    'a host with a port',
    { app: handler, hosts: ['example.com:80'] },
    'hosts[0]: got "example.com:80", expected a host without port, or "*." and a host. Write for example "example.com" or "*.example.com".',
  ],
  [
    'no host at all',
    { app: handler, hosts: [] },
    'hosts: is an empty list, which would serve nobody. Name the hosts, or remove the key to serve any.',
  ],
  [
    'a mount of a host that is not served',
    { hosts: ['a.example'], static: [{ prefix: '/', root: '.', host: 'b.example' }] },
    'static[0].host: got "b.example", which no request can have, for hosts does not list it. Add it to hosts, or remove one of the two.',
  ],
  [
    'a proxy protocol by number',
    { app: handler, listen: [{ port: 80, proxyProtocol: 2 }] },
    'listen[0].proxyProtocol: got 2, expected true or false. Write it without quotation marks.',
  ],
  [
    'a size without sense',
    { app: handler, limits: { body: '1 megabyte' } },
    'limits.body: got "1 megabyte", expected bytes from 0 to 4294967295. Write a number or text such as "1mb".',
  ],
  [
    'a time without sense',
    { app: handler, timeouts: { request: 'soon' } },
    'timeouts.request: got "soon", expected a time from 0 (off) to 24h. Write milliseconds or text such as "30s".',
  ],
  [
    'a bandwidth without a rate',
    { app: handler, limits: { bandwidth: [{ prefix: '/downloads/' }] } },
    'limits.bandwidth[0].rate: is missing in bandwidth. Add it, for example { prefix: "/downloads/", rate: "500kb", after: "1mb" }.',
  ],
  [
    'a bandwidth that is no size',
    { app: handler, limits: { bandwidth: [{ rate: '10/s' }] } },
    'limits.bandwidth[0].rate: got "10/s", expected bytes from 0 to 1099511627776. Write a number or text such as "500kb".',
  ],
  [
    'a word for whose deadlines count that there is not',
    { app: handler, timeouts: { client: 'all' } },
    'timeouts.client: got "all", expected true, false or "trusted". Write "trusted" to believe the proxies of trustProxy alone.',
  ],
  [
    'deadlines of trusted proxies where none is trusted',
    { app: handler, timeouts: { client: 'trusted' } },
    'timeouts.client: got "trusted", but trustProxy names nobody, so that no request says how long its client waits. Set trustProxy, or write true.',
  ],
  [
    'a start limit of zero',
    { app: handler, timeouts: { start: 0 } },
    'timeouts.start: got 0, expected a time from 1ms to 24h. Write milliseconds or text such as "30s".',
  ],
  [
    'a static directory without root',
    { static: [{ prefix: '/' }] },
    'static[0].root: is missing in static. Add it, for example { prefix: "/static/", root: "public" }.',
  ],
  [
    'a prefix with a dot segment',
    { static: [{ prefix: '/a/../b', root: '.' }] },
    'static[0].prefix: got "/a/../b", expected a path that begins with "/", without "?", "#", "%", "//" and dot segments. Write for example "/static/".',
  ],
  [
    'a static directory that is not there',
    { static: [{ prefix: '/', root: '/nowhere/at/all' }] },
    'static[0].root: there is no directory at "/nowhere/at/all". Make it, or correct the path (it is relative to the configuration file).',
  ],
  [
    'a field value that would break the response head',
    { static: [{ prefix: '/', root: '.', cacheControl: 'public\r\nx: y' }] },
    'static[0].cacheControl: got "public\\r\\nx: y", expected a Cache-Control value. Write for example "public, max-age=3600".',
  ],
  [
    'two ways to say how long clients keep files',
    { static: [{ prefix: '/', root: '.', cacheControl: 'no-store', maxAge: '1h' }] },
    'static[0].maxAge: excludes cacheControl. Keep one of the two.',
  ],
  [
    'a pattern with an alternative',
    { static: [{ prefix: '/', root: '.', cache: [{ match: '*.{js,css}', maxAge: '1y' }] }] },
    'static[0].cache[0].match: got "*.{js,css}", expected a pattern of "*", "**", "?", "[0-9a-f]" and counts such as "[0-9a-f]{8}", without a leading "/". Write for example "*.[0-9a-f]{8}.*" or "assets/**".',
  ],
  [
    'a cache rule that says nothing',
    { static: [{ prefix: '/', root: '.', cache: [{ match: '*.js' }] }] },
    'static[0].cache[0]: says nothing about its files. Add maxAge, for example "1y", or cacheControl.',
  ],
  [
    'a cache rule that says it twice',
    { static: [{ prefix: '/', root: '.', cache: [{ match: '*.js', maxAge: 1000, cacheControl: 'no-store' }] }] },
    'static[0].cache[0].maxAge: excludes cacheControl. Keep one of the two.',
  ],
  [
    'immutable without a time',
    { static: [{ prefix: '/', root: '.', cache: [{ match: '*.js', cacheControl: 'public', immutable: true }] }] },
    'static[0].cache[0].immutable: needs maxAge. Add it, for example "1y", or write "immutable" into cacheControl.',
  ],
  [
    'a misspelt key of a cache rule',
    { static: [{ prefix: '/', root: '.', cache: [{ match: '*.js', maxage: '1y' }] }] },
    'static[0].cache[0].maxage: unknown key in cache. Did you mean "maxAge"?',
  ],
  [
    'a coding to compress with that does not exist',
    { app: handler, compress: { codings: ['deflate'] } },
    'compress.codings: got ["deflate"], expected a list of at least one of "br", "zstd", "gzip". Write for example ["br", "gzip"]; compress: false switches it off.',
  ],
  [
    'a media type with a star in front',
    { app: handler, compress: { types: ['*/html'] } },
    'compress.types[0]: got "*/html", expected a media type such as "text/html", "text/*" or "application/*+json". Parameters do not count.',
  ],
  [
    'a level that a coding has not',
    { app: handler, compress: { levels: { gzip: 12 } } },
    'compress.levels.gzip: got 12, expected a whole number from 1 to 9. Write for example 9.',
  ],
  [
    'sizes of contents to compress that exclude each other',
    { app: handler, compress: { minBytes: '2kb', maxBytes: '1kb' } },
    'compress.minBytes: got 2048, more than compress.maxBytes (1024), so nothing is ever compressed. Lower it.',
  ],
  [
    'a switch for dynamic answers that is none',
    { app: handler, compress: { dynamic: 'gzip' } },
    'compress.dynamic: got "gzip", expected true, false or an object. Write true, or for example { codings: ["zstd", "gzip"], minBytes: "1kb" }.',
  ],
  [
    'a rate that is no rate',
    { app: handler, limits: { rate: [{ name: 'a', rate: '10 per second' }] } },
    'limits.rate[0].rate: got "10 per second", expected a number and a time such as "10/s", "300/m", "1000/h" or "5000/d". Numbers go from 1 to 1000000.',
  ],
  [
    'a key with a variable that does not exist',
    { app: handler, limits: { rate: [{ name: 'a', rate: '1/s', key: 'k$remot_addr' }] } },
    'limits.rate[0].key: got "k$remot_addr", expected a text with variables: unknown variable $remot_addr; did you mean $remote_addr? (at offset 1). Write for example "$remote_addr" or "$http_x_api_key".',
  ],
  [
    'a delay that nobody waits for',
    { app: handler, limits: { rate: [{ name: 'a', rate: '1/s', burst: 100, delay: true }] } },
    'limits.rate[0]: holds requests back for more than 60s. Lower burst, or raise rate.',
  ],
  [
    'two limits of one name',
    { app: handler, limits: { rate: [{ name: 'a', rate: '1/s' }, { name: 'a', rate: '2/s' }] } },
    'limits.rate: has two limits of one name. Give each its own.',
  ],
  [
    'a rule that forbids nothing',
    { app: handler, access: [{ prefix: '/admin/' }] },
    'access[0]: forbids nothing. Add deny, allow, only or fields, for example { prefix: "/admin/", allow: ["10.0.0.0/8"] }.',
  ],
  [
    'a network that is none',
    { app: handler, access: [{ deny: ['10.0.0.0/33'] }] },
    'access[0].deny[0]: got "10.0.0.0/33", expected an IP address, a network in CIDR form, or "unix". Write for example "10.0.0.0/8" or "::1".',
  ],
  [
    'a security field that cannot be sent',
    { app: handler, security: { headers: { 'X-Frame-Options': 'a\r\nb' } } },
    'security.headers: the field "X-Frame-Options" needs a text of visible ASCII characters. Write for example "SAMEORIGIN".',
  ],
  ['compress that is no switch', { app: handler, compress: 'gzip' }, 'compress: got "gzip", expected true, false or an object. Write false, or for example { codings: ["br", "gzip"], maxBytes: "1mb" }.'],
  [
    'a directory that compresses on a server that does not',
    { compress: false, static: [{ prefix: '/', root: '.', compress: true }] },
    'static[0].compress: is true, but compress of the whole server is false. Remove one of the two.',
  ],
  [
    'a coding that nobody makes siblings of',
    { static: [{ prefix: '/', root: '.', precompressed: ['deflate'] }] },
    'static[0].precompressed: got ["deflate"], expected true, false, or a list of "br", "zstd", "gzip". Write for example ["br", "gzip"]; the preferred coding goes first.',
  ],
  [
    'a field that the server decides',
    { static: [{ prefix: '/', root: '.', headers: { 'Content-Length': '3' } }] },
    'static[0].headers: the field "Content-Length" cannot be set here. The server decides it for each answer. Remove it.',
  ],
  [
    'a field that has a key of its own',
    { static: [{ prefix: '/', root: '.', headers: { 'cache-control': 'no-store' } }] },
    'static[0].headers: the field "cache-control" cannot be set here. Use maxAge, cacheControl or cache.',
  ],
  [
    'a field name with a line break',
    { static: [{ prefix: '/', root: '.', headers: { 'X-A\r\nX-B': 'c' } }] },
    'static[0].headers: the field "X-A\\r\\nX-B" is not a field name. Use letters, digits and "-".',
  ],
  [
    'a field value with a line break',
    { static: [{ prefix: '/', root: '.', headers: { 'X-A': 'b\r\nX-C: d' } }] },
    'static[0].headers: the field "X-A" needs a text of visible ASCII characters. Write for example "SAMEORIGIN".',
  ],
  [
    'the same field in two cases',
    { static: [{ prefix: '/', root: '.', headers: { 'X-A': 'b', 'x-a': 'c' } }] },
    'static[0].headers: the field "x-a" is there twice. Write its values in one line.',
  ],
  [
    'headers as a list',
    { static: [{ prefix: '/', root: '.', headers: ['X-A: b'] }] },
    'static[0].headers: got ["X-A: b"], expected an object. Write headers as { "X-Frame-Options": "DENY" }.',
  ],
  [
    'a page that is not there',
    { static: [{ prefix: '/', root: '/', notFound: 'no/such/page.html' }] },
    'static[0].notFound: there is no file at "/no/such/page.html". Make it, or correct the name (it is relative to root).',
  ],
  [
    'a page outside of the root',
    { static: [{ prefix: '/', root: '.', fallback: '../index.html' }] },
    'static[0].fallback: got "../index.html", expected the name of a file below root, without hidden parts. Write for example "404.html".',
  ],
  [
    'a page for misses that the application gets',
    { app: handler, static: [{ prefix: '/', root: '/etc', notFound: 'hostname' }] },
    'static[0].notFound: is never shown, because what is no file goes to the application. Set fallthrough: false, or remove it.',
  ],
  [
    'an internal directory that falls through',
    { app: handler, static: [{ prefix: '/files/', root: '.', internal: true, fallthrough: true }] },
    'static[0].fallthrough: excludes internal: only an application names files of it. Remove one of the two.',
  ],
  [
    'an internal directory that nobody can reach',
    { static: [{ prefix: '/files/', root: '.', internal: true }] },
    'static[0].internal: needs an app, which alone can reach the directory. Set "app", or remove it.',
  ],
  [
    'static as an object',
    { static: { prefix: '/', root: '.' } },
    'static: got {"prefix":"/","root":"."}, expected a list. Write static: [{ prefix: "/static/", root: "public" }].',
  ],
  [
    'a number of workers that is none',
    { app: './app.ts', workers: -1 },
    'workers: got -1, expected a whole number from 0 to 256, or "auto". Write for example "auto", or 0 to run the application in this thread.',
  ],
  [
    'workers for an application that is an object',
    { app: handler, workers: 2 },
    'workers: got 2, but the application is an object of this thread, which workers cannot get. Set "app" to the path of its module, or workers to 0.',
  ],
  [
    'workers that are given twice',
    { app: './app.ts', workers: 2, pools: { default: { workers: 3 } } },
    'workers: is the same as pools.default.workers, and both are given. Remove one of the two.',
  ],
  [
    'more threads for disks than there may be',
    { app: './app.ts', files: { threads: 100 } },
    'files.threads: got 100, expected a whole number from 0 to 64. Write for example 2.',
  ],
  [
    'no line for what waits for disks',
    { app: './app.ts', files: { queue: 0 } },
    'files.queue: got 0, expected a whole number from 1 to 1000000. Write for example 1024.',
  ],
  [
    'a pool without workers',
    { app: './app.ts', pools: { reports: { workers: 0 } } },
    'pools.reports.workers: got 0, expected a whole number from 1 to 256, or "auto". Write for example 2.',
  ],
  [
    'a pool with a name that is none',
    { app: './app.ts', pools: { 'My Reports': { workers: 1 } } },
    'pools."My Reports": got "My Reports", expected a name of lower-case letters, digits, "_" and "-". Rename the pool, for example "reports".',
  ],
  [
    'pools for an application that is an object',
    { app: handler, pools: { reports: { workers: 1 } } },
    'pools: are of worker threads, and there are none. Set "app" to the path of its module, or remove them.',
  ],
  [
    'pools where the application runs in the main thread',
    { app: './app.ts', workers: 0, pools: { reports: { workers: 1 } } },
    'pools: are of worker threads, and there are none. Set workers to 1 or more, or remove them.',
  ],
  [
    'a form of the access log with an unknown variable',
    { app: handler, log: { format: '$remote_addr $statsu' } },
    `log.format: got "$remote_addr $statsu", expected a line with variables: unknown variable $statsu (at offset 13). Write for example '$remote_addr "$request" $status $request_time'.`,
  ],
  [
    'a form of the access log beside another one',
    { app: handler, log: { access: 'json', format: '$status' } },
    'log: has a format beside a form that is one itself. Remove format, or write "text".',
  ],
  [
    'fields of the access log that are no variables',
    { app: handler, log: { access: 'json', fields: ['time', 'statsu'] } },
    'log.fields: got ["time","statsu"], expected variables of the log: unknown variable $statsu. Write for example ["time", "status", "target"], or { at: "time", key: "http_x_key" }.',
  ],
  [
    'a field of the access log that is a secret',
    { app: handler, log: { fields: { cookies: 'http_cookie' } } },
    'log.fields: got {"cookies":"http_cookie"}, expected variables of the log: $http_cookie is nothing that a log shall keep. Write for example ["time", "status", "target"], or { at: "time", key: "http_x_key" }.',
  ],
  [
    'fields of the access log without a name',
    { app: handler, log: { fields: [] } },
    'log.fields: got [], expected variables of the log: that is neither a list of names nor an object of them. Write for example ["time", "status", "target"], or { at: "time", key: "http_x_key" }.',
  ],
  [
    'fields of an access log that has no members',
    { app: handler, log: { access: [{ form: 'combined', fields: ['time'] }] } },
    'log.access[0]: has fields beside a form that has none. Remove fields, or write "json".',
  ],
  [
    'a rule beside several access logs',
    { app: handler, log: { access: [{ form: 'json' }], path: 'access.log' } },
    'log: has path beside a list of logs. Write it in those of the list that it is for.',
  ],
  ['no access log at all', { app: handler, log: { access: [] } }, 'log.access: has no log, or more than 16. Write "off" for none.'],
  [
    'a condition of an access log that says nothing',
    { app: handler, log: { except: {} } },
    'log.except: says nothing of answers. Write for example { lane: ["view"], status: ["5xx"], slower: "500ms" }, or remove it.',
  ],
  [
    'a lane that is none',
    { app: handler, log: { only: { lane: ['views'] } } },
    'log.only.lane[0]: got "views", expected one of "file", "view", "proxy", "cache", "constant", "error", "health". Choose one of them.',
  ],
  [
    'a status that is none',
    { app: handler, log: { except: { status: [99] } } },
    'log.except.status[0]: got 99, expected a class such as "4xx" or a status from 100 to 599. Write for example "5xx" or 404.',
  ],
  [
    'a pattern of paths that begins anywhere',
    { app: handler, log: { access: [{ except: { path: ['static/**'] } }] } },
    'log.access[0].except.path[0]: got "static/**", expected a pattern of paths: one that begins with "/", or one of last segments without any "/". Write for example "/api/**" or "*.css".',
  ],
  [
    'a condition on a variable that is none',
    { app: handler, log: { except: { values: { usr_agent: 'probe*' } } } },
    'log.except.values: got {"usr_agent":"probe*"}, expected variables with true, false or a text: unknown variable $usr_agent. Write for example { http_user_agent: "kube-probe/*", http_x_debug: true }.',
  ],
  ['an access log of unknown form', { app: handler, log: { access: 'xml' } }, 'log.access: got "xml", expected one of "off", "text", "combined", "json". Choose one of them.'],
  ['a form of application logs that is none', { app: handler, log: { app: 'xml' } }, 'log.app: got "xml", expected one of "auto", "pretty", "json". Choose one of them.'],
  [
    'a listener that would take no proxy',
    { app: handler, listen: { port: 0, proxyProtocol: [] } },
    'listen.proxyProtocol: is an empty list, which would let nobody connect. Name the proxies, or write true for everybody.',
  ],
  [
    'a proxy that is no network',
    { app: handler, listen: { port: 0, proxyProtocol: ['unix'] } },
    'listen.proxyProtocol[0]: got "unix", expected an IP address, or a network in CIDR form. Write for example "10.0.0.0/8" or "::1".',
  ],
  [
    'an error page for no status of an error',
    { app: handler, errorPages: { 200: 'ok.html' } },
    'errorPages.200: got "200", expected a status from 400 to 599, "4xx" or "5xx". Write for example { 404: "errors/404.html", "5xx": "errors/5xx.html" }.',
  ],
  [
    'two error pages of one form',
    { app: handler, errorPages: { '5xx': ['a.html', 'b.html'] } },
    'errorPages.5xx: got ["a.html","b.html"], expected the path of a file whose name ends in ".html", ".json" or ".txt", or a list with one of each. Write for example "errors/404.html".',
  ],
  [
    'an error page of another form',
    { app: handler, errorPages: { 404: '404.png' } },
    'errorPages.404: got "404.png", expected the path of a file whose name ends in ".html", ".json" or ".txt", or a list with one of each. Write for example "errors/404.html".',
  ],
  [
    'nothing to serve',
    { listen: 8080 },
    'there is neither an app nor a static directory nor a proxy. Set "app" to a module, "static" to a list of directories or "proxy" to a list of upstreams.',
  ],
  ['an application of a remote place', { app: 'https://example.org/app.ts' }, 'app: got "https://example.org/app.ts", expected a path or a file: URL. Write for example "./app.ts".'],
  [
    'a function where the configuration belongs',
    function configure() {},
    'got a function (configure), expected an object. Write the configuration as { listen: 8080, app: "./app.ts" }.',
  ],
  [
    'a request line longer than the head that holds it',
    { app: handler, limits: { requestLine: '16kb', head: '8kb' } },
    'limits.requestLine: got 16384, more than limits.head (8192), which includes it. Raise limits.head.',
  ],
];

describe('configuration messages', () => {
  it.each(CASES)('explain %s', async (_name, config, message) => {
    expect(await messageOf(config)).toBe(`fastserve.config.ts: ${message}`);
  });

  it('list every problem of a configuration', async () => {
    expect(await messageOf({ app: handler, workers: 'many', limits: { fields: 0 }, timeouts: { header: 'x' } })).toBe(
      [
        'fastserve.config.ts: 3 problems',
        '  workers: got "many", expected a whole number from 0 to 256, or "auto". Write for example "auto", or 0 to run the application in this thread.',
        '  limits.fields: got 0, expected a whole number from 1 to 256. Write for example 100.',
        '  timeouts.header: got "x", expected a time from 0 (off) to 24h. Write milliseconds or text such as "10s".',
      ].join('\n'),
    );
  });

  it('bound and escape the value they show', async () => {
    const message = await messageOf({ app: handler, listen: `\u001b[31m${'x'.repeat(500)}` });
    expect(message.length).toBeLessThan(260);
    expect(message).toContain('\\u001b[31mxxx');
    expect(message).not.toContain('\u001b');
  });
});

describe('messages about the command line and the environment', () => {
  it('name the option', () => {
    expect(() => readOverrides({ port: '8o' }, {})).toThrow('command line and environment: --port: got "8o", expected a whole number from 0 to 65535.');
  });

  it('name the variable', () => {
    expect(() => readOverrides({}, { WEB_CONCURRENCY: 'lots' })).toThrow('WEB_CONCURRENCY: got "lots", expected a whole number from 0 to 256, or auto.');
  });
});
