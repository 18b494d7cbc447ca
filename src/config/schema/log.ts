/** The part of the schema that is about logs: the access logs, the error log, and what applications log. */
import * as v from 'valibot';
import { LOG_LEVELS } from '../../log/level.ts';
import { LOG, LOG_RULES } from './defaults.ts';
import type { AccessLog, AccessLogConfig } from '../types/access-log.ts';
import type { AppLogForm, LogLevel } from '../types/observability.ts';
import { ACCESS_LOG_FORMS, accessLog, type CheckedAccessLog, type CheckedRules, contradictionOf, rules } from './access-log.ts';
import { defaultedSection, isPlainObject, list, oneOf, optional, type Schema } from './parts.ts';

export interface CheckedLog {
  /** "off", a form, or what was written as several logs; undefined: as whoever starts the server wants it. */
  access: AccessLog | CheckedAccessLog[] | undefined;
  /** Of the one log that `access` is no list of. */
  rules: CheckedRules;
  app: AppLogForm;
  level: LogLevel;
}

interface WrittenLog extends CheckedRules {
  access: AccessLog | CheckedAccessLog[] | undefined;
  app: AppLogForm;
  level: LogLevel;
}

/** Bits of a word of the front say which of them a request fits (native/log/access_log.h). */
const MAX_LOGS = 16;

const several = v.pipe(
  list('access: [{ form: "json", path: "access.log" }]', accessLog),
  v.check((logs) => logs.length > 0 && logs.length <= MAX_LOGS, `has no log, or more than ${MAX_LOGS}. Write "off" for none.`),
) as Schema<CheckedAccessLog[]>;

const access = v.lazy((input) => (Array.isArray(input) ? several : oneOf(['off', ...ACCESS_LOG_FORMS]))) as Schema<AccessLog | CheckedAccessLog[]>;

const RULES = Object.keys(LOG_RULES) as (keyof AccessLogConfig)[];

/** A rule beside a list of logs would be nobody's. */
const ownRules = v.rawTransform<unknown, unknown>(({ dataset: { value: input }, addIssue, NEVER }) => {
  const stray = isPlainObject(input) && Array.isArray(input['access']) ? RULES.find((name) => input[name] !== undefined) : undefined;
  if (stray === undefined) return input;
  addIssue({ message: `has ${stray} beside a list of logs. Write it in those of the list that it is for.` });
  return NEVER;
});

/** Input: LogConfig. */
export const log = v.pipe(
  v.unknown(),
  ownRules,
  defaultedSection<WrittenLog>('log', '{ access: "json" }', { access: LOG.access, ...LOG_RULES, app: LOG.app, level: LOG.level }, () => ({
    access: optional(access),
    ...rules(),
    app: oneOf(['auto', 'pretty', 'json']),
    level: oneOf(LOG_LEVELS),
  })),
  v.rawCheck<WrittenLog>(({ dataset, addIssue }) => {
    if (!dataset.typed || Array.isArray(dataset.value.access)) return;
    const { access: form, format, fields } = dataset.value;
    const problem = contradictionOf({ form: form === 'off' ? undefined : form, format, fields });
    if (problem !== undefined) addIssue({ message: problem });
  }),
  v.transform(({ access: form, app, level, ...own }): CheckedLog => ({ access: form, rules: own, app, level })),
) as Schema<CheckedLog>;
