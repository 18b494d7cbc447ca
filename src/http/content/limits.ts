/**
 * How much request content an application takes. What the front takes (`limits.body`) comes first: these are for content that
 * it let through. Any thread.
 */

/** Each may be given for a whole application (defineApp({ content })) and for one reading (request.form({ ... })). */
export interface ContentLimits {
  /** Bytes that one request may hold in memory: bytes(), text(), json(), a url-encoded form, the fields of a multipart one. 2.5 MiB. */
  readonly memoryBytes: number;
  /** Fields of a form, pairs of a query string. 1000. */
  readonly fieldCount: number;
  /** Bytes of the value of one field of a form. 1 MiB. */
  readonly fieldBytes: number;
  /** Files of a multipart form. 100. */
  readonly fileCount: number;
  /** Bytes of one file. As many as the front lets through. */
  readonly fileBytes: number;
  /** Bytes of a multipart form as a whole. As many as the front lets through. */
  readonly formBytes: number;
}

export const DEFAULT_LIMITS: ContentLimits = {
  memoryBytes: 2_621_440,
  fieldCount: 1000,
  fieldBytes: 1 << 20,
  fileCount: 100,
  fileBytes: Infinity,
  formBytes: Infinity,
};

/** What is wrong with limits, beginning with the name of the value; undefined for good ones. */
export function limitsProblem(limits: object): string | undefined {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) return `${name} is unknown; expected one of ${Object.keys(DEFAULT_LIMITS).join(', ')}`;
    if (value === Infinity || (Number.isSafeInteger(value) && value >= 0)) continue;
    return `${name} is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}; expected a whole number, 0 or more, or Infinity`;
  }
  return undefined;
}

/** The limits of one reading. TypeError that begins with `caller` for unknown names and values that are none. */
export function withOverrides(limits: ContentLimits, overrides: Partial<ContentLimits> | undefined, caller: string): ContentLimits {
  if (overrides === undefined) return limits;
  const problem = limitsProblem(overrides);
  if (problem !== undefined) throw new TypeError(`${caller}: ${problem}`);
  return { ...limits, ...overrides };
}
