/** What accessibility.test.ts runs in pages: functions that give one text for each fault. Not a module; a browser reads it. */

/** Texts whose contrast with what is behind them is below 4.5 (3 for large ones). */
function faintTexts() {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return context.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (bytes) => {
    const [red, green, blue] = [...bytes].map((byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // What a document stands on whose color-scheme is "light dark".
  const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element.checkVisibility() || element.matches('script, style') || walker.currentNode.textContent.trim() === '') continue;
    const behind = [canvas];
    let opacity = 1;
    for (let each = element; each !== null; each = each.parentElement) {
      behind.splice(1, 0, getComputedStyle(each).backgroundColor);
      opacity *= Number(getComputedStyle(each).opacity);
    }
    const { color, fontSize } = getComputedStyle(element);
    const back = luminance(paint(behind));
    const front = luminance(paint([...behind, `color-mix(in srgb, ${color} ${opacity * 100}%, transparent)`]));
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (contrast < (parseFloat(fontSize) >= 24 ? 3 : 4.5)) faint.push(`${contrast.toFixed(2)}: ${walker.currentNode.textContent}`);
  }
  return faint;
}

/** What a screen reader or a keyboard cannot make sense of. */
function structureFaults() {
  const faults = [];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  if (document.documentElement.lang === '' || document.title === '') faults.push('no language or no title');
  if (shown('main').length !== 1 || shown('h1').length !== 1) faults.push('not one main and one h1');
  const levels = shown('h1, h2, h3, h4').map(({ tagName }) => Number(tagName[1]));
  if (levels.some((level, index) => level > (levels[index - 1] ?? 0) + 1)) faults.push(`headings ${levels.join(' ')}`);
  for (const cell of shown('thead th')) if (cell.getAttribute('scope') !== 'col') faults.push(`no scope: ${cell.outerHTML}`);
  for (const input of shown('input')) if ((input.labels ?? []).length === 0) faults.push(`no label: ${input.outerHTML}`);
  for (const control of shown('a, button, summary')) if (control.innerText.trim() === '') faults.push(`no name: ${control.outerHTML}`);
  for (const element of shown('body *')) {
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
    if (scrolls && element.tabIndex < 0) faults.push(`scrolls without keys: ${element.outerHTML.slice(0, 80)}`);
  }
  return faults;
}

/** The focused element, where nothing shows that it is. */
function hiddenFocus() {
  const element = document.activeElement;
  const { outlineStyle, boxShadow, textDecorationLine } = getComputedStyle(element);
  const shows = element === document.body || [outlineStyle, boxShadow, textDecorationLine].some((value) => value !== 'none');
  return shows ? [] : [`focus does not show: ${element.outerHTML}`];
}
