/** The face of pagination. */
export { InvalidPage, Page, Paginator, type PaginatorOptions } from './paginator.ts';
export { collect, type CountedSource, type Source } from './source.ts';
