/** The access logs of a server, from what the configuration and the command line ask for. */
import { resolve as resolvePath } from 'node:path';
import type { AccessLog, AccessLogForm, AccessLogSettings } from '../types/access-log.ts';
import type { CheckedRules } from '../schema/access-log.ts';
import type { CheckedLog } from '../schema/log.ts';

/** `wanted`: by the command line or the environment, in the place of everything that is written; `usual`: where nothing is. */
export function resolveAccessLogs(checked: CheckedLog, directory: string, wanted: AccessLog | undefined, usual: AccessLog): AccessLogSettings[] {
  if (Array.isArray(checked.access) && wanted === undefined) {
    return checked.access.map(({ form, ...rules }) => settingsOf(form ?? usualForm(rules), rules, directory));
  }
  const written = Array.isArray(checked.access) ? undefined : checked.access;
  const form = wanted ?? written ?? (usual === 'off' ? usual : usualForm(checked.rules));
  if (form === 'off') return [];
  const { format, fields } = checked.rules;
  return [settingsOf(form, { ...checked.rules, format: form === 'text' ? format : undefined, fields: form === 'json' ? fields : undefined }, directory)];
}

function usualForm(rules: CheckedRules): AccessLogForm {
  return rules.fields === undefined ? 'text' : 'json';
}

function settingsOf(form: AccessLogForm, rules: CheckedRules, directory: string): AccessLogSettings {
  const { format, fields, path, status, query, ...rest } = rules;
  return {
    form,
    own: format ?? '',
    fields: fields ?? [],
    path: path === undefined ? '' : resolvePath(directory, path),
    classes: status.map((name) => Number(name[0])),
    dropQuery: !query,
    ...rest,
  };
}
