/** `fastserve ctl purge`: forgets stored answers while the server runs. Main thread of the server. */
import type { FastServer } from '../supervisor/server.ts';
import { type ControlResult, refusal } from './protocol.ts';

const KINDS = ['url', 'prefix', 'tag', 'fragment'] as const;
const NEEDED = { url: 'a path such as "/news/", or a whole URL', prefix: 'a path such as "/news/", or a whole URL', tag: 'a tag', fragment: 'the name of a {% cache %}' };

/** `given`: "url", "prefix", "tag" or "fragment", and its text. In effect on all threads before it returns. */
export function purgeCommand(server: Pick<FastServer, 'cache'>, [given = '', text = '']: readonly string[]): ControlResult {
  const kind = KINDS.find((name) => name === given);
  if (kind === undefined) throw refusal(`got "${given.slice(0, 20)}", expected one of ${KINDS.join(', ')}. Write for example: purge prefix /news/`);
  if (text === '') throw refusal(`purge ${kind} needs ${NEEDED[kind]}.`);
  const forgotten = server.cache.purge({ [kind]: text });
  return { message: `${forgotten} stored answer${forgotten === 1 ? '' : 's'} forgotten`, forgotten };
}
