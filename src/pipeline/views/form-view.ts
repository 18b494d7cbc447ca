/** FormView: shows a form, takes it, and shows it again with what is wrong. */
import { redirect } from '../../http/response/helpers.ts';
import { emptyForm, type FormState, type FormInputs, parseForm, type StandardSchema } from '../forms/index.ts';
import { PageView } from './page-view.ts';
import type { ViewResult } from './view.ts';

/**
 * GET shows the form with its initial values; POST validates it. The template gets `form`. A form that is not valid is shown again
 * with status 422.
 */
export class FormView<Output = unknown> extends PageView {
  schema: StandardSchema<Output> | undefined = undefined;
  initial: FormInputs = {};
  /** Where a valid form leads, unless formValid() of a subclass answers itself. */
  successUrl = '';

  async get(): Promise<ViewResult> {
    return this.#show(emptyForm<Output>(await this.getInitial()), 200);
  }

  async post(): Promise<ViewResult> {
    if (this.schema === undefined) throw new TypeError(`${this.constructor.name}: schema is not set; give it in asView({ schema }) or in the class`);
    const form = await parseForm(this.request, this.schema);
    return form.isValid ? this.formValid(form.value, form) : this.formInvalid(form);
  }

  /** What the inputs show at first. */
  protected getInitial(): FormInputs | Promise<FormInputs> {
    return this.initial;
  }

  /** Answers a valid form. `value` is what the schema made of it. */
  protected formValid(_value: Output, _form: FormState<Output>): ViewResult | Promise<ViewResult> {
    if (this.successUrl === '') throw new TypeError(`${this.constructor.name}: successUrl is not set, and formValid() is not written`);
    return redirect(this.successUrl, 303);
  }

  /** Answers a form that is not valid. */
  protected formInvalid(form: FormState<Output>): ViewResult | Promise<ViewResult> {
    return this.#show(form, 422);
  }

  async #show(form: FormState<Output>, status: number): Promise<ViewResult> {
    return this.renderPage({ form, ...(await this.getContext()) }, { status });
  }
}
