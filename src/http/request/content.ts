/**
 * The content of a request in the forms that views read it in. Each is made when it is first asked for and kept. Belongs to the
 * request's thread.
 */
import type { GatewayRequest } from '../../gateway/contract.ts';
import { type ContentLimits, withOverrides } from '../content/limits.ts';
import { decodeExactly, decodeText, mediaTypeOf, MULTIPART, refuseCodings, requireForm, requireUtf8 } from '../content/interpret.ts';
import { PayloadTooLarge } from '../errors.ts';
import { Form } from '../form.ts';
import { parseUrlEncoded } from '../content/form-decoding.ts';
import { parseJson } from '../content/json.ts';
import type { MediaType } from '../content/media-type.ts';
import { boundaryOf } from '../multipart/boundary.ts';
import { readMultipart } from '../multipart/read-form.ts';
import { UploadDirectory } from '../multipart/upload-directory.ts';
import { releaseAtEnd } from './resources.ts';

type Overrides = Partial<ContentLimits> | undefined;

export class RequestContent {
  readonly #gateway: GatewayRequest;
  readonly #defaults: ContentLimits;
  readonly #uploadDirectory: string | undefined;
  #bytes: Promise<Uint8Array> | null = null;
  #form: Promise<Form> | null = null;

  constructor(gateway: GatewayRequest, defaults: ContentLimits, uploadDirectory: string | undefined) {
    this.#gateway = gateway;
    this.#defaults = defaults;
    this.#uploadDirectory = uploadDirectory;
  }

  /** PayloadTooLarge beyond memoryBytes: where a length is declared, before anything is read. */
  async bytes(overrides: Overrides): Promise<Uint8Array> {
    const { memoryBytes } = withOverrides(this.#defaults, overrides, 'request');
    this.#bytes ??= readAll(this.#gateway, memoryBytes);
    const bytes = await this.#bytes;
    if (bytes.byteLength > memoryBytes) throw tooLarge(memoryBytes);
    return bytes;
  }

  async text(overrides: Overrides): Promise<string> {
    refuseCodings(this.#gateway);
    const type = mediaTypeOf(this.#gateway);
    return decodeText(await this.bytes(overrides), type?.parameters.get('charset'));
  }

  /** RFC 8259 8.1: JSON is UTF-8. */
  async json(overrides: Overrides): Promise<unknown> {
    refuseCodings(this.#gateway);
    requireUtf8(mediaTypeOf(this.#gateway));
    return parseJson(decodeExactly(await this.bytes(overrides), 'The request content is not JSON: it'));
  }

  /** The limits of the first call count. */
  form(overrides: Overrides): Promise<Form> {
    return (this.#form ??= this.#readForm(withOverrides(this.#defaults, overrides, 'request.form()')));
  }

  async #readForm(limits: ContentLimits): Promise<Form> {
    refuseCodings(this.#gateway);
    const type = requireForm(this.#gateway);
    if (type.name === MULTIPART) return this.#readMultipart(type, limits);
    requireUtf8(type);
    const text = decodeExactly(await this.bytes(limits), 'The form');
    return new Form(parseUrlEncoded(text, 'The form', limits));
  }

  async #readMultipart(type: MediaType, limits: ContentLimits): Promise<Form> {
    const boundary = boundaryOf(type);
    const { length } = this.#gateway.body;
    if (length !== undefined && length > limits.formBytes) throw new PayloadTooLarge(`The form has more than ${limits.formBytes} bytes`);
    const directory = new UploadDirectory(this.#uploadDirectory);
    releaseAtEnd(this.#gateway, () => directory.remove());
    const content = this.#bytes === null ? this.#gateway.body : [await this.#bytes];
    return readMultipart(content, boundary, limits, directory);
  }
}

async function readAll(gateway: GatewayRequest, limit: number): Promise<Uint8Array> {
  try {
    return await gateway.body.bytes(limit);
  } catch (error) {
    // By name: the class belongs to the gateway's runtime.
    throw error instanceof Error && error.name === 'BodyTooLargeError' ? tooLarge(limit, error) : error;
  }
}

function tooLarge(limit: number, cause?: Error): PayloadTooLarge {
  return new PayloadTooLarge(`The request content has more than ${limit} bytes`, { cause });
}
