/** Routes of the kinds that sites have, for any router; one of them is asked. Loads nothing of fastserve. */

/** The asked route first, so that an application may have it alone. */
const ASKED = 13;
export const ASKED_PATH = `/api/v1/resource${ASKED}/42/`;

/** @param {(base: string) => string[]} parameters of one resource in the router's own language */
export function patterns(count, parameters) {
  const all = parameters(`api/v1/resource${ASKED}/`);
  for (let i = 0; all.length < count; i++) if (i !== ASKED) all.push(...parameters(`api/v${i % 3}/resource${i}/`));
  return all.slice(0, count);
}
