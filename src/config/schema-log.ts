/** The part of the schema that says what the logs have, and of whom. */
import * as v from 'valibot';
import { LOG_LEVELS } from '../log/level.ts';
import { native } from '../native/load.ts';
import { CLIENT_SHOWN, type ClientShown } from './client-types.ts';
import type { AccessLog, AppLogForm, LogLevel, LogPolicy } from './observability-types.ts';
import { count, duration, flag, list, oneOf, optional, type Schema, section, text, value, withDefault } from './schema-parts.ts';
import { show } from './text.ts';

export interface CheckedLog {
  access: AccessLog | undefined;
  path: string | undefined;
  app: AppLogForm;
  level: LogLevel;
  policy: LogPolicy;
}

interface WrittenLog extends Omit<CheckedLog, 'policy'>, Omit<LogPolicy, 'own' | 'classes' | 'dropQuery' | 'client'> {
  format: string | undefined;
  client: ClientShown;
  status: string[];
  query: boolean;
}

const parameter = value('the name of a query parameter as it stands in queries', 'Write for example "token".', (input) =>
  typeof input === 'string' && /^[\x21-\x25\x27-\x3c\x3e-\x7e]{1,100}$/.test(input) ? input : undefined,
);

/** As native/server/log_format.h compiles it. */
const format: Schema<string> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string>(({ dataset, addIssue, NEVER }) => {
    const { value: form } = dataset;
    const problem = typeof form === 'string' && /^[\x20-\x7e]+$/.test(form) ? native().logFormatProblem(form) : 'no line of ASCII characters';
    if (problem === '') return form as string;
    addIssue({ message: `got ${show(form)}, expected a line with variables: ${problem}. Write for example '$remote_addr "$request" $status $request_time'.` });
    return NEVER;
  }),
);

/** Input: LogConfig. */
export const log = v.pipe(
  section<WrittenLog>('log', '{ access: "json" }', {
    access: optional(oneOf(['off', 'text', 'combined', 'json'])),
    format: optional(format),
    path: optional(text('the path of a file', '"access.log"')),
    client: withDefault(oneOf(CLIENT_SHOWN), 'full'),
    sample: withDefault(count(1, 1_000_000, 100), 1),
    status: withDefault(list('status: ["4xx", "5xx"]', oneOf(['1xx', '2xx', '3xx', '4xx', '5xx'])), []),
    slow: withDefault(duration(0, '1s'), 0),
    query: withDefault(flag(), true),
    redact: withDefault(list('redact: ["token"]', parameter), []),
    app: withDefault(oneOf(['auto', 'pretty', 'json']), 'auto'),
    level: withDefault(oneOf(LOG_LEVELS), 'info'),
  }),
  v.check(
    (item) => item.format === undefined || item.access === undefined || item.access === 'text' || item.access === 'off',
    'has a format beside an access that is a form itself. Remove format, or write access: "text".',
  ),
  v.transform(({ access, format: own = '', path, app, level, status, query, client, sample, slow, redact }): CheckedLog => {
    const classes = status.map((name) => Number(name[0]));
    return { access, path, app, level, policy: { own, client, sample, slow, redact, classes, dropQuery: !query } };
  }),
) as Schema<CheckedLog>;
