/** `fastserve status`, `ctl`, `reload` and `stop`: they ask a running server over its control socket. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { COMMANDS, unknownCommand } from '../control/commands.ts';
import { askServer } from '../control/control-client.ts';
import type { ControlResult } from '../control/protocol.ts';
import { defaultSocketPath } from '../control/socket-path.ts';
import { type ServerStatus, statusMessage, upstreamsMessage, workersMessage } from './status-message.ts';

interface ControlFlags {
  control?: string;
  config?: string;
  json?: boolean;
  dir?: string;
  now?: boolean;
}

const SOCKET_HELP = `
The server is found by its control socket: --control or FASTSERVE_CONTROL, else "control" of the configuration, else the
default place for the directory. Only the user of the server, and root, may use it.`;

const USAGE_WIDTH = 30;

/** A command with what it does beside it, or below where its arguments are long. */
function commandLine([name, { usage, about }]: [string, { usage: string; about: string }]): string {
  const call = `${name} ${usage}`;
  return `  ${call.padEnd(USAGE_WIDTH)}${call.length < USAGE_WIDTH ? '' : `\n${' '.repeat(USAGE_WIDTH + 2)}`}${about}`;
}

const CTL_HELP = `
Commands:
${Object.entries(COMMANDS).map(commandLine).join('\n')}
${SOCKET_HELP}

Examples:
  $ fastserve ctl list --json | jq .workers
  $ fastserve ctl kill 2
  $ fastserve ctl log-level error`;

export function addControlCommands(program: Command): void {
  withSocket(program.command('status').summary('show what a running server does').argument('[dir]', 'the directory that it serves', '.'))
    .description('Show a running server: its load, its workers and the requests that they have.')
    .option('--json', 'print it as JSON')
    .addHelpText('after', SOCKET_HELP)
    .action(async (directory: string, flags: ControlFlags) => {
      const result = await ask(directory, flags, 'status');
      print(flags, result, () => statusMessage(result as unknown as ServerStatus));
    });
  withSocket(program.command('ctl').summary('give a running server a command').argument('<command>').argument('[arguments...]'))
    .description('Give a running server a command.')
    .option('-d, --dir <dir>', 'the directory that it serves', '.')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', CTL_HELP)
    .action(async (command: string, given: string[], flags: ControlFlags) => {
      if (!Object.hasOwn(COMMANDS, command)) program.error(`error: ${unknownCommand(command)}`);
      const result = await ask(flags.dir ?? '.', flags, command, given);
      print(flags, result, () => replyText(result));
    });
  withSocket(program.command('reload').summary('load configuration and code anew').argument('[dir]', 'the directory that it serves', '.'))
    .description('Have a running server read its configuration and load its code anew. Exit code 1 when it cannot, and everything stays as it was.')
    .addHelpText('after', SOCKET_HELP)
    .action(async (directory: string, flags: ControlFlags) => print(flags, await ask(directory, flags, 'reload')));
  withSocket(program.command('stop').summary('stop a running server').argument('[dir]', 'the directory that it serves', '.'))
    .description('Stop a running server, as SIGTERM does, and wait until it has ended.')
    .option('--now', 'cut what is under way')
    .addHelpText('after', SOCKET_HELP)
    .action(async (directory: string, flags: ControlFlags) => {
      await ask(directory, flags, 'stop', flags.now === true ? ['now'] : [], true);
      process.stdout.write('stopped\n');
    });
}

function withSocket(command: Command): Command {
  return command.option('--control <path>', 'its control socket').option('-c, --config <file>', 'configuration file instead of the one in the directory');
}

async function ask(directory: string, flags: ControlFlags, command: string, given: string[] = [], untilEnd = false): Promise<ControlResult> {
  const path = flags.control ?? process.env['FASTSERVE_CONTROL'] ?? (await configuredPath(resolve(directory), flags.config));
  return askServer(resolve(path), { command, arguments: given }, { untilEnd });
}

/** A configuration that is broken just now leaves the default place. */
async function configuredPath(directory: string, configFile: string | undefined): Promise<string> {
  const loaded = await loadConfig(directory, configFile).catch(() => null);
  const control = (loaded?.config as { control?: unknown } | undefined)?.control;
  return typeof control === 'string' ? resolve(loaded?.directory ?? directory, control) : defaultSocketPath(directory, process.env);
}

/** What a command has done, or what it was asked to show. */
function replyText(result: ControlResult): string {
  if (result.message !== '') return result.message;
  const { workers, upstreams, name, servers } = result as unknown as Partial<ServerStatus & ServerStatus['upstreams'][number]>;
  if (workers !== undefined) return workersMessage(workers);
  return upstreamsMessage(upstreams ?? [{ name: name ?? '', servers: servers ?? [] }]);
}

function print({ json }: ControlFlags, result: ControlResult, text: () => string = () => result.message): void {
  process.stdout.write(`${json === true ? JSON.stringify(result) : text()}\n`);
}
