/** The pages for what went wrong; programs that asked the API get JSON. The answers take the status of the error. */
import { type ErrorHandler, type Request, json, render } from 'fastserve';
import { regions } from '../data.ts';
import { suggestCountries } from '../suggestions.ts';

/** 404 with the countries that the path may have meant. */
export const notFound: ErrorHandler = (request) => {
  if (isForProgram(request)) return json({ error: 'not found' });
  return render(request, '404.html', {
    page: { title: 'Off the map', description: 'There is no such page.' },
    suggestions: suggestCountries(request.path),
    regions,
  });
};

/** 500. Says nothing about the reason, which is in the log. */
export const serverError: ErrorHandler = (request) =>
  isForProgram(request) ? json({ error: 'internal error' }) : render(request, '500.html');

function isForProgram(request: Request): boolean {
  return request.path.startsWith('/api/');
}
