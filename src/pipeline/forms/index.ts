/** The face of the form layer. */
export { bindForm, emptyForm, FormState, type FormField, type FormInputs, parseForm } from './form-state.ts';
export { type OutputOf, type SchemaIssue, type StandardSchema } from './standard-schema.ts';
export { type InputOf, type InputSchemas, validated } from './validated.ts';
export { type Issue, type RequestPart, validate, type Validated, ValidationError, validBody, validParams, validQuery } from './validation.ts';
