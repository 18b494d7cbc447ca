/** ListView: a page about many things, from anything that gives them (see pagination/source.ts). */
import { NotFound } from '../../http/errors.ts';
import { collect, InvalidPage, type Page, Paginator, type Source } from '../pagination/index.ts';
import { PageView } from './page-view.ts';
import type { ViewResult } from './view.ts';

/**
 * Answers GET and HEAD. The template gets `object_list`, under `contextName` too; with `paginateBy` also `page_obj` (a Page) and
 * `is_paginated`. The page's number is in the query; one that does not exist is 404.
 */
export class ListView<Item = unknown> extends PageView {
  /** What is listed; getItems() of a subclass may look at the request. */
  source: Source<Item> | undefined = undefined;
  /** Items on one page; undefined for all on one. */
  paginateBy: number | undefined = undefined;
  /** A last page of at most so many is joined to the one before. */
  paginateOrphans = 0;
  /** Name of the query parameter; "last" is a value too. */
  pageParameter = 'page';
  /** false: 404 when there is nothing to list. */
  allowEmpty = true;
  contextName = '';

  async get(): Promise<ViewResult> {
    const source = await this.getItems();
    const context = this.paginateBy === undefined ? this.#listed(await collect(source)) : this.#paged(await this.#page(source, this.paginateBy));
    return this.renderPage({ ...context, ...(await this.getContext()) });
  }

  /** What is listed. */
  protected getItems(): Source<Item> | Promise<Source<Item>> {
    if (this.source === undefined) throw new TypeError(`${this.constructor.name}: source is not set; give it in asView({ source }), or write getItems()`);
    return this.source;
  }

  async #page(source: Source<Item>, perPage: number): Promise<Page<Item>> {
    const paginator = new Paginator(source, { perPage, orphans: this.paginateOrphans, allowEmptyFirstPage: this.allowEmpty });
    try {
      return await paginator.page(this.request.query.get(this.pageParameter) ?? 1);
    } catch (error) {
      if (error instanceof InvalidPage) throw new NotFound(undefined, { cause: error });
      throw error;
    }
  }

  #listed(items: readonly Item[]): object {
    if (items.length === 0 && !this.allowEmpty) throw new NotFound();
    return { object_list: items, is_paginated: false, ...this.#named(items) };
  }

  #paged(page: Page<Item>): object {
    return { object_list: page.items, page_obj: page, is_paginated: page.pageCount > 1, ...this.#named(page.items) };
  }

  #named(items: readonly Item[]): object {
    return this.contextName === '' ? {} : { [this.contextName]: items };
  }
}
