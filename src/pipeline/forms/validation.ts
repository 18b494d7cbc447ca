/** Validating values from a client with any Standard Schema. Any thread. */
import { HttpError } from '../../http/errors.ts';
import type { Form } from '../../http/form.ts';
import type { QueryParams } from '../../http/content/query-params.ts';
import type { Request } from '../../http/request.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** One thing that is wrong: where ("address.city", "" for the whole) and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** What a schema made of a value, or what is wrong with it. */
export type Validated<Output> = { readonly ok: true; readonly value: Output } | { readonly ok: false; readonly issues: readonly Issue[] };

/** The part of a request that was wrong. */
export type RequestPart = 'params' | 'query' | 'body';

/** What a client sent is not what was asked for: 400 for query and parameters, 422 for content. The message names every issue. */
export class ValidationError extends HttpError {
  readonly part: RequestPart;
  readonly issues: readonly Issue[];

  constructor(part: RequestPart, issues: readonly Issue[]) {
    super(part === 'body' ? 422 : 400, `The ${NAMES[part]} not valid: ${issues.slice(0, MAX_SHOWN).map(sentence).join('; ')}`);
    this.part = part;
    this.issues = issues;
  }
}

const NAMES: Readonly<Record<RequestPart, string>> = { params: 'path is', query: 'query is', body: 'request content is' };
const MAX_SHOWN = 20;

/** Runs a schema over a value. Rejects only when the schema itself fails. */
export async function validate<Output>(schema: StandardSchema<Output>, value: unknown): Promise<Validated<Output>> {
  const result = await schema['~standard'].validate(value);
  if (result.issues !== undefined) return { ok: false, issues: result.issues.map(toIssue) };
  return { ok: true, value: result.value };
}

/** The query string through a schema. ValidationError (400). */
export function validQuery<Output>(request: Request, schema: StandardSchema<Output>): Promise<Output> {
  return demand('query', schema, toObject(request.query));
}

/** The path parameters through a schema. ValidationError (400). */
export function validParams<Output>(request: Request, schema: StandardSchema<Output>): Promise<Output> {
  return demand('params', schema, { ...request.params });
}

/**
 * The content through a schema: a form where Content-Type says so, else JSON. ValidationError (422); BadRequest for what is not
 * even JSON.
 */
export async function validBody<Output>(request: Request, schema: StandardSchema<Output>): Promise<Output> {
  const type = request.headers.get('content-type') ?? '';
  const isForm = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i.test(type);
  return demand('body', schema, isForm ? formInput(await request.form()) : await request.json());
}

/** Names with their value, or the list of their values where a name is repeated. */
export function toObject(pairs: Pick<QueryParams, 'entries' | 'getAll'>): Record<string, unknown> {
  const names = new Set([...pairs.entries()].map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name): [string, unknown] => {
      const values = pairs.getAll(name);
      return [name, values.length === 1 ? values[0] : [...values]];
    }),
  );
}

/** What a schema gets of a form: its fields, and its files under the names of their inputs. A name of both has its files. */
export function formInput(form: Form): Record<string, unknown> {
  const names = [...new Set(form.files.map(({ fieldName }) => fieldName))];
  const files = names.map((name): [string, unknown] => {
    const chosen = form.filesOf(name);
    return [name, chosen.length === 1 ? chosen[0] : [...chosen]];
  });
  return Object.fromEntries([...Object.entries(toObject(form)), ...files]);
}

async function demand<Output>(part: RequestPart, schema: StandardSchema<Output>, value: unknown): Promise<Output> {
  const result = await validate(schema, value);
  if (result.ok) return result.value;
  throw new ValidationError(part, result.issues);
}

function toIssue({ message, path = [] }: SchemaIssue): Issue {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return { path: keys.join('.'), message };
}

function sentence({ path, message }: Issue): string {
  return path === '' ? message : `${path}: ${message}`;
}
