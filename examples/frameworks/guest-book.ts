/** What the same small site is made of in each framework: entries in memory, a page, and a clock as server-sent events. */
import { Readable } from 'node:stream';
import { setInterval } from 'node:timers/promises';

export interface Entry {
  readonly name: string;
  readonly text: string;
}

const MAX_ENTRIES = 100;
const entries: Entry[] = [{ name: 'Ada', text: 'The first visitor.' }];

/** The newest first. They belong to this worker and end with it. */
export function allEntries(): readonly Entry[] {
  return entries;
}

/** Adds what a form sent; false when a field is missing or too long. */
export function sign(form: Readonly<Record<string, unknown>>): boolean {
  const { name, text } = form;
  if (typeof name !== 'string' || typeof text !== 'string') return false;
  if (name === '' || text === '' || name.length > 50 || text.length > 500) return false;
  entries.unshift({ name, text });
  entries.length = Math.min(entries.length, MAX_ENTRIES);
  return true;
}

/** The page with all entries and the form. `framework` is its title. */
export function page(framework: string): string {
  const items = entries.map(({ name, text }) => `<li><b>${escaped(name)}</b>: ${escaped(text)}</li>`).join('');
  return `<!doctype html>
<title>Guest book on ${framework}</title>
<h1>Guest book on ${framework}</h1>
<ul>${items}</ul>
<form method="post" action="/sign"><input name="name" required> <input name="text" required> <button>Sign</button></form>
`;
}

/** A server-sent event at once and every second, until `signal` aborts. */
export async function* ticks(signal?: AbortSignal): AsyncGenerator<string> {
  yield tick();
  try {
    for await (const _ of setInterval(1000, undefined, { signal })) yield tick();
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

/** The same as a Node stream; destroying it ends it. */
export function tickStream(): Readable {
  const controller = new AbortController();
  return Readable.from(ticks(controller.signal), { objectMode: false }).once('close', () => controller.abort());
}

/** The same as a web stream; cancelling it ends it. */
export function tickWebStream(): ReadableStream<Uint8Array> {
  return Readable.toWeb(tickStream()) as ReadableStream<Uint8Array>;
}

function tick(): string {
  return `data: ${new Date().toISOString()}\n\n`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
