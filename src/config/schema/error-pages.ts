/** The schema of `errorPages`; the files are read in resolve/error-pages.ts. */
import * as v from 'valibot';
import type { ErrorPage } from '../types/error-pages.ts';
import { isPlainObject, type Schema, value } from './parts.ts';

/** A file for some statuses, not yet read. */
export interface CheckedErrorPage extends Pick<ErrorPage, 'first' | 'last' | 'format'> {
  /** The key, as it was written. */
  status: string;
  path: string;
}

const EXAMPLE = '{ 404: "errors/404.html", "5xx": "errors/5xx.html" }';

const FORMATS: Readonly<Record<string, ErrorPage['format']>> = { html: 'html', htm: 'html', json: 'json', txt: 'text' };

const status = value('a status from 400 to 599, "4xx" or "5xx"', `Write for example ${EXAMPLE}.`, (input) =>
  typeof input === 'string' && /^[45](?:\d\d|xx)$/.test(input) ? input : undefined,
) as v.GenericSchema<string, string>;

type File = Pick<CheckedErrorPage, 'path' | 'format'>;

function fileOf(input: unknown): File | undefined {
  const format = typeof input === 'string' && !input.includes('\0') ? FORMATS[/\.([a-z]+)$/i.exec(input)?.[1]?.toLowerCase() ?? ''] : undefined;
  return format === undefined ? undefined : { path: input as string, format };
}

const files = value<File[]>('the path of a file whose name ends in ".html", ".json" or ".txt", or a list with one of each', 'Write for example "errors/404.html".', (input) => {
  const found = (Array.isArray(input) ? input : [input]).map(fileOf);
  if (found.length === 0 || found.includes(undefined)) return undefined;
  const formats = found.map((file) => file?.format);
  return new Set(formats).size === formats.length ? (found as File[]) : undefined;
});

const notAnObject = value('an object', `Write errorPages as ${EXAMPLE}.`, () => undefined);

/** Classes first: a page for one status goes before that of its class. */
function inOrder(byStatus: Record<string, File[]>): CheckedErrorPage[] {
  const pages = Object.entries(byStatus).flatMap(([key, all]) => {
    const isClass = key.endsWith('xx');
    const first = isClass ? Number(key[0]) * 100 : Number(key);
    return all.map((file) => ({ ...file, status: key, first, last: isClass ? first + 99 : first }));
  });
  return pages.sort((one, other) => other.last - other.first - (one.last - one.first));
}

export const errorPages: Schema<CheckedErrorPage[]> = v.lazy((input) =>
  isPlainObject(input) ? v.pipe(v.record(status, files), v.transform(inOrder)) : notAnObject,
) as Schema<CheckedErrorPage[]>;
