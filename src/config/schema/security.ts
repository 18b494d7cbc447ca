/** The part of the schema that says what the server does for every answer. */
import * as v from 'valibot';
import { CLIENT_SHOWN, type Clients, type ClientShown } from '../types/clients.ts';
import type { HeadRules } from '../types/rules.ts';
import { parseHeaders } from '../values/fields.ts';
import { show } from '../values/show.ts';
import { duration, isPlainObject, oneOf, type Schema, section, withDefault } from './parts.ts';

/** As securityHeaders() of the pipeline sends them. */
const SECURITY_FIELDS: Record<string, string> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};
/** The front says it for files by itself, in the same words. */
const NOSNIFF = 'x-content-type-options';

const securityHeaders: Schema<string[]> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string[]>(({ dataset, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    const { value: written } = dataset;
    if (written === false) return [];
    if (written !== true && !isPlainObject(written)) return refuse(`got ${show(written)}, expected true, false or an object. Write for example { "X-Frame-Options": "SAMEORIGIN" }.`);
    const fields = new Map(Object.entries(SECURITY_FIELDS).map(([name, text]) => [name.toLowerCase(), [name, text] as [string, unknown]]));
    for (const [name, text] of Object.entries(written === true ? {} : written)) fields.set(name.toLowerCase(), [name, text]);
    const kept = [...fields.values()].filter(([, text]) => text !== false);
    const checked = parseHeaders(Object.fromEntries(kept.filter(([name]) => name.toLowerCase() !== NOSNIFF)));
    if (!('lines' in checked)) return refuse(`the field ${show(checked.name)} ${checked.problem}`);
    const nosniff = kept.filter(([name]) => name.toLowerCase() === NOSNIFF).map(() => 'X-Content-Type-Options: nosniff\r\n');
    return [...nosniff, ...checked.lines.split(/(?<=\r\n)/)].filter((line) => line !== '');
  }),
);

export interface CheckedSecurity {
  head: HeadRules;
  clients: Clients;
}

/** Input: SecurityConfig. */
export const security = v.pipe(
  section<{ headers: string[]; identity: 'hidden' | 'shown'; client: ClientShown; clientPeriod: number }>('security', '{ headers: true, identity: "hidden" }', () => ({
    headers: withDefault(securityHeaders, false),
    identity: withDefault(oneOf(['shown', 'hidden']), 'shown'),
    client: withDefault(oneOf(CLIENT_SHOWN), 'full'),
    clientPeriod: withDefault(duration(60_000, '24h'), 86_400_000),
  })),
  v.transform(({ headers, identity, client, clientPeriod }): CheckedSecurity => ({
    head: { lines: headers, hidesIdentity: identity === 'hidden' },
    clients: { views: client, period: Math.round(clientPeriod / 1000) },
  })),
) as Schema<CheckedSecurity>;
