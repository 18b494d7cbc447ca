/** The face of the context layer. */
export { buildContext, type ContextProcessor } from './context.ts';
