/** What rules of the schema are made of: which requests they are for, texts with variables, networks. */
import * as v from 'valibot';
import { native } from '../../native/load.ts';
import { parseHostPattern, parseNetwork } from '../values/addresses.ts';
import { parseMethods } from '../values/fields.ts';
import { show } from '../values/show.ts';
import { parsePrefix } from '../values/static.ts';
import { type Schema, value, withDefault } from './parts.ts';

/** The keys of a rule that say which requests it is for. */
export const scope = {
  prefix: withDefault(
    value('a path that begins with "/", without "?", "#", "%", "//" and dot segments', 'Write for example "/api/".', parsePrefix),
    '/',
  ),
  host: withDefault(
    value('a host without port, or "*." and a host', 'Write for example "example.com" or "*.example.com".', (input) => (input === '' ? '' : parseHostPattern(input))),
    '',
  ),
  methods: withDefault(
    value('a list of methods such as "GET" and "POST"', 'Write for example ["POST", "PUT"].', (input) => (input === null ? [] : parseMethods(input))),
    null,
  ),
};

/** A text with variables, as native/variables compiles it. */
export const template: Schema<string> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string>(({ dataset, addIssue, NEVER }) => {
    const { value: text } = dataset;
    const problem = typeof text === 'string' && text !== '' ? native().templateProblem(text) : 'no text';
    if (problem === '') return text as string;
    addIssue({ message: `got ${show(text)}, expected a text with variables: ${problem}. Write for example "$remote_addr" or "$http_x_api_key".` });
    return NEVER;
  }),
);

/** An address or a network, or the clients of unix sockets. */
export const network = value('an IP address, a network in CIDR form, or "unix"', 'Write for example "10.0.0.0/8" or "::1".', parseNetwork);
