/** Search as a plain form: works without the script, which only adds suggestions while typing. */
import { type View, render } from 'fastserve';
import { formatArea } from '../format.ts';
import { MAX_QUERY_LENGTH, cleanQuery, search } from '../search.ts';
import { suggestCountries } from '../suggestions.ts';

const SHOWN_HITS = 40;

export const searchPage: View = (request) => {
  const asked = request.query.get('q') ?? '';
  const query = cleanQuery(asked);
  const hits = search(query);
  return render(request, 'search.html', {
    page: { title: query === '' ? 'Search' : `“${query}”`, description: 'Find a country by name, capital or code, in any language.' },
    query,
    shortened: [...asked.trim()].length > MAX_QUERY_LENGTH,
    hits: hits.slice(0, SHOWN_HITS).map((hit) => ({ ...hit, area: formatArea(hit.country) })),
    total: hits.length,
    suggestions: query !== '' && hits.length === 0 ? suggestCountries(query) : [],
  });
};
