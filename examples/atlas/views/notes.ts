/** Travellers' notes: the list, writing, changing and taking back, and the live feed. */
import { ListView, NotFound, PermissionDenied, type Request, type View, addMessage, bindForm, eventStream, getObjectOr404, loginRequired, redirect, redirectTo, render, requirePost, reverse, validQuery } from 'fastserve';
import { type Country, findCountry } from '../data.ts';
import { feed } from '../feed.ts';
import { NoteForm, NotesQuery } from '../forms.ts';
import { type Note, addNote, changeNote, deleteNote, findNote, notes } from '../models/notes.ts';
import { currentUser } from '../visitor.ts';
import { LOGIN_URL } from './account.ts';

/** GET notes/?q=…&page=2. A query that is none is 400. */
export class NoteList extends ListView<Note> {
  override template = 'notes/list.html';
  override paginateBy = 10;
  override contextName = 'notes';
  override extraContext = {
    page: { title: 'Travellers’ notes', description: 'What people write about the countries that they have seen.' },
  };
  /** What is looked for, "" for nothing. */
  words = '';

  protected override async getItems() {
    this.words = (await validQuery(this.request, NotesQuery)).q;
    return notes({ words: this.words });
  }

  protected override getContext() {
    return { words: this.words };
  }
}

/** Notes about one country. */
export class CountryNotes extends NoteList {
  override template = 'notes/country.html';
  country: Country | undefined = undefined;

  protected override async getItems() {
    this.country = await getObjectOr404(findCountry(String(this.params['code'])));
    this.extraContext = { page: { title: `Notes about ${this.country.name}`, description: `What travellers write about ${this.country.name}.` } };
    return notes({ country: this.country.slug });
  }

  protected override getContext() {
    return { country: this.country, words: '' };
  }
}

export const writeNote: View = loginRequired({ loginUrl: LOGIN_URL }, async (request, { code }) => {
  const country = findCountry(code);
  if (country === undefined) throw new NotFound();
  const form = await bindForm(request, NoteForm);
  if (form.isValid) {
    addNote((await currentUser(request)).id, country.slug, form.value);
    addMessage(request, 'success', `Your note about ${country.name} is on the map.`);
    return redirect(`${reverse('country', { code: country.slug })}#notes`, 303);
  }
  const page = { title: `A note about ${country.name}`, description: `Write a note about ${country.name}.` };
  return render(request, 'notes/form.html', { page, form, country, note: null }, { status: form.isBound ? 422 : 200 });
});

export const editNote: View = loginRequired({ loginUrl: LOGIN_URL }, async (request, { id }) => {
  const { note, country } = await ownNote(request, id);
  const form = await bindForm(request, NoteForm, { title: note.title, body: note.body, rating: String(note.rating) });
  if (form.isValid) {
    changeNote(note.id, form.value);
    addMessage(request, 'success', 'Your note is changed.');
    return redirectTo('country-notes', { code: note.country }, { status: 303 });
  }
  const page = { title: 'Change a note', description: `Change a note about ${country.name}.` };
  return render(request, 'notes/form.html', { page, form, country, note }, { status: form.isBound ? 422 : 200 });
});

export const removeNote: View = requirePost(
  loginRequired({ loginUrl: LOGIN_URL }, async (request, { id }) => {
    const { note } = await ownNote(request, id);
    deleteNote(note.id);
    addMessage(request, 'info', `“${note.title}” is taken back.`);
    return redirectTo('account:profile', {}, { status: 303 });
  }),
);

/** Server-sent events; a client that was away says which note it saw last. */
export const live: View = (request) => {
  const last = request.headers.get('last-event-id') ?? '';
  return eventStream(request, (signal) => feed(signal, /^\d{1,15}$/.test(last) ? Number(last) : null));
};

/** NotFound for a note that is not there, PermissionDenied for somebody else's. */
async function ownNote(request: Request, id: number): Promise<{ note: Note; country: Country }> {
  const note = await getObjectOr404(findNote(id));
  const { id: reader } = await currentUser(request);
  if (note.authorId !== reader) throw new PermissionDenied('Only its author may change a note.');
  return { note, country: await getObjectOr404(findCountry(note.country)) };
}
