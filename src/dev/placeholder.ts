/** The application of a development server whose own one has never loaded. Navigations get the overlay before they come here. */
import { gateway } from '../gateway/adapters/raw.ts';

export default gateway((_request, respond) => {
  respond(503, ['content-type', 'text/plain; charset=utf-8'], '503 Service Unavailable: the application does not load; fastserve dev has printed why\n');
});
