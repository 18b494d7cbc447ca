/**
 * Starts and stops a server under test in its own process, pinned to the server's core unless told otherwise.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVER_CORE } from './machine.mjs';

const HOST = fileURLToPath(new URL('server-host.mjs', import.meta.url));
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 3_000;
const SAID_LIMIT = 2_000;

/**
 * @param {object} definition from servers/index.mjs
 * @param {object} options of start(); `pinned: false` leaves the process to the scheduler
 * @returns {Promise<{ pid: number, port: number, stats(): Promise<object | null>, kill(): Promise<number>, reload(): Promise<null>, stop(): Promise<void> }>} rejects when it ends
 *   or stays silent for 20 s: the message has the line that matters of what it said, the cause all of it
 */
export async function startServer(definition, { pinned = true, ...options }) {
  const directory = mkdtempSync(join(tmpdir(), 'fastserve-bench-server-'));
  const program = await programOf(definition, options, directory);
  const [command, args] = pinned
    ? ['taskset', ['-c', String(SERVER_CORE), program.command, ...program.args]]
    : [program.command, program.args];
  const child = spawn(command, args, {
    env: { ...process.env, ...definition.environment?.() },
    stdio: program.hosted ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const said = collectOutput(child);
  const stop = () => stopProcess(child, directory);
  try {
    const port = await within(START_LIMIT_MS, Promise.race([program.hosted ? announcedPort(child) : listening(program.port), ended(child)]));
    return { pid: child.pid, port, stats: () => (program.hosted ? ask(child, 'stats') : null), kill: () => ask(child, 'kill'), reload: () => ask(child, 'reload'), stop };
  } catch (error) {
    await stop();
    throw new Error(`it did not start: ${error.message}${said.text === '' ? '' : `; it said: ${tellingLine(said.text)}`}`, { cause: said.text });
  }
}

async function programOf(definition, options, directory) {
  if (definition.command !== undefined) return { hosted: false, ...(await definition.command(options, directory)) };
  return { hosted: true, command: process.execPath, args: [HOST, definition.name, JSON.stringify(options)] };
}

/** Keeps the first part of what the server writes to standard error. Standard output is drained. */
function collectOutput(child) {
  const said = { text: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => {
    if (said.text.length < SAID_LIMIT) said.text += text;
  });
  return said;
}

/** The line that names the error, else the last one. */
function tellingLine(text) {
  const lines = text.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[lines.length - 1];
}

/** The port in the {"port": n} line; other lines are the server's own talk. */
function announcedPort(child) {
  let pending = '';
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (pending + text).split('\n');
      pending = lines.pop();
      for (const line of lines) {
        if (line.startsWith('{"port":')) resolve(JSON.parse(line).port);
      }
    });
  });
}

/** Resolves with the port once something accepts there. */
async function listening(port) {
  for (;;) {
    if (await accepts(port)) return port;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
}

async function ended(child) {
  const [code, signal] = await Promise.race([once(child, 'exit'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  throw new Error(`it ended with ${signal ?? `exit code ${code}`}`);
}

function within(limitMs, promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing for ${limitMs / 1000} s`)), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** One question to server-host.mjs; questions may overlap. */
async function ask(child, question) {
  const id = nextQuestion++;
  const answer = new Promise((resolve) => {
    const listen = (message) => {
      if (message.id !== id) return;
      child.off('message', listen);
      resolve(message.answer);
    };
    child.on('message', listen);
  });
  child.send({ id, ask: question });
  return within(START_LIMIT_MS, answer);
}

let nextQuestion = 1;

/** SIGTERM, then SIGKILL for a server that cannot hear it (one that spins). */
async function stopProcess(child, directory) {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exit;
    clearTimeout(timer);
  }
  rmSync(directory, { recursive: true, force: true });
}
