/** The part of the schema that says what access logs have, and of whom. */
import * as v from 'valibot';
import { native } from '../../native/load.ts';
import type { AccessLogForm, AnswerLane, LogCondition } from '../types/access-log.ts';
import { CLIENT_SHOWN, type ClientShown } from '../types/clients.ts';
import { count, defaultedSection, duration, flag, isPlainObject, list, oneOf, optional, type Schema, section, text, value, withDefault } from './parts.ts';
import { LOG_RULES } from './defaults.ts';
import { parsePattern } from '../values/static.ts';
import { show } from '../values/show.ts';

/** The rules of one log, checked. */
export interface CheckedRules {
  format: string | undefined;
  fields: [name: string, variable: string][] | undefined;
  path: string | undefined;
  client: ClientShown;
  sample: number;
  status: string[];
  slow: number;
  query: boolean;
  redact: string[];
  only: LogCondition;
  except: LogCondition;
}

export interface CheckedAccessLog extends CheckedRules {
  form: AccessLogForm | undefined;
}

export const ACCESS_LOG_FORMS = ['text', 'combined', 'json'] as const;
const LANES: readonly AnswerLane[] = ['file', 'view', 'proxy', 'cache', 'constant', 'error', 'health'];
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
const CONDITION_EXAMPLE = '{ lane: ["view"], status: ["5xx"], slower: "500ms" }';

const parameter = value('the name of a query parameter as it stands in queries', 'Write for example "token".', (input) =>
  typeof input === 'string' && /^[\x21-\x25\x27-\x3c\x3e-\x7e]{1,100}$/.test(input) ? input : undefined,
);

/** As native/log/format.h compiles it. */
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

const FIELDS_EXAMPLE = '["time", "status", "target"], or { at: "time", key: "http_x_key" }';

/** The same of the members of an object. */
const fields: Schema<[string, string][]> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, [string, string][]>(({ dataset, addIssue, NEVER }) => {
    const members = membersOf(dataset.value);
    const problem = members === undefined ? 'that is neither a list of names nor an object of them' : native().logFieldsProblem(members.flat());
    if (members !== undefined && problem === '') return members;
    addIssue({ message: `got ${show(dataset.value)}, expected variables of the log: ${problem}. Write for example ${FIELDS_EXAMPLE}.` });
    return NEVER;
  }),
);

function membersOf(input: unknown): [string, string][] | undefined {
  const members = Array.isArray(input) ? input.map((name) => [name, name]) : isPlainObject(input) ? Object.entries(input) : [];
  const fine = members.length > 0 && members.every(([name, variable]) => typeof variable === 'string' && /^[\x20-\x7e]{1,64}$/.test(String(name)));
  return fine && new Set(members.map(([name]) => name as string)).size === members.length ? (members as [string, string][]) : undefined;
}

const status = value('a class such as "4xx" or a status from 100 to 599', 'Write for example "5xx" or 404.', (input) => {
  if (typeof input === 'number') return Number.isInteger(input) && input >= 100 && input <= 599 ? input : undefined;
  return CLASSES.some((name) => name === input) ? Number((input as string)[0]) : undefined;
});

/** For native/base/glob.h, which compares it with "." and the path, as its patterns have no first "/". */
const path = value('a pattern of paths: one that begins with "/", or one of last segments without any "/"', 'Write for example "/api/**" or "*.css".', (input) => {
  if (typeof input !== 'string' || (!input.startsWith('/') && input.includes('/'))) return undefined;
  return parsePattern(input.startsWith('/') ? `.${input}` : input);
});

const VALUES_EXAMPLE = '{ http_user_agent: "kube-probe/*", http_x_debug: true }';

const values: Schema<LogCondition['values']> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, LogCondition['values']>(({ dataset, addIssue, NEVER }) => {
    const problem = valuesProblem(dataset.value);
    if (problem !== '') {
      addIssue({ message: `got ${show(dataset.value)}, expected variables with true, false or a text: ${problem}. Write for example ${VALUES_EXAMPLE}.` });
      return NEVER;
    }
    return Object.entries(dataset.value as Record<string, boolean | string>).map(([variable, wanted]) =>
      typeof wanted === 'string' ? { variable, kind: 'like' as const, pattern: wanted } : { variable, kind: wanted ? ('present' as const) : ('absent' as const), pattern: '' },
    );
  }),
);

function valuesProblem(input: unknown): string {
  if (!isPlainObject(input)) return 'that is no object';
  for (const [variable, wanted] of Object.entries(input)) {
    const problem = native().logVariableProblem(variable);
    if (problem !== '') return problem;
    const fine = typeof wanted === 'boolean' || (typeof wanted === 'string' && wanted !== '' && wanted.length <= 256);
    if (!fine) return `${variable} is ${show(wanted)}`;
  }
  return '';
}

interface WrittenCondition {
  lane: string[];
  status: number[];
  path: string[];
  slower: number | undefined;
  values: LogCondition['values'];
}

/** Only keys that are there are conditions; an object with none would mean all answers, or no answer. */
const condition: Schema<LogCondition> = v.pipe(
  section<WrittenCondition>('a condition', CONDITION_EXAMPLE, () => ({
    lane: withDefault(list('lane: ["view"]', oneOf(LANES)), []),
    status: withDefault(list('status: ["5xx", 404]', status), []),
    path: withDefault(list('path: ["/api/**"]', path), []),
    slower: optional(duration(1, '500ms')),
    values: withDefault(values, {}),
  })),
  v.transform(({ lane, status: statuses, path: paths, slower = 0, values: tests }): LogCondition => ({ lanes: lane, statuses, paths, slower, values: tests })),
  v.check(
    ({ lanes, statuses, paths, slower, values: tests }) => slower > 0 || [lanes, statuses, paths, tests].some((part) => part.length > 0),
    `says nothing of answers. Write for example ${CONDITION_EXAMPLE}, or remove it.`,
  ),
) as Schema<LogCondition>;

/** Of AccessLogRules. */
export const rules = () => ({
  format: optional(format),
  fields: optional(fields),
  path: optional(text('the path of a file', '"access.log"')),
  client: oneOf(CLIENT_SHOWN),
  sample: count(1, 1_000_000, 100),
  status: list('status: ["4xx", "5xx"]', oneOf(CLASSES)) as Schema<string[]>,
  slow: duration(0, '1s'),
  query: flag(),
  redact: list('redact: ["token"]', parameter),
  only: condition,
  except: condition,
});

/** What a form leaves no room for. */
export function contradictionOf({ form, format: own, fields: members }: Pick<CheckedAccessLog, 'form' | 'format' | 'fields'>): string | undefined {
  if (own !== undefined && members !== undefined) return 'has format and fields, which are forms both. Remove one of them.';
  if (own !== undefined && form !== undefined && form !== 'text') return 'has a format beside a form that is one itself. Remove format, or write "text".';
  if (members !== undefined && form !== undefined && form !== 'json') return 'has fields beside a form that has none. Remove fields, or write "json".';
  return undefined;
}

/** Input: AccessLogConfig. */
export const accessLog = v.pipe(
  defaultedSection<CheckedAccessLog>('an access log', '{ form: "json", path: "access.log" }', { form: undefined, ...LOG_RULES }, () => ({ form: optional(oneOf(ACCESS_LOG_FORMS)), ...rules() })),
  v.rawCheck<CheckedAccessLog>(({ dataset, addIssue }) => {
    const problem = dataset.typed ? contradictionOf(dataset.value) : undefined;
    if (problem !== undefined) addIssue({ message: problem });
  }),
) as Schema<CheckedAccessLog>;
