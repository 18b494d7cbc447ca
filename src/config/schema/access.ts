/** The part of the schema that says who may ask for what at all. */
import * as v from 'valibot';
import type { AccessRule, Scope } from '../types/rules.ts';
import { parseMethods, parseRequiredFields } from '../values/fields.ts';
import { list, optional, type Schema, section, value, withDefault } from './parts.ts';
import { network, scope } from './rules.ts';

const networks = list('allow: ["10.0.0.0/8", "::1"]', network);
const denied = v.lazy((input): Schema<string[] | 'all'> => (input === 'all' ? (v.literal('all') as Schema<'all'>) : (networks as Schema<string[]>))) as Schema<string[] | 'all'>;

interface WrittenAccess extends Scope {
  deny: string[] | 'all';
  allow: string[] | undefined;
  only: string[];
  fields: { name: string; value: string }[];
}

const ACCESS_EXAMPLE = '{ prefix: "/admin/", allow: ["10.0.0.0/8"] }';

const accessRule = v.pipe(
  section<WrittenAccess>('access', ACCESS_EXAMPLE, () => ({
    ...scope,
    deny: withDefault(denied, []),
    allow: optional(v.pipe(networks, v.check((items) => items.length > 0, 'is an empty list. Write deny: "all" to let nobody pass.')) as Schema<string[]>),
    only: withDefault(value('a list of methods such as "GET" and "POST"', 'Write for example ["GET"].', (input) => (input === null ? [] : parseMethods(input))), null),
    fields: withDefault(
      value('an object of field names with a text or true', 'Write for example { "X-Api-Key": "secret" }.', (input) => (input === null ? [] : parseRequiredFields(input))),
      null,
    ),
  })),
  v.check(
    ({ deny, allow, only, fields }) => deny.length + only.length + fields.length > 0 || allow !== undefined,
    `forbids nothing. Add deny, allow, only or fields, for example ${ACCESS_EXAMPLE}.`,
  ),
  v.transform(({ deny, allow, ...rule }): AccessRule => ({ ...rule, denyAll: deny === 'all', deny: deny === 'all' ? [] : deny, allow: allow ?? [] })),
) as Schema<AccessRule>;

/** Input: AccessConfig[]. */
export const access = list(`access: [${ACCESS_EXAMPLE}]`, accessRule);
