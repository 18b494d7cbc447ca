/**
 * Development: templates are not compiled again only to see that they are right when a worker before this one has seen it.
 * They are compiled when they are first rendered then.
 */
import { createHash } from 'node:crypto';
import type { TemplateLoader } from './loader.ts';

/** What workers have found to be right, by a name that stands for all that it depends on. */
export interface EarlierChecks {
  has(name: string): Promise<boolean>;
  add(name: string): Promise<void>;
}

/** Runs `check` unless an earlier run with the same name went well. Rejects as it throws. */
export async function checkOnce(checks: EarlierChecks, name: string, check: () => void): Promise<void> {
  if (await checks.has(name)) return;
  check();
  await checks.add(name);
}

/** Stands for the templates and, by `rules`, for what compiling them looks at beside their texts. */
export function fingerprintOf(loader: TemplateLoader, rules: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(rules));
  for (const name of loader.names()) hash.update('\0').update(name).update('\0').update(loader.load(name)?.text ?? '');
  return hash.digest('hex');
}
