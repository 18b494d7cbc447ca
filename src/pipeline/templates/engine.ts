/**
 * What the pipeline needs of a template engine, and the error that one throws.
 */

import type { FragmentStore, GatheredPage } from '../../gateway/contract.ts';
import type { EarlierChecks } from './checks.ts';

/** Parameters that a template gives: their names, how many by place, null where that cannot be told before it is rendered. */
export type GivenUrlParams = readonly string[] | number | null;

/** What an application lends to its engine when it starts. */
export interface TemplateEnvironment {
  /** Development: mistakes in templates are errors rather than empty output. */
  debug: boolean;
  /** Makes the path of a named route, parameters by name or by place; engines offer it to templates as url(name, params). */
  url: (name: string, params?: Readonly<Record<string, string | number>> | readonly (string | number)[]) => string;
  /**
   * What is wrong with asking for this route with these parameters, whatever their values; undefined where url() may succeed. For engines
   * that check their templates when they load them.
   */
  urlProblem?: (name: string, given: GivenUrlParams) => string | undefined;
  /** The URL of a static file; engines offer it to templates as static(name). */
  staticUrl: (name: string) => string;
  /** The value of its integrity attribute, "" without a build; engines offer it as integrity(name). */
  staticIntegrity: (name: string) => string;
  /** Where {% cache %} keeps fragments. Without it they are rendered each time. */
  fragments?: FragmentStore;
  /** Development: what was found right in templates for an application with these routes. */
  checks?: EarlierChecks;
}

/** A rendered template: text, or a page that native code assembles while it is sent. */
export type RenderedTemplate = string | GatheredPage;

/** A template engine as an application uses it: templates(), nunjucks(), eta(), or one of your own. */
export interface TemplateEngine {
  /** For messages: "nunjucks". */
  readonly name: string;
  /** Runs once before the first render: compiles what can be compiled. Rejection fails the start. */
  prepare?(environment: TemplateEnvironment): void | Promise<void>;
  /** A template with a context. Throws or rejects with TemplateError for a template that is missing or fails. */
  render(template: string, context: object): RenderedTemplate | Promise<RenderedTemplate>;
}

/** A template that could not be found, compiled or rendered. The message names template, line and reason. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly template: string;
  /** From 1; undefined when the engine does not know it. */
  readonly line: number | undefined;

  constructor(template: string, line: number | undefined, reason: string, cause?: unknown) {
    super(`template '${template}'${line === undefined ? '' : `, line ${line}`}: ${reason}`, { cause });
    this.template = template;
    this.line = line;
  }
}
