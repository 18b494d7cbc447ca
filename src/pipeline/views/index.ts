/** The face of the view layer. */
export { toResponse } from './to-response.ts';
export type { View, ViewResult } from './view.ts';
