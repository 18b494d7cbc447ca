/** Runs the schema and turns what it finds into a ConfigError. */
import * as v from 'valibot';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { DEFAULTS } from './schema/defaults.ts';
import { type CheckedConfig, configSchema } from './schema.ts';

const MAX_PROBLEMS = 20;

/**
 * Checks one configuration value by value. `source` names where it came from in messages.
 * Throws ConfigError with every problem found (at most 20).
 */
export function checkConfig(config: unknown, source: string): CheckedConfig {
  const written = checkValue(configSchema, config, source);
  const given = Object.entries(written).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

/** The same for one value: problems of the value itself are about `path`. */
export function checkValue<Output>(schema: v.GenericSchema<unknown, Output>, given: unknown, source: string, path = ''): Output {
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const problems = result.issues.slice(0, MAX_PROBLEMS).map(toProblem);
  throw new ConfigError(source, problems.map((problem) => (problem.path === '' ? { ...problem, path } : problem)));
}

function toProblem(issue: v.BaseIssue<unknown>): ConfigProblem {
  let path = '';
  for (const { key } of issue.path ?? []) {
    if (typeof key === 'number') path += `[${key}]`;
    else path += path === '' ? shownKey(String(key)) : `.${shownKey(String(key))}`;
  }
  return { path, text: issue.message };
}

/** Keys come from the user's object: anything but a plain word is quoted and escaped. */
function shownKey(key: string): string {
  return /^\w{1,40}$/.test(key) ? key : JSON.stringify(key.slice(0, 40));
}
