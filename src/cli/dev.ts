/** `fastserve dev`: serves a directory while it is edited. */
import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Flags, readOverrides } from '../config/resolve/overrides.ts';
import { DEV_DEFAULTS } from '../dev/settings.ts';
import { DevServer, type DevEvent } from '../dev/dev-server.ts';
import { addressUrl } from '../supervisor/listen/address-url.ts';
import { localCertificate } from '../tls/local-certificate.ts';
import { failureMessage } from './failure-message.ts';
import { endOnSignals } from './signals.ts';
import { startMessage, trustMessage } from './start-message.ts';
import { style } from './style.ts';

interface DevFlags extends Pick<Flags, 'host' | 'port' | 'log'> {
  config?: string;
  https?: boolean;
}

const HELP = `
Code and templates that are saved serve a moment later, at the same port, without a build step; browsers reload. While the code
is broken, pages show where and why. Style sheets are replaced without a reload. Another configuration starts the server anew.

Environment, below the options and above the file: FASTSERVE_HOST, FASTSERVE_PORT or PORT, FASTSERVE_LOG`;

export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .summary('serve a directory while it is edited')
    .description('Serve a directory for development: one worker, reload on save, errors in the browser.')
    .argument('[dir]', 'the directory of the site', '.')
    .option('-c, --config <file>', 'configuration file instead of the one in the directory')
    .option('-H, --host <host>', `name or address to listen on (default: ${DEV_DEFAULTS.host}, this machine only)`)
    .option('-p, --port <number>', `port to listen on, 0 for a free one (default: ${DEV_DEFAULTS.port})`)
    .option('--https', 'HTTPS with a certificate for localhost')
    .option('--log <format>', `access log on standard output: off, text or json (default: ${DEV_DEFAULTS.access})`)
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: DevFlags) => {
      const certificate = flags.https === true ? await localCertificate(process.env) : undefined;
      const dev = await DevServer.start({
        directory: realDirectory(resolve(directory)),
        configFile: flags.config,
        overrides: { ...readOverrides(flags, process.env), tls: certificate },
        colours: style.colours,
        onEvent: show,
      });
      endOnSignals(() => dev.close());
      const { server } = dev;
      process.stdout.write(startMessage(server, shorten));
      if (certificate !== undefined) process.stdout.write(trustMessage(certificate, server.url));
    });
}

/** Compilers name files by their real path; a directory that is not there is left to the loader of the configuration. */
function realDirectory(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

function shorten(path: string): string {
  return relative(process.cwd(), path) || '.';
}

function show(event: DevEvent): void {
  switch (event.type) {
    case 'reloaded':
      return say(`reloaded in ${event.ms} ms`);
    case 'restarted':
      return say(`the configuration changed: restarted in ${Math.round(event.ms)} ms at ${addressUrl(event.server.addresses[0] ?? {})}`);
    case 'page':
      return say('static files changed: browsers reload');
    case 'styles':
      return say('style sheets changed: browsers take them over');
    case 'failed':
      process.stderr.write(failureMessage(event.failure, shorten));
  }
}

function say(text: string): void {
  process.stdout.write(`${style.quiet('dev')} ${text}\n`);
}
