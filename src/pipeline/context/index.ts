/** The face of the context layer. */
export { buildContext, type ContextProcessor, type NamesReader, namesRead, provides } from './context.ts';
export {
  cspContext,
  csrfContext,
  i18nContext,
  messagesContext,
  requestContext,
  settingsContext,
  staticContext,
  urlContext,
} from './processors.ts';
