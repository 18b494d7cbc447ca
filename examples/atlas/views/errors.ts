/** The pages for what went wrong; programs get JSON. The answers take the status of the error. */
import { type ErrorHandler, HttpError, type Request, json, render } from 'fastserve';
import { regions } from '../data.ts';
import { suggestCountries } from '../suggestions.ts';

/** Caches are told what the form was chosen by. */
const NEGOTIATED = { headers: { Vary: 'Accept' } };

const TITLES: Readonly<Record<number, string>> = {
  400: 'Not understood',
  403: 'Not yours to open',
  413: 'Too much at once',
  429: 'Slow down a little',
};

/** 404 with the countries that the path may have meant. */
export const notFound: ErrorHandler = (request) => {
  if (isForProgram(request)) return json({ error: 'not found' }, NEGOTIATED);
  const context = {
    page: { title: 'Off the map', description: 'There is no such page.' },
    suggestions: suggestCountries(request.path),
    regions,
  };
  return render(request, '404.html', context, NEGOTIATED);
};

/** 400, 403, 413, 429. Their messages are written for the client. */
export const refused: ErrorHandler = (request, error) => {
  const status = error instanceof HttpError ? error.status : 400;
  if (isForProgram(request)) return json({ error: error.message }, { status, ...NEGOTIATED });
  const title = TITLES[status] ?? 'Refused';
  return render(request, 'refused.html', { page: { title, description: title }, status, reason: error.message }, { status, ...NEGOTIATED });
};

/** 500. Says nothing about the reason, which is in the log. */
export const serverError: ErrorHandler = (request) =>
  isForProgram(request) ? json({ error: 'internal error' }, NEGOTIATED) : render(request, '500.html', {}, NEGOTIATED);

/** Who asks the API, and who wants JSON more than a page; whoever takes anything gets the page. */
function isForProgram(request: Request): boolean {
  return request.path.startsWith('/api/') || request.preferredType(['text/html', 'application/json']) === 'application/json';
}
