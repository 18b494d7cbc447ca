/**
 * What {% cache %} does while a page is rendered: finds a kept piece, or makes and keeps it.
 *
 * DESIGN: a kept piece is finished text, which goes into the page between two tokens, so that nobody escapes it again. Looking into the store
 * takes no waiting: a page with fragments stays synchronous. Where a piece waits for something itself, several pages that miss it
 * at once in one thread wait for the first of them. Who is making a piece waits for nobody, so none wait for each other.
 */
import type { FragmentStore, FragmentTicket } from '../../../gateway/contract.ts';
import { fragmentTag, isCacheTag, varyText } from '../../../gateway/cache-tags.ts';
import { languageOfPieces } from '../../i18n/index.ts';
import { display } from './escape.ts';
import { Fault } from './faults.ts';
import { markSafe } from './safe-string.ts';
import type { RenderState } from './state.ts';
import type { Writer } from './values.ts';

/** A {% cache %} of a template: its name, and what stands for the files that it is made of. */
export interface FragmentPlace {
  readonly name: string;
  readonly identity: string;
}

/** A fragment that is being made. */
export interface OpenFragment {
  readonly outer: OpenFragment | null;
  /** It holds something of this request alone, and must not be kept. */
  isOfRequest: boolean;
}

interface Pending {
  readonly ticket: FragmentTicket;
  /** null: it was not kept. Does not reject. */
  readonly text: Promise<string | null>;
}

/** The store as the pages of one thread see it. */
export interface FragmentCache {
  readonly store: FragmentStore;
  readonly pending: Map<string, Pending>;
}

/** How one fragment is kept. */
interface Keeping {
  readonly key: string;
  readonly ticket: FragmentTicket;
  readonly seconds: number;
  readonly tags: readonly string[];
}

type Body = () => string | Promise<string>;
export type FragmentFunction = (
  state: RenderState,
  place: FragmentPlace,
  seconds: unknown,
  vary: readonly unknown[],
  tags: unknown,
  body: Body,
) => string | Promise<string>;

/** Gives what generated code calls for a {% cache %}: the tokens of the piece, which it adds to state.n. */
export function makeFragment(write: Writer): FragmentFunction {
  return (state, place, seconds, vary, tags, body) => {
    const cache = state.services.fragments;
    const lifetime = secondsOf(seconds);
    const varied = variedText(vary);
    const names = [fragmentTag(place.name), fragmentTag(place.name, vary), ...tagsOf(tags)];
    if (cache === null || lifetime <= 0) return finish(enclosed(state, body), ({ payload }) => payload);
    const key = `${place.identity}${languageOfPieces()} ${varied}`;
    // A page that is rendered again must make what it made, or its calls would be taken for others.
    const found = state.once(place.identity, () => cache.store.find(key)) as string | FragmentTicket | null;
    if (typeof found === 'string') return write(state, markSafe(found));
    if (found === null) return finish(enclosed(state, body), ({ payload }) => payload);
    const keeping = { key, ticket: found, seconds: lifetime, tags: names };
    return state.isAsync ? makeAfterOthers(state, cache, keeping, body, write) : finish(enclosed(state, body), (made) => keep(state, cache, keeping, made));
  };
}

/** Only in the asynchronous form. */
async function makeAfterOthers(state: RenderState, cache: FragmentCache, keeping: Keeping, body: Body, write: Writer): Promise<string> {
  const { key, ticket } = keeping;
  const other = cache.pending.get(key);
  // What began before a purge is not what a page that began behind it may show.
  if (other?.ticket === ticket && state.fragment === null) {
    const text = await other.text;
    if (text !== null) return write(state, markSafe(text));
  }
  let settle: (text: string | null) => void = () => undefined;
  const pending = { ticket, text: new Promise<string | null>((resolve) => (settle = resolve)) };
  cache.pending.set(key, pending);
  let text: string | null = null;
  try {
    const made = await enclosed(state, body);
    return keep(state, cache, keeping, made, (kept) => (text = kept));
  } finally {
    if (cache.pending.get(key) === pending) cache.pending.delete(key);
    settle(text);
  }
}

interface Made {
  readonly payload: string;
  readonly tokens: number;
  readonly isOfRequest: boolean;
}

/** Runs the body of a fragment, whose tokens count for the page. */
function enclosed(state: RenderState, body: Body): Made | Promise<Made> {
  const { fragment: outer, n: before } = state;
  const open: OpenFragment = { outer, isOfRequest: false };
  state.fragment = open;
  state.n = 0;
  const close = (payload: string): Made => {
    const tokens = state.n;
    state.n = before + tokens;
    state.fragment = outer;
    if (outer !== null && open.isOfRequest) outer.isOfRequest = true;
    return { payload, tokens, isOfRequest: open.isOfRequest };
  };
  const payload = body();
  return typeof payload === 'string' ? close(payload) : payload.then(close);
}

function finish(made: Made | Promise<Made>, next: (made: Made) => string): string | Promise<string> {
  return made instanceof Promise ? made.then(next) : next(made);
}

/** Keeps what was made and gives its tokens for the page. Throws NEEDS_STRICT. */
function keep(
  state: RenderState,
  { store }: FragmentCache,
  { key, ticket, seconds, tags }: Keeping,
  { payload, tokens, isOfRequest }: Made,
  tell: (text: string) => void = () => undefined,
): string {
  if (isOfRequest) return payload;
  const text = state.services.capture(payload, tokens).toString();
  store.keep(key, text, ticket, seconds, tags);
  tell(text);
  return payload;
}

/** A value of the context that is another one for each request: what is being made of it is not kept. Fault in development. */
export function ofRequest(state: RenderState, name: string, value: unknown): unknown {
  if (state.fragment !== null) {
    state.fragment.isOfRequest = true;
    if (state.services.debug) throw new Fault(`${name} is another one for each visitor, and {% cache %} would give this one to all; keep it out of the cached piece`);
  }
  return value;
}

function secondsOf(value: unknown): number {
  if (value === null) return Number.MAX_SAFE_INTEGER;
  const seconds = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN;
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new Fault(`{% cache %} keeps for a whole number of seconds, or None for ever, not for ${value === undefined ? 'an undefined value' : display(value).slice(0, 40)}`);
}

function variedText(vary: readonly unknown[]): string {
  try {
    return varyText(vary);
  } catch (error) {
    throw new Fault((error as Error).message);
  }
}

function tagsOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  const tags = Array.isArray(value) ? value.map(display) : display(value).split(/\s+/).filter(Boolean);
  const wrong = tags.find((tag) => !isCacheTag(tag));
  if (wrong !== undefined) throw new Fault(`a tag of {% cache %} is printable ASCII without blanks, not ${JSON.stringify(wrong.slice(0, 40))}`);
  return tags;
}
