/** The Django site of examples/django under real process managers. Needs Debian's python3-django, uwsgi and gunicorn. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SITE = fileURLToPath(new URL('../../examples/django', import.meta.url));
const PYTHON = '/usr/bin/python3';

/** What is missing on this machine; empty: nothing. */
export function missingForDjango(): string[] {
  const missing = ['/usr/bin/uwsgi-core', '/usr/bin/gunicorn', PYTHON].filter((path) => !existsSync(path));
  try {
    execFileSync(PYTHON, ['-c', 'import django'], { stdio: 'ignore' });
  } catch {
    missing.push('python3-django');
  }
  return missing;
}

function environment(data: string): NodeJS.ProcessEnv {
  return { ...process.env, NOTEBOOK_DATA: data, PYTHONDONTWRITEBYTECODE: '1', DJANGO_SUPERUSER_PASSWORD: 'correct horse' };
}

/** Database with the user "admin" and collected static files, below `data`. */
export function prepare(data: string): void {
  const manage = (...args: string[]) => execFileSync(PYTHON, ['manage.py', ...args], { cwd: SITE, env: environment(data), stdio: 'pipe' });
  mkdirSync(join(data, 'media'));
  manage('migrate', '-v0');
  manage('createsuperuser', '--noinput', '--username', 'admin', '--email', 'admin@example.org');
  manage('collectstatic', '--noinput', '-v0');
}

const COMMANDS = {
  uwsgi: (socket: string) => ['/usr/bin/uwsgi-core', '--plugin', 'python3', '--module', 'notebook.wsgi', '--socket', socket, '--buffer-size', '65535', '--die-on-term', '--need-app', '--disable-logging'],
  gunicorn: (socket: string) => ['/usr/bin/gunicorn', '--bind', `unix:${socket}`, '--workers', '1', 'notebook.wsgi'],
};

export type Manager = keyof typeof COMMANDS;

/** One process of the site on a unix socket, once it accepts. */
export async function instance(manager: Manager, data: string, number: number): Promise<ChildProcess> {
  const socket = join(data, `${manager}-${number}.sock`);
  const [command = '', ...args] = COMMANDS[manager](socket);
  const child = spawn(command, args, { cwd: SITE, env: environment(data), stdio: 'ignore' });
  while (child.exitCode === null) {
    if (await accepts(socket)) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${manager} ended with ${child.exitCode}`);
}

async function accepts(socket: string): Promise<boolean> {
  const attempt = connect(socket);
  try {
    await once(attempt, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    attempt.destroy();
  }
}

export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
