/** `fastserve check`: everything that `fastserve start` would find out, without starting. */
import type { Command } from 'commander';
import { loadSite, type LoadedSite, type SiteFlags, withSite } from './loaded-site.ts';
import { routeWarnings } from './route-checks.ts';
import { style } from './style.ts';

interface CheckFlags extends SiteFlags {
  print?: boolean;
}

const HELP = `
Reads the configuration with its environment, looks for its files, directories and certificates, loads the application into this
process (its start hooks do not run), compiles its routes, and asks the router for routes that no request reaches.

Exit code: 0 when "fastserve start" would start (warnings do not count), 1 when the application does not load, 2 when the
configuration is wrong.

Examples:
  $ fastserve check && fastserve reload
  $ fastserve check --print | jq .limits`;

export function addCheckCommand(program: Command): void {
  withSite(program.command('check').summary('look whether a site would start'))
    .description('Look whether a site would start: configuration, files, certificates, application and URLconf.')
    .option('--print', 'print the configuration as it takes effect, with every default; secrets are left out')
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: CheckFlags) => {
      const site = await loadSite(directory, flags);
      const warnings = [...site.warnings, ...(site.manifest === null ? [] : routeWarnings(site.manifest, site.settings.mounts, site.front))];
      if (flags.print === true) process.stdout.write(`${JSON.stringify(site.settings, redacted, 2)}\n`);
      else if (flags.json === true) process.stdout.write(`${JSON.stringify({ ok: true, warnings })}\n`);
      else process.stdout.write(`${style.link('ok')} ${summary(site)}\n`);
      if (flags.json !== true) for (const warning of warnings) process.stderr.write(`${style.error('warning:')} ${warning}\n`);
      // An application may hold timers and connections of its own.
      process.exit(0);
    });
}

function summary({ settings, application, manifest, loaded }: LoadedSite): string {
  const parts = [loaded.file ?? 'no configuration file', application === null ? 'files only' : application.kind];
  if (manifest !== null) parts.push(`${manifest.routes.length} route${manifest.routes.length === 1 ? '' : 's'}`);
  if (settings.mounts.length > 0) parts.push(`${settings.mounts.length} static director${settings.mounts.length === 1 ? 'y' : 'ies'}`);
  return parts.join(', ');
}

/** Values of keys that hold secrets; an application that is an object is named. */
function redacted(key: string, value: unknown): unknown {
  if (/secret|password|token/i.test(key) && value !== '' && typeof value === 'string') return '(secret)';
  return key === 'value' && typeof value !== 'string' ? '(an object)' : value;
}
