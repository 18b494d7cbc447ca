/** What `fastserve start` prints when it answers requests. */
import type { Settings } from '../config/types.ts';
import type { NativeAddress } from '../native/binding.ts';
import { addressUrl } from '../supervisor/listen/address-url.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import type { LocalCertificate } from '../tls/local-certificate.ts';
import { style } from './style.ts';

const LABEL_WIDTH = 13;

/** Several lines; those that begin with "listening on " are made to be read by programs too. `shorten` makes paths short. */
export function startMessage(server: RunningServer, shorten: (path: string) => string): string {
  const lines = server.addresses.map((address) => `listening on ${style.link(addressUrl(address))}`);
  lines.push(fact('application', describeApplication(server, shorten)));
  for (const [index, { prefix, root, fallthrough }] of server.settings.mounts.entries()) {
    const build = server.builds[index];
    const built = build ? ` and ${count(build.files.size, 'built file')}` : '';
    lines.push(fact('static', `${prefix} from ${shorten(root)}${built}${fallthrough && server.application !== null ? ', then the application' : ''}`));
  }
  lines.push(fact('threads', `${workersOf(server.settings)}, ${count(server.settings.ioThreads, 'I/O thread')}`));
  if (server.addresses.some(isEverywhere)) lines.push(fact('network', 'every interface, so other machines reach it too; --host 127.0.0.1 for this one only'));
  lines.push(fact('process', String(process.pid)));
  return `${lines.join('\n')}\n`;
}

/** How clients of this machine come to believe the certificate of --https. */
export function trustMessage({ cert }: LocalCertificate, url: string): string {
  const lines = [
    fact('certificate', cert),
    hint('signed by itself: browsers warn until they are told to trust it, once:'),
    hint(`curl      curl --cacert ${cert} ${url}/`),
    hint(`Node      NODE_EXTRA_CA_CERTS=${cert}`),
    hint(`Chromium  certutil -d sql:$HOME/.pki/nssdb -A -t P,, -n fastserve-localhost -i ${cert}`),
    hint('Firefox   open the site, Advanced, Accept the Risk'),
  ];
  return `${lines.join('\n')}\n`;
}

function hint(text: string): string {
  return `  ${' '.repeat(LABEL_WIDTH)}${style.quiet(text)}`;
}

function describeApplication(server: RunningServer, shorten: (path: string) => string): string {
  const { app } = server.settings;
  if (app === null || server.application === null) return 'none, files only';
  const { kind, manifest } = server.application;
  const where = app.kind === 'module' ? shorten(app.file) : 'in the configuration';
  const routes = manifest === null ? '' : `, ${count(manifest.routes.filter(({ own }) => own !== true).length, 'route')}`;
  const inline = server.settings.workers === 0 ? ', in the main thread' : '';
  return `${where} (${kind}${routes}${inline})`;
}

/** Whether an address stands for all of this machine; the URL shown for it names one of them. */
function isEverywhere({ host }: NativeAddress): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** "2 workers", "2 workers, 1 in reports". */
function workersOf({ workers, pools }: Settings): string {
  return [count(workers, 'worker'), ...pools.slice(1).map((pool) => `${pool.workers} in ${pool.name}`)].join(', ');
}

function fact(label: string, text: string): string {
  return `  ${style.quiet(label.padEnd(LABEL_WIDTH))}${text}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
