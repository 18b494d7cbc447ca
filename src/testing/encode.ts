/**
 * The content of test requests: JSON, forms, forms with files. Any thread.
 */
import { randomBytes } from 'node:crypto';

/** A file for a multipart form. */
export interface TestFile {
  name: string;
  content: string | Uint8Array;
  /** "application/octet-stream" by default. */
  type?: string;
}

/** One value for each field, or several. */
export type FormValues<Value = string> = Readonly<Record<string, Value | readonly Value[]>>;

/** Content of a test request, in one of its forms. */
export interface TestContent {
  /** Sent as it is; text as UTF-8. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Sent as application/json. */
  json?: unknown;
  /** Sent as application/x-www-form-urlencoded. */
  form?: FormValues;
  /** Sent as multipart/form-data. */
  multipart?: FormValues<string | TestFile>;
}

export interface EncodedContent {
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Content-Type, undefined where the caller must say it. */
  readonly type: string | undefined;
}

const WAYS = ['body', 'json', 'form', 'multipart'] as const;

/** TypeError when the content is given in more than one way. */
export function encodeContent(content: TestContent): EncodedContent {
  const given = WAYS.filter((way) => content[way] !== undefined);
  if (given.length > 1) throw new TypeError(`test request: content is given as ${given.join(' and ')}; give one of them`);
  const { body, json, form, multipart } = content;
  if (json !== undefined) return { body: Buffer.from(JSON.stringify(json)), type: 'application/json' };
  if (form !== undefined) return { body: Buffer.from(encodeForm(form)), type: 'application/x-www-form-urlencoded' };
  if (multipart !== undefined) return encodeMultipart(multipart);
  return { body: typeof body === 'string' ? Buffer.from(body) : body, type: undefined };
}

/** As forms and query strings have it. */
export function encodeForm(values: FormValues): string {
  return new URLSearchParams(pairsOf(values)).toString();
}

function encodeMultipart(values: FormValues<string | TestFile>): EncodedContent {
  const boundary = `fastserve-${randomBytes(12).toString('hex')}`;
  const pieces = pairsOf(values).flatMap(([name, value]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"`,
    ...(typeof value === 'string'
      ? ['\r\n\r\n', value]
      : [`; filename="${escaped(value.name)}"\r\nContent-Type: ${value.type ?? 'application/octet-stream'}\r\n\r\n`, value.content]),
    '\r\n',
  ]);
  const body = Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)));
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}

function pairsOf<Value extends string | TestFile>(values: FormValues<Value>): [string, Value][] {
  return Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly Value[]) : [value as Value]).map((one): [string, Value] => [name, one]),
  );
}

/** As browsers do (WHATWG HTML, multipart/form-data encoding algorithm). */
function escaped(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
