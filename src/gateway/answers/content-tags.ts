/**
 * Entity-tags of texts and bytes, made by native code: as those of pages (page-body.ts), for content that no template rendered.
 * Belongs to one thread; every thread and process with the same secret gives the same content the same tag.
 */
import { native } from '../../native/load.ts';
import type { PageTable } from '../contract.ts';
import { definePageTable } from './page-body.ts';

export class ContentTags {
  readonly #secret: string;
  #table: PageTable | null = null;

  /** Without a secret ("") the tags are those of this process. */
  constructor(secret: string) {
    this.#secret = secret;
  }

  /** A weak tag with its quotes: the front may compress the content. About 0.2 µs and 0.03 µs for each KiB. */
  of(content: string | Uint8Array): string {
    this.#table ??= definePageTable([], 1, this.#secret);
    return native().pageTag(this.#table.nativeId, content);
  }
}
