/** The part of the schema that makes a server observable: health answers. */
import * as v from 'valibot';
import { isPlainObject, type Schema, section, value, withDefault } from './schema-parts.ts';
import type { Health } from './types.ts';

const HEALTH_EXAMPLE = '{ live: "/livez", ready: "/readyz", startup: "/startupz" }';
const DEFAULT_PATHS: Health = { live: '/livez', ready: '/readyz', startup: '/startupz' };
const PLAIN_PATH = /^\/[!$&'()*+,\-./0-9:;=@A-Z_a-z~]*$/;

function probePath(): Schema<string> {
  return value('a path such as "/livez", or false', 'Write it without a query and percent signs.', (input) => {
    if (input === false) return '';
    return typeof input === 'string' && PLAIN_PATH.test(input) ? input : undefined;
  });
}

const healthObject = section<Health>('health', HEALTH_EXAMPLE, {
  live: withDefault(probePath(), DEFAULT_PATHS.live),
  ready: withDefault(probePath(), DEFAULT_PATHS.ready),
  startup: withDefault(probePath(), DEFAULT_PATHS.startup),
});

const healthFlag = value('true, false or an object', `Write true, or for example ${HEALTH_EXAMPLE}.`, (input): Health | null | undefined => {
  if (input === false) return null;
  return input === true ? DEFAULT_PATHS : undefined;
});

/** Input: HealthConfig or a flag. null: switched off. */
export const health = v.lazy((input): Schema<Health | null> => (isPlainObject(input) ? (healthObject as Schema<Health | null>) : healthFlag)) as Schema<Health | null>;
