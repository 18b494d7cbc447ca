/**
 * What a test client gives back: a collected response, with what the application did to make it.
 */
import type { FlatFields } from '../gateway/contract.ts';
import { InjectedResponse } from '../gateway/inject/response.ts';

/** A redirect that a test client has followed. */
export interface FollowedRedirect {
  readonly status: number;
  /** Absolute. */
  readonly url: string;
}

/** What was seen while the application made a response. */
export interface Observations {
  /** Absolute URL that was asked last. */
  readonly url: string;
  readonly templates: readonly { readonly name: string; readonly context: object }[];
  readonly redirects: readonly FollowedRedirect[];
}

/** The answer to a test client, with what was rendered for it. */
export class TestResponse extends InjectedResponse {
  /** URL that this is the answer of: behind redirects that were followed, the last one. */
  readonly url: string;
  /** Redirects that were followed, in order. */
  readonly redirects: readonly FollowedRedirect[];
  /** Names of the templates that were rendered, in order. Those that a template includes or extends are not told. */
  readonly templatesUsed: readonly string[];
  /** What the first template was rendered with, context processors included; null when none was rendered. */
  readonly context: Readonly<Record<string, unknown>> | null;

  constructor(response: InjectedResponse, { url, templates, redirects }: Observations) {
    super(response.status, flat(response), response.bytes());
    this.url = url;
    this.redirects = redirects;
    this.templatesUsed = templates.map(({ name }) => name);
    this.context = (templates[0]?.context as Record<string, unknown> | undefined) ?? null;
  }
}

function flat(response: InjectedResponse): FlatFields {
  return [...response.headers].flat();
}
