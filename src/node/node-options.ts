/**
 * Those options of node:http's createServer() that are neither limits nor times: about messages, and about what this server does in one
 * way only. Those are taken where they ask for that way, and refused with the reason otherwise. Main thread.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_MESSAGES, type MessageSettings } from '../gateway/node/message-settings.ts';

/** As node:http's. */
export interface NodeOptions {
  /** What requests are instances of: a class that extends http.IncomingMessage. */
  IncomingMessage?: typeof IncomingMessage | undefined;
  /** What responses are instances of: a class that extends http.ServerResponse. */
  ServerResponse?: typeof ServerResponse | undefined;
  /** Repeated lines of fields of which node:http takes the first are joined with ", ". Default: false. */
  joinDuplicateHeaders?: boolean | undefined;
  /** Of requests, responses and their socket, in bytes. Default: 16384. */
  highWaterMark?: number | undefined;
  /** Response fields whose values become one line, joined with "; ". */
  uniqueHeaders?: readonly (string | readonly string[])[] | undefined;
  /** Content of a response that has none throws. Default: false. */
  rejectNonStandardBodyWrites?: boolean | undefined;
  /** Only true: RFC 9112 3.2 asks for it. */
  requireHostHeader?: boolean | undefined;
  /** Only false: lenient parsing lets requests be smuggled. */
  insecureHTTPParser?: boolean | undefined;
  /** Only true: answers are never held back (TCP_NODELAY). */
  noDelay?: boolean | undefined;
  /** Only false: connections end by timeouts, without probes. */
  keepAlive?: boolean | undefined;
  /** Goes with keepAlive. */
  keepAliveInitialDelay?: number | undefined;
  /** Milliseconds. Each connection has a timer here: limits hold at once, whatever this says. */
  connectionsCheckingInterval?: number | undefined;
}

type Kind = 'boolean' | 'count' | 'class' | 'names';

const KINDS: Readonly<Record<keyof NodeOptions, Kind>> = {
  IncomingMessage: 'class', ServerResponse: 'class', joinDuplicateHeaders: 'boolean', highWaterMark: 'count', uniqueHeaders: 'names',
  rejectNonStandardBodyWrites: 'boolean', requireHostHeader: 'boolean', insecureHTTPParser: 'boolean', noDelay: 'boolean', keepAlive: 'boolean',
  keepAliveInitialDelay: 'count', connectionsCheckingInterval: 'count',
};

/** Their names. */
export const NODE_OPTIONS = Object.keys(KINDS) as readonly (keyof NodeOptions)[];

/** The value that an option has always, and why. */
const FIXED = {
  requireHostHeader: [true, 'a request of HTTP/1.1 without Host is 400 (RFC 9112 3.2)'],
  insecureHTTPParser: [false, 'what breaks RFC 9112 is 400, because lenient parsing lets requests be smuggled'],
  noDelay: [true, 'answers are never held back'],
  keepAlive: [false, 'connections are not probed; keepAliveTimeout ends idle ones'],
} as const satisfies Partial<Record<keyof NodeOptions, readonly [boolean, string]>>;

/** What is wrong with their values. */
export function nodeOptionProblems(options: NodeOptions): { path: string; text: string }[] {
  return NODE_OPTIONS.filter((name) => options[name] !== undefined).flatMap((name) => {
    const problem = problemOf(name, options[name]);
    return problem === undefined ? [] : [{ path: name, text: problem }];
  });
}

function problemOf(name: keyof NodeOptions, value: unknown): string | undefined {
  switch (KINDS[name]) {
    case 'boolean':
      return typeof value === 'boolean' ? departure(name as keyof typeof FIXED, value) : `got ${typeof value}, expected true or false.`;
    case 'count':
      return Number.isInteger(value) && (value as number) >= 0 ? undefined : `got ${String(value)}, expected a whole number.`;
    case 'class': {
      const base = name === 'ServerResponse' ? ServerResponse : IncomingMessage;
      const extendsIt = value === base || (typeof value === 'function' && value.prototype instanceof base);
      return extendsIt ? undefined : `expected a class that extends http.${name}.`;
    }
    case 'names':
      return Array.isArray(value) && value.flat().every((one) => typeof one === 'string') ? undefined : 'expected a list of field names.';
  }
}

function departure(name: keyof typeof FIXED, value: boolean): string | undefined {
  const fixed = FIXED[name];
  return fixed === undefined || fixed[0] === value ? undefined : `got ${value}, which this server cannot: ${fixed[1]}. Leave it out.`;
}

/** The rest. */
export function withoutNodeOptions<Options extends NodeOptions>(options: Options): Omit<Options, keyof NodeOptions> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in KINDS))) as Omit<Options, keyof NodeOptions>;
}

/** What checked options say about messages. */
export function messageSettings(options: NodeOptions): MessageSettings {
  const { uniqueHeaders = [] } = options;
  const given = Object.fromEntries(Object.entries(options).filter(([name, value]) => name in DEFAULT_MESSAGES && value !== undefined));
  return { ...DEFAULT_MESSAGES, ...given, uniqueHeaders: new Set(uniqueHeaders.flat().map((name) => name.toLowerCase())) };
}
