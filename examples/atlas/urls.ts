/** The URLconf: which view answers which path. Names are what templates and redirects use. */
import { include, path } from 'fastserve';
import { countryDetail, countryList } from './views/api.ts';
import { country } from './views/country.ts';
import { home } from './views/home.ts';
import { region } from './views/region.ts';
import { searchPage } from './views/search.ts';

const apiUrls = [
  path('countries/', countryList, { name: 'countries', methods: ['GET'] }),
  path('countries/<slug:code>/', countryDetail, { name: 'country', methods: ['GET'] }),
];

export const urls = [
  path('', home, { name: 'home' }),
  path('regions/<slug:region>/', region, { name: 'region' }),
  path('countries/<slug:code>/', country, { name: 'country' }),
  path('search/', searchPage, { name: 'search', methods: ['GET'] }),
  path('api/', include(apiUrls, { namespace: 'api' })),
];
