/** The URLconf: which view answers which path. Names are what templates and redirects use. */
import { include, path } from 'fastserve';
import { loginPage, logoutPage, profile, registerPage } from './views/account.ts';
import { countryDetail, countryList } from './views/api.ts';
import { country } from './views/country.ts';
import { home } from './views/home.ts';
import { CountryNotes, NoteList, editNote, live, removeNote, writeNote } from './views/notes.ts';
import { region } from './views/region.ts';
import { searchPage } from './views/search.ts';

const apiUrls = [
  path('countries/', countryList, { name: 'countries', methods: ['GET'] }),
  path('countries/<slug:code>/', countryDetail, { name: 'country', methods: ['GET'] }),
];

const accountUrls = [
  path('', profile, { name: 'profile' }),
  path('join/', registerPage, { name: 'register' }),
  path('login/', loginPage, { name: 'login' }),
  path('logout/', logoutPage, { name: 'logout', methods: ['POST'] }),
];

export const urls = [
  path('', home, { name: 'home' }),
  path('regions/<slug:region>/', region, { name: 'region' }),
  path('countries/<slug:code>/', country, { name: 'country' }),
  path('countries/<slug:code>/notes/', CountryNotes.asView(), { name: 'country-notes' }),
  path('countries/<slug:code>/notes/new/', writeNote, { name: 'write-note' }),
  path('notes/', NoteList.asView(), { name: 'notes' }),
  path('notes/live/', live, { name: 'live', methods: ['GET'] }),
  path('notes/<int:id>/', editNote, { name: 'edit-note' }),
  path('notes/<int:id>/remove/', removeNote, { name: 'remove-note', methods: ['POST'] }),
  path('search/', searchPage, { name: 'search', methods: ['GET'] }),
  path('account/', include(accountUrls, { namespace: 'account' })),
  path('api/', include(apiUrls, { namespace: 'api' })),
];
