/** validated(): a view that gets its input checked and typed. */
import type { Request } from '../../http/request.ts';
import { checkKeys, refuse, shown } from '../check-options.ts';
import { wrapView } from '../view-marks.ts';
import type { View, ViewResult } from '../views/index.ts';
import type { OutputOf, StandardSchema } from './standard-schema.ts';
import { validBody, validParams, validQuery } from './validation.ts';

/** A schema for each part of the request that the view reads. */
export interface InputSchemas {
  readonly params?: StandardSchema;
  readonly query?: StandardSchema;
  readonly body?: StandardSchema;
}

/** What the schemas made of the parts. */
export type InputOf<Schemas extends InputSchemas> = { readonly [Part in keyof Schemas]: OutputOf<Schemas[Part]> };

/**
 * validated({ query: schema }, (request, { query }) => ...): runs the schemas first, parameters before query before body. What
 * does not fit is ValidationError: 400, or 422 for the body. FastServeError (FS_APP) for something that is no schema.
 */
export function validated<const Schemas extends InputSchemas>(
  schemas: Schemas,
  view: (request: Request, input: InputOf<Schemas>) => ViewResult | Promise<ViewResult>,
): View {
  checkKeys('validated()', schemas, ['params', 'query', 'body']);
  for (const [part, schema] of Object.entries(schemas)) {
    if (typeof (schema as StandardSchema | null)?.['~standard']?.validate !== 'function') {
      refuse('validated()', `${part} is ${shown(schema)}; expected a Standard Schema (valibot, zod, arktype)`);
    }
  }
  return wrapView(view as View, async (request) => {
    const input: Record<string, unknown> = {};
    if (schemas.params !== undefined) input['params'] = await validParams(request, schemas.params);
    if (schemas.query !== undefined) input['query'] = await validQuery(request, schemas.query);
    if (schemas.body !== undefined) input['body'] = await validBody(request, schemas.body);
    return view(request, input as InputOf<Schemas>);
  });
}
