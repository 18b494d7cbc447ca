/** `fastserve check`: everything that `fastserve start` would find out, without starting. */
import type { Command } from 'commander';
import { loadBuilds, staticDirectories } from '../config/manifest.ts';
import { FastServeError } from '../errors.ts';
import { checkApplication } from '../gateway/validator/check-application.ts';
import type { ContractCheck } from '../gateway/validator/check-contract.ts';
import { EXIT_FAILURE } from './exit-codes.ts';
import { loadSite, type LoadedSite, type SiteFlags, withSite } from './loaded-site.ts';
import { routeWarnings } from './route-checks.ts';
import { errorStyle, style } from './style.ts';

interface CheckFlags extends SiteFlags {
  print?: boolean;
  contract?: boolean;
}

const HELP = `
Reads the configuration with its environment, looks for its files, directories and certificates, loads the application into this
process (its start hooks do not run), reads its catalogues of messages, compiles its routes, and asks the router for routes that no request reaches.

With --contract the application is started, start hooks and all, and asked with GET and HEAD for "/", for each route without
parameters, and for a page that is not there: what breaks a rule of docs/spec/gateway.md is named with the request.

Exit code: 0 when "fastserve start" would start (warnings do not count), 1 when the application does not load or breaks the contract,
2 when the configuration is wrong.

Examples:
  $ fastserve check && fastserve reload
  $ fastserve check --print | jq .limits`;

export function addCheckCommand(program: Command): void {
  withSite(program.command('check').summary('look whether a site would start'))
    .description('Look whether a site would start: configuration, files, certificates, application and URLconf.')
    .option('--print', 'print the configuration as it takes effect, with every default; secrets are left out')
    .option('--contract', 'start the application, ask it for its pages, and say where it breaks the gateway contract')
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: CheckFlags) => {
      const site = await loadSite(directory, flags);
      const warnings = [...site.warnings, ...((await site.application?.check?.()) ?? []), ...(site.manifest === null ? [] : routeWarnings(site.manifest, site.settings.mounts, site.front))];
      const asked = flags.contract === true ? await askApplication(site) : null;
      const isGood = asked === null || asked.violations.length === 0;
      if (flags.print === true) process.stdout.write(`${JSON.stringify(site.settings, redacted, 2)}\n`);
      else if (flags.json === true) process.stdout.write(`${JSON.stringify({ ok: isGood, warnings, ...violationsOf(asked) })}\n`);
      else if (isGood) process.stdout.write(`${style.link('ok')} ${summary(site)}${asked === null ? '' : `, ${asked.requests.length} requests kept the contract`}\n`);
      if (flags.json !== true) for (const warning of warnings) process.stderr.write(`${errorStyle.error('warning:')} ${warning}\n`);
      if (flags.json !== true) for (const { message } of asked?.violations ?? []) process.stderr.write(`${errorStyle.error('error:')} ${message}\n`);
      // An application may hold timers and connections of its own.
      process.exit(isGood ? 0 : EXIT_FAILURE);
    });
}

async function askApplication({ application, settings }: LoadedSite): Promise<ContractCheck> {
  if (application === null) throw new FastServeError('FS_APP', 'check --contract: there is no application here. Set "app", or leave the option out.');
  return checkApplication(application, staticDirectories(settings.mounts, await loadBuilds(settings.mounts)));
}

/** What JSON says of the contract; nothing when it was not looked at. */
function violationsOf(asked: ContractCheck | null): object {
  return asked === null ? {} : { requests: asked.requests, violations: asked.violations.map(({ rule, message }) => ({ rule, message })) };
}

function summary({ settings, application, manifest, loaded }: LoadedSite): string {
  const parts = [loaded.file ?? 'no configuration file', application === null ? 'files only' : application.kind];
  if (manifest !== null) parts.push(`${manifest.routes.length} route${manifest.routes.length === 1 ? '' : 's'}`);
  if (settings.mounts.length > 0) parts.push(`${settings.mounts.length} static director${settings.mounts.length === 1 ? 'y' : 'ies'}`);
  return parts.join(', ');
}

/** Values of keys that hold secrets; an application that is an object is named. */
function redacted(key: string, value: unknown): unknown {
  if (typeof value === 'string' && value !== '' && (/secret|password|token/i.test(key) || value.includes('PRIVATE KEY-----'))) return '(secret)';
  // Of errorPages: the file says which it is.
  if (key === 'page') return undefined;
  return key === 'value' && typeof value !== 'string' ? '(an object)' : value;
}
