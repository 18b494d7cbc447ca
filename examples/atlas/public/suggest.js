/**
 * Suggestions under the search fields while typing: a combobox with a list (WAI-ARIA Authoring Practices). Without this
 * script the forms work as they are.
 */
const SHOWN = 6;
const PAUSE_MS = 120;

for (const form of document.querySelectorAll('form[data-suggest]')) suggest(form);

function suggest(form) {
  const input = form.querySelector('input[type=search]');
  const list = document.createElement('ul');
  list.className = 'suggestions';
  list.id = `${input.id}-suggestions`;
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Suggestions');
  form.querySelector('.search-field').append(list);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-autocomplete', 'list');

  let active = -1;
  let timer = 0;
  let running = new AbortController();

  const options = () => [...list.children];
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute('aria-expanded', String(open));
    if (!open) activate(-1);
  };
  const activate = (index) => {
    active = index;
    options().forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    if (index === -1) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', options()[index].id);
  };
  const load = async () => {
    running.abort();
    running = new AbortController();
    const query = input.value.trim();
    if (query === '') return show(false);
    try {
      const found = await ask(form.dataset.suggest, query, running.signal);
      list.replaceChildren(...found.map((country, at) => toOption(country, `${list.id}-${at}`)));
      activate(-1);
      show(found.length > 0);
    } catch {
      // Stopped by the next letter, or the server cannot be reached: the form still submits.
      if (!running.signal.aborted) show(false);
    }
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !list.hidden) {
      event.preventDefault();
      const count = list.children.length;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      // One position more than there are options: the field itself, where nothing is selected.
      activate(((active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === 'Enter' && active !== -1) {
      event.preventDefault();
      location.href = options()[active].firstChild.href;
    }
  });
  form.addEventListener('focusout', (event) => {
    if (!form.contains(event.relatedTarget)) show(false);
  });
  // A click would move the focus first and close the list under the pointer.
  list.addEventListener('mousedown', (event) => event.preventDefault());
}

async function ask(address, query, signal) {
  const url = new URL(address, location.origin);
  url.search = new URLSearchParams({ q: query, limit: String(SHOWN) });
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()).countries;
}

function toOption(country, id) {
  const flag = document.createElement('span');
  flag.className = 'flag';
  const picture = document.createElement('img');
  Object.assign(picture, { src: country.flag, alt: '', width: 60, height: 40 });
  flag.append(picture);
  const place = document.createElement('span');
  place.className = 'aside';
  place.textContent = country.region;
  const link = document.createElement('a');
  link.href = country.url;
  link.tabIndex = -1;
  link.append(flag, country.name, place);
  const option = document.createElement('li');
  option.id = id;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-selected', 'false');
  option.append(link);
  return option;
}
