/**
 * Gathered pages as response bodies: their tables, what happens when one is refused, and their bytes where no request of the
 * queue is answered (inject(), pieces of streams).
 */
import type { NativeLiteral } from '../../native/binding.ts';
import { native } from '../../native/load.ts';
import { type BodyPiece, type FlatFields, GatheredPage, type GatewayRequest, type PageTable, type ResponseBody } from '../contract.ts';
import { ESC, ID_BASE, ID_CHARACTERS, REFUSED_ROOM } from './page-payload.ts';

/** A refusal beside those of page-payload.ts: the payload is gone with the memory that it was lent. */
export const REFUSED_GONE = -4;

const released = new FinalizationRegistry<number>((id) => native().releaseTemplates(id));

class NativePageTable implements PageTable {
  readonly nativeId: number;

  constructor(literals: readonly NativeLiteral[], idWidth: 1 | 2, secret: string) {
    this.nativeId = native().registerTemplates(literals, idWidth, secret);
    released.register(this, this.nativeId);
  }
}

/**
 * Registers the literals of a set of templates for pages of this thread: literals[i] has the id FIRST_LITERAL + i. Workers that
 * register the same share one copy; it is given back when none of them refers to it. Processes with the same `secret` give the
 * same pages the same entity-tags; without one they are those of this process. TypeError for more literals than ids.
 */
export function definePageTable(literals: readonly NativeLiteral[], idWidth: 1 | 2, secret = ''): PageTable {
  return new NativePageTable(literals, idWidth, secret);
}

/** The token of an id, for a table with ids of this width. */
export function pageToken(id: number, idWidth: 1 | 2): string {
  const last = String.fromCharCode(ID_BASE + (id % ID_CHARACTERS));
  return idWidth === 1 ? ESC + last : ESC + String.fromCharCode(ID_BASE + Math.floor(id / ID_CHARACTERS)) + last;
}

/** A page was refused and cannot be rendered in another way: a bug of the template compiler, or a page beyond all measure. */
export class PageRefusedError extends Error {
  /** REFUSED_COUNT, REFUSED_ID, REFUSED_ROOM or REFUSED_GONE. */
  readonly refusal: number;

  constructor(refusal: number) {
    super(
      refusal === REFUSED_ROOM
        ? 'the rendered page has more than 256 MiB; send less, or stream it in pieces'
        : 'the rendered page does not hold as many tokens as its template wrote, or one of no literal',
    );
    this.name = 'PageRefusedError';
    this.refusal = refusal;
  }
}

/** The page once more, after `refusal`. PageRefusedError when that cannot help. */
export function renderStrictly(page: GatheredPage, refusal: number): GatheredPage {
  if (page.strict === null || refusal === REFUSED_ROOM) throw new PageRefusedError(refusal);
  return page.strict();
}

/** The last argument of NativePort.respondPage: whether the page gets an entity-tag, and what the client has. */
export function conditionOf(request: GatewayRequest, status: number, page: GatheredPage): string | null | undefined {
  if (!page.etag || status !== 200) return undefined;
  const { method } = request;
  return method === 'GET' || method === 'HEAD' ? (request.field('if-none-match') ?? null) : undefined;
}

/** The page's bytes, rendered strictly when it must be. */
export function pageBytes(page: GatheredPage): Uint8Array {
  const { table, payload, tokens } = page;
  const assembled = payload === null ? REFUSED_GONE : native().assemblePage(table.nativeId, payload, tokens);
  if (typeof assembled !== 'number') return assembled;
  return pageBytes(renderStrictly(page, assembled));
}

/** What a port can write of a piece. */
export function pieceBytes(piece: BodyPiece): string | Uint8Array {
  return piece instanceof GatheredPage ? pageBytes(piece) : piece;
}

/** The answer that respondPage gives, for runners without a port. */
export function plainPageAnswer(
  request: GatewayRequest,
  status: number,
  fields: FlatFields,
  page: GatheredPage,
): { status: number; fields: FlatFields; body: ResponseBody } {
  const condition = conditionOf(request, status, page);
  if (condition === undefined || hasField(fields, 'etag')) return { status, fields, body: pageBytes(page) };
  const { table, payload } = page;
  if (payload === null) return plainPageAnswer(request, status, fields, renderStrictly(page, REFUSED_GONE));
  const tag = native().pageTag(table.nativeId, payload);
  if (!isNamed(tag, condition)) return { status, fields: [...fields, 'ETag', tag], body: pageBytes(page) };
  return { status: 304, fields: [...withoutContentFields(fields), 'ETag', tag], body: null };
}

function hasField(fields: FlatFields, name: string): boolean {
  return fields.some((text, index) => index % 2 === 0 && text.toLowerCase() === name);
}

/** RFC 9110 13.1.2, for tags of pages: there is no comma in them. */
function isNamed(tag: string, condition: string | null): boolean {
  if (condition === null) return false;
  const opaque = (text: string): string => text.trim().replace(/^W\//, '');
  return condition.trim() === '*' || condition.split(',').some((member) => opaque(member) === opaque(tag));
}

/** RFC 9110 15.4.5: what describes content that is not sent. */
const CONTENT_FIELDS = new Set(['content-type', 'content-language', 'content-encoding']);

function withoutContentFields(fields: FlatFields): string[] {
  return fields.filter((_text, index) => !CONTENT_FIELDS.has((fields[index - (index % 2)] as string).toLowerCase()));
}
