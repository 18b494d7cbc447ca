/** Links between the documents lead somewhere: to files that are there, and to headings of them. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { documents, ROOT } from './blocks.ts';

const LINK = /\]\(([^)\s]+)\)/g;

it.each([...documents(), 'CHANGELOG.md', 'bench/README.md', 'examples/atlas/README.md'])('%s', (file) => {
  const links = [...prose(file).replaceAll(/`[^`\n]*`/g, '').matchAll(LINK)].map((match) => match[1] as string);
  expect(links.filter((link) => !/^(https?|mailto):/.test(link) && !leadsSomewhere(file, link))).toEqual([]);
});

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || !target.endsWith('.md') || headingsOf(target).has(heading);
}

/** As GitHub makes them: in lower case, without punctuation, blanks as "-", those of the same name counted. */
function headingsOf(file: string): Set<string> {
  const found = new Set<string>();
  for (const [, text = ''] of prose(file).matchAll(/^#{1,6} +(.+)$/gm)) {
    const name = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-');
    let id = name;
    for (let count = 1; found.has(id); ++count) id = `${name}-${count}`;
    found.add(id);
  }
  return found;
}

/** A document without its blocks of code. */
function prose(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
}
