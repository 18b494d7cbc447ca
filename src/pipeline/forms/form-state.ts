/**
 * FormState: what a template needs to show a form, empty or with what was sent and what is wrong with it. Belongs to its request.
 */
import type { Request } from '../../http/request.ts';
import type { StandardSchema } from './standard-schema.ts';
import { formInput, type Issue, toObject, validate, type Validated } from './validation.ts';

/** What the inputs of a form hold: texts, or lists of them. */
export type FormInputs = Readonly<Record<string, unknown>>;

/** One input of a form, for a template. */
export interface FormField {
  readonly name: string;
  readonly value: unknown;
  readonly errors: readonly string[];
}

/** A form to show: empty, or as it was sent with what is wrong with it. Made by bindForm(), parseForm() and emptyForm(); immutable. */
export class FormState<Output> {
  /** What the inputs show: what was sent, or the initial values. */
  readonly values: FormInputs;
  /** Messages by the name of the input; those of nested values belong to the outermost name. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  /** Messages that belong to no input. */
  readonly formErrors: readonly string[];
  /** Whether something was sent. */
  readonly isBound: boolean;
  readonly #result: Validated<Output> | null;

  /** result: null for a form that was not sent yet. */
  constructor(values: FormInputs, result: Validated<Output> | null) {
    this.values = values;
    this.isBound = result !== null;
    this.#result = result;
    const issues = result === null || result.ok ? [] : result.issues;
    this.errors = groupByInput(issues);
    this.formErrors = issues.filter(({ path }) => path === '').map(({ message }) => message);
  }

  /** Sent, and as the schema wants it. */
  get isValid(): boolean {
    return this.#result?.ok === true;
  }

  /** What the schema made of it. TypeError unless isValid. */
  get value(): Output {
    if (this.#result?.ok === true) return this.#result.value;
    throw new TypeError('form.value: the form is not valid; look at isValid first');
  }

  /**
   * The same form, not valid, with one message more: what only a database knows ("This name is taken"). `name` is the input's,
   * null for a message that belongs to none.
   */
  withError(name: string | null, message: string): FormState<Output> {
    const before = this.#result === null || this.#result.ok ? [] : this.#result.issues;
    return new FormState<Output>(this.values, { ok: false, issues: [...before, { path: name ?? '', message }] });
  }

  /** One input: for templates of engines that refuse what is undefined. `value` is "" for nothing. */
  field(name: string): FormField {
    return {
      name,
      value: Object.hasOwn(this.values, name) ? this.values[name] : '',
      errors: Object.hasOwn(this.errors, name) ? (this.errors[name] as readonly string[]) : [],
    };
  }
}

/** A form to fill in. */
export function emptyForm<Output>(initial: FormInputs = {}): FormState<Output> {
  return new FormState<Output>(initial, null);
}

/**
 * The form that the request sent, through a schema, files included. Wrong values are no error but a form that is not valid; its
 * values are the texts, for browsers do not let a page fill in files. UnsupportedMediaType for content that is no form.
 */
export async function parseForm<Output>(request: Request, schema: StandardSchema<Output>): Promise<FormState<Output>> {
  const form = await request.form();
  return new FormState(toObject(form), await validate(schema, formInput(form)));
}

/** A view that shows a form and takes it: parseForm() for POST, PUT and PATCH, else the form to fill in. Rejects as parseForm(). */
export async function bindForm<Output>(request: Request, schema: StandardSchema<Output>, initial: FormInputs = {}): Promise<FormState<Output>> {
  const { method } = request;
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? parseForm(request, schema) : emptyForm<Output>(initial);
}

function groupByInput(issues: readonly Issue[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { path, message } of issues) {
    if (path === '') continue;
    const name = path.split('.', 1)[0] as string;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [message]);
    else group.push(message);
  }
  return Object.fromEntries(groups);
}
