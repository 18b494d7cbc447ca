/** Pages of a source, after Django's Paginator. Any thread. */
import { checkChoice, checkNumber } from '../check-options.ts';
import { counted, type CountedSource, readAll, type Source } from './source.ts';

/** What Paginator takes beside its source. */
export interface PaginatorOptions {
  perPage: number;
  /** A last page of at most so many items is joined to the one before. Default: 0. */
  orphans?: number;
  /** Whether there is a first page when there are no items. Default: true. */
  allowEmptyFirstPage?: boolean;
}

/** A page that does not exist, or a number that is none. */
export class InvalidPage extends Error {
  override readonly name = 'InvalidPage';
}

const CALL = 'Paginator';

/** Pages of any source, counted once. Makes no query before it is asked for a page. */
export class Paginator<Item> {
  readonly perPage: number;
  readonly #source: CountedSource<Item>;
  readonly #orphans: number;
  readonly #allowsEmpty: boolean;
  #count: number | undefined;

  /** FastServeError (FS_APP) for numbers that make no pages. */
  constructor(source: Source<Item>, { perPage, orphans = 0, allowEmptyFirstPage = true }: PaginatorOptions) {
    checkNumber(CALL, 'perPage', perPage, 1);
    checkNumber(CALL, 'orphans', orphans, 0);
    checkChoice(CALL, 'allowEmptyFirstPage', allowEmptyFirstPage, [true, false]);
    this.perPage = perPage;
    this.#source = counted(source);
    this.#orphans = orphans;
    this.#allowsEmpty = allowEmptyFirstPage;
  }

  /** How many items there are; asked for once. */
  async count(): Promise<number> {
    return (this.#count ??= await this.#source.count());
  }

  /** From 1; 0 when there are no items and empty first pages are not allowed. */
  async pageCount(): Promise<number> {
    const count = await this.count();
    if (count === 0 && !this.#allowsEmpty) return 0;
    return Math.ceil(Math.max(1, count - this.#orphans) / this.perPage);
  }

  /** A page by number (from 1), by a text from a client, or 'last'. InvalidPage when there is none. */
  async page(wanted: number | string): Promise<Page<Item>> {
    const pageCount = await this.pageCount();
    const number = wanted === 'last' ? pageCount : toNumber(wanted);
    if (number > pageCount || number < 1) throw new InvalidPage(`there is no page ${number}: there are ${pageCount}`);
    const offset = (number - 1) * this.perPage;
    const count = await this.count();
    const limit = number === pageCount ? count - offset : this.perPage;
    return new Page(await readAll(await this.#source.slice(offset, limit)), number, pageCount, count, offset);
  }
}

/** One page. Iterable. */
export class Page<Item> implements Iterable<Item> {
  readonly items: readonly Item[];
  /** From 1. */
  readonly number: number;
  readonly pageCount: number;
  /** Of all pages. */
  readonly itemCount: number;
  /** Of the first item among all, from 1; 0 on an empty page. */
  readonly startIndex: number;
  readonly endIndex: number;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** null where there is none. */
  readonly previousNumber: number | null;
  readonly nextNumber: number | null;

  constructor(items: readonly Item[], number: number, pageCount: number, itemCount: number, offset: number) {
    this.items = items;
    this.number = number;
    this.pageCount = pageCount;
    this.itemCount = itemCount;
    this.startIndex = items.length === 0 ? 0 : offset + 1;
    this.endIndex = offset + items.length;
    this.hasPrevious = number > 1;
    this.hasNext = number < pageCount;
    this.previousNumber = this.hasPrevious ? number - 1 : null;
    this.nextNumber = this.hasNext ? number + 1 : null;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.items[Symbol.iterator]();
  }

  /** Numbers for links: the first and last pages and those around this one; null where some are left out. */
  elidedRange(aroundCurrent = 3, atEnds = 2): (number | null)[] {
    const shown = new Set<number>();
    const add = (from: number, to: number): void => {
      for (let number = Math.max(1, from); number <= Math.min(to, this.pageCount); number++) shown.add(number);
    };
    add(1, atEnds);
    add(this.number - aroundCurrent, this.number + aroundCurrent);
    add(this.pageCount - atEnds + 1, this.pageCount);
    const numbers = [...shown].sort((one, other) => one - other);
    return numbers.flatMap((number, index) => (index > 0 && number > (numbers[index - 1] as number) + 1 ? [null, number] : [number]));
  }
}

/** InvalidPage for a text that is no whole number. */
function toNumber(wanted: number | string): number {
  const number = typeof wanted === 'string' && !/^[0-9]{1,15}$/.test(wanted) ? Number.NaN : Number(wanted);
  if (!Number.isSafeInteger(number)) throw new InvalidPage(`a page number must be a whole number, got ${JSON.stringify(String(wanted).slice(0, 40))}`);
  return number;
}
