/** Shortcuts of views, after django.shortcuts; render() is in the template layer, redirect() to a URL in src/http. */
import { NotFound } from '../../http/errors.ts';
import type { Response } from '../../http/response.ts';
import { redirect } from '../../http/response/helpers.ts';
import { type Source, collect } from '../pagination/index.ts';
import { reverse, type ReverseOptions, type ReverseParams } from '../urls/index.ts';

/** The thing itself; NotFound, with `message` for the client, when it is null or undefined. Rejects as a promise given does. */
export async function getObjectOr404<Value>(value: Value | Promise<Value>, message?: string): Promise<NonNullable<Value>> {
  const found = await value;
  if (found === null || found === undefined) throw new NotFound(message);
  return found;
}

/** All items of a source; NotFound when there are none. */
export async function getListOr404<Item>(source: Source<Item> | Promise<Source<Item>>, message?: string): Promise<Item[]> {
  const items = await collect(await source);
  if (items.length === 0) throw new NotFound(message);
  return items;
}

/** Sends the client to a named route, with 302. ReverseError as reverse(). */
export function redirectTo(name: string, params?: ReverseParams, options: ReverseOptions & { status?: number } = {}): Response {
  const { status = 302, ...rest } = options;
  return redirect(reverse(name, params, rest), status);
}
