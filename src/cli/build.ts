/** `fastserve build`: gives static files names that change with their content, and compresses them. */
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { buildStatic } from '../assets/build.ts';
import { loadConfig } from '../config/load.ts';
import { resolveStatic } from '../config/resolve.ts';
import { ConfigError } from '../errors.ts';
import { ProgressLine } from './progress-line.ts';
import { buildMessage } from './build-message.ts';

interface BuildFlags {
  config?: string;
  strict: boolean;
  clean?: boolean;
  json?: boolean;
}

const HELP = `
Builds the directories of "static" that have manifest: true (public/ without a configuration). For css/site.css it writes
css/site.3f9a1c2b0d4e.css, named by its content, with .br and .gz beside it (.zst where Node can make it), into
.fastserve/static/. References between stylesheets, scripts and what they load are rewritten; sources stay as they are.

Views and templates get the names by staticUrl('css/site.css') and {{ static('css/site.css') }}. "fastserve start" serves them
with "Cache-Control: public, max-age=31536000, immutable", and the original names as before.

A server that runs keeps the names that it has: send it SIGHUP after a build, then remove old files with --clean.

Examples:
  $ fastserve build && fastserve start
  $ fastserve build site --clean
  $ fastserve build --json | jq .mounts`;

export function addBuildCommand(program: Command): void {
  program
    .command('build')
    .summary('prepare static files for production')
    .description('Give static files names that change with their content, and compress them.')
    .argument('[dir]', 'the directory of the site', '.')
    .option('-c, --config <file>', 'configuration file instead of the one in the directory')
    .option('--no-strict', 'keep references that lead nowhere instead of failing')
    .option('--clean', 'remove files of earlier builds')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: BuildFlags) => {
      process.stdout.write(await build(resolve(directory), flags));
    });
}

/** The text for standard output. */
async function build(directory: string, flags: BuildFlags): Promise<string> {
  const began = performance.now();
  const loaded = await loadConfig(directory, flags.config);
  const mounts = await resolveStatic(loaded);
  if (mounts.every(({ manifest }) => manifest === null)) {
    const text = 'no static directory is to be built. Add manifest: true to those in "static" whose files shall get built names.';
    throw new ConfigError(loaded.source, [{ path: 'static', text }]);
  }
  const line = new ProgressLine(process.stderr);
  try {
    const onProgress = ({ phase, done, total, name }: { phase: string; done: number; total: number; name: string }) => line.show(`${phase} ${done}/${total} ${name}`);
    const report = await buildStatic(mounts, { strict: flags.strict, clean: flags.clean === true, onProgress });
    line.clear();
    const durationMs = Math.round(performance.now() - began);
    if (flags.json === true) return `${JSON.stringify({ ...report, durationMs })}\n`;
    return buildMessage(report, durationMs, (path) => relative(process.cwd(), path) || '.');
  } finally {
    line.clear();
  }
}
