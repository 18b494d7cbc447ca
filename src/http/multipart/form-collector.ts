/**
 * Collects the parts of a multipart form within limits: fields in memory, files in temporary files. Belongs to the request's
 * thread.
 */
import type { ContentLimits } from '../content/limits.ts';
import { decodeExactly } from '../content/interpret.ts';
import { BadRequest, PayloadTooLarge } from '../errors.ts';
import { Form } from '../form.ts';
import type { PartEvent } from './parser.ts';
import type { PartHead } from './part-head.ts';
import type { NewFile, UploadDirectory } from './upload-directory.ts';
import { UploadedFile } from './uploaded-file.ts';

const EMPTY = Buffer.alloc(0);

/** The part that is being read; a file without `target` is an input in which nothing was chosen. */
interface OpenPart {
  readonly head: PartHead;
  readonly target: NewFile | undefined;
  /** The value of a field: its first `size` bytes. */
  value: Buffer;
  size: number;
}

export class FormCollector {
  readonly #limits: ContentLimits;
  readonly #directory: UploadDirectory;
  readonly #pairs: [string, string][] = [];
  readonly #files: UploadedFile[] = [];
  #memoryBytes = 0;
  #fileCount = 0;
  #part: OpenPart | null = null;

  constructor(limits: ContentLimits, directory: UploadDirectory) {
    this.#limits = limits;
    this.#directory = directory;
  }

  /** The form, when all events have been taken. */
  form(): Form {
    return new Form(this.#pairs, this.#files);
  }

  /** BadRequest for too many parts and fields that are no text, PayloadTooLarge for what is too long; and as the file system does. */
  async take(event: PartEvent): Promise<void> {
    if (event.kind === 'begin') return this.#begin(event.head);
    const part = this.#part as OpenPart;
    if (event.kind === 'end') return this.#end(part);
    this.#checkSize(part, event.bytes.byteLength);
    if (part.head.fileName === undefined) append(part, event.bytes);
    else await part.target?.handle.writeFile(event.bytes);
    part.size += event.bytes.byteLength;
  }

  /** Closes the file that is being written, when the form ends early. */
  async abandon(): Promise<void> {
    await this.#part?.target?.handle.close();
    this.#part = null;
  }

  async #begin(head: PartHead): Promise<void> {
    const { fieldCount, fileCount, memoryBytes } = this.#limits;
    const { fileName } = head;
    if (fileName === undefined && this.#pairs.length === fieldCount) throw new BadRequest(`The form has more than ${fieldCount} fields`);
    if (fileName !== undefined && ++this.#fileCount > fileCount) throw new BadRequest(`The form has more than ${fileCount} files`);
    this.#memoryBytes += Buffer.byteLength(head.name);
    if (this.#memoryBytes > memoryBytes) throw new PayloadTooLarge(`The fields of the form have more than ${memoryBytes} bytes`);
    const isFile = fileName !== undefined && fileName !== '';
    this.#part = { head, target: isFile ? await this.#directory.create() : undefined, value: EMPTY, size: 0 };
  }

  #checkSize({ head, size: before }: OpenPart, added: number): void {
    const { fieldBytes, fileBytes, memoryBytes } = this.#limits;
    const size = before + added;
    if (head.fileName !== undefined) {
      if (size > fileBytes) throw new PayloadTooLarge(`The file ${shown(head.name)} has more than ${fileBytes} bytes`);
      return;
    }
    this.#memoryBytes += added;
    if (size > fieldBytes) throw new PayloadTooLarge(`The field ${shown(head.name)} has more than ${fieldBytes} bytes`);
    if (this.#memoryBytes > memoryBytes) throw new PayloadTooLarge(`The fields of the form have more than ${memoryBytes} bytes`);
  }

  async #end({ head, target, value, size }: OpenPart): Promise<void> {
    this.#part = null;
    if (target !== undefined) {
      await target.handle.close();
      this.#files.push(new UploadedFile(head, target.path, size));
    } else if (head.fileName === undefined) {
      const charset = head.type?.parameters.get('charset');
      this.#pairs.push([head.name, decodeExactly(value.subarray(0, size), `The field ${shown(head.name)}`, charset)]);
    }
  }
}

/** Into one buffer that doubles: a list of pieces of one byte each would cost a hundred times what they hold. */
function append(part: OpenPart, bytes: Uint8Array): void {
  const needed = part.size + bytes.byteLength;
  if (needed > part.value.byteLength) {
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * part.value.byteLength));
    part.value.copy(larger, 0, 0, part.size);
    part.value = larger;
  }
  part.value.set(bytes, part.size);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
