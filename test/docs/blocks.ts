/** The fenced blocks of the documents for users, as they are written. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Block {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Of its first line of content, from 1. */
  readonly line: number;
  /** "ts". */
  readonly language: string;
  readonly text: string;
}

/** Names of the documents, relative to the root. */
export function documents(): string[] {
  const docs = ['docs', 'docs/spec'].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`));
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs].filter((name) => name.endsWith('.md'));
}

/** All blocks of a language. */
export function blocksOf(language: string): Block[] {
  return documents().flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map((match) => ({
      file,
      line: text.slice(0, match.index).split('\n').length + 1,
      language: match[1] as string,
      text: match[2] as string,
    }));
  }).filter((block) => block.language === language);
}
