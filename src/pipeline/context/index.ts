/** The face of the context layer. */
export { buildContext, type ContextProcessor, type NamesReader, namesRead, provides } from './context.ts';
