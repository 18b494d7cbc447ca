/**
 * Reads a multipart form from the content of a request as it arrives: a client sends no faster than its files are written.
 * Belongs to the request's thread.
 */
import type { ContentLimits } from '../content/limits.ts';
import { PayloadTooLarge } from '../errors.ts';
import type { Form } from '../form.ts';
import { FormCollector } from './form-collector.ts';
import { MultipartParser } from './parser.ts';
import type { UploadDirectory } from './upload-directory.ts';

/**
 * The form, with its files in `directory`. Rejects with BadRequest for a form that is none, PayloadTooLarge beyond a limit, as
 * reading the content does (a client that went away) and as the file system does; then nothing is left in the directory.
 */
export async function readMultipart(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  boundary: string,
  limits: ContentLimits,
  directory: UploadDirectory,
): Promise<Form> {
  const collector = new FormCollector(limits, directory);
  try {
    await collect(content, new MultipartParser(boundary), collector, limits.formBytes);
    return collector.form();
  } catch (error) {
    await collector.abandon();
    await directory.remove();
    throw error;
  }
}

async function collect(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  parser: MultipartParser,
  collector: FormCollector,
  formBytes: number,
): Promise<void> {
  let size = 0;
  for await (const piece of content) {
    size += piece.byteLength;
    if (size > formBytes) throw new PayloadTooLarge(`The form has more than ${formBytes} bytes`);
    for (const event of parser.push(piece)) await collector.take(event);
  }
  parser.finish();
}
