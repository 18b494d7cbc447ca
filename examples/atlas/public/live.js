/**
 * The live feed beside the notes: server-sent events, which browsers keep up by themselves. Without this script the page is a list that
 * is as new as its last reload.
 */
const SHOWN = 8;

for (const panel of document.querySelectorAll('[data-live]')) watch(panel);

function watch(panel) {
  const state = panel.querySelector('.live-state');
  const list = panel.querySelector('.live-list');
  const events = new EventSource(panel.dataset.live);
  addEventListener('pagehide', () => events.close());

  events.addEventListener('error', () => {
    panel.classList.remove('live-on');
    state.textContent = 'Not connected';
  });
  events.addEventListener('watchers', ({ data }) => {
    panel.classList.add('live-on');
    state.textContent = data === '1' ? 'You are watching' : `${data} are watching`;
  });
  events.addEventListener('note', ({ data }) => {
    list.prepend(entryOf(JSON.parse(data)));
    while (list.children.length > SHOWN) list.lastElementChild.remove();
  });
}

function entryOf({ country, name, title, rating, author }) {
  const entry = document.createElement('li');
  const link = document.createElement('a');
  link.href = `/countries/${country}/#notes`;
  link.textContent = name;
  const text = document.createElement('span');
  text.textContent = `${'★'.repeat(rating)} ${title}`;
  const by = document.createElement('span');
  by.className = 'aside';
  by.textContent = author;
  entry.append(link, text, by);
  return entry;
}
