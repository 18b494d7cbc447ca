/**
 * Response fields that are checked when the application is loaded, and then added to each response without a second look.
 *
 * DESIGN: ResponseHeaders checks names and values with regular expressions, because they may come from anywhere. For what is the
 * same in every response that is most of a middleware's cost (bench/middlewares.mjs), so the shipped middlewares go around it; see
 * src/http/response.ts.
 */
import { addFieldLine, fieldValue, type Response } from '../../http/response.ts';
import { ResponseHeaders } from '../../http/response/headers.ts';
import { refuse } from '../check-options.ts';

/** name, value, name, value... with lower-case names, for addConstantFields(). FastServeError (FS_APP) for what cannot be sent. */
export function checkedFields(call: string, fields: Readonly<Record<string, string>>): readonly string[] {
  const headers = new ResponseHeaders();
  try {
    for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  } catch (error) {
    refuse(call, (error as Error).message);
  }
  return headers.flat();
}

/** Adds one line unless the response has the name: a lower-case token. The value must be visible ASCII. */
export function addMissingLine(response: Response, name: string, value: string): void {
  if (fieldValue(response, name) === undefined) addFieldLine(response, name, value);
}
