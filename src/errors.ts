/**
 * The coded error base of configuration and start-up. A leaf: imports nothing of this package.
 * The code says what kind of failure it is, the message what happened, what was expected and what to do.
 */

/**
 * - FS_CONFIG: the configuration (file, environment or command line) is wrong.
 * - FS_BUNDLE: TypeScript of the user does not compile.
 * - FS_BUILD: static files could not be built: references that lead nowhere, or the file system.
 * - FS_APP: the application module could not be loaded, or its start hook failed.
 * - FS_RELOAD: the server cannot load the code again: an inline application, or the server is closing.
 * - FS_CONTROL: a command for a running server could not be given, or the server refuses it.
 * - FS_NOT_RUNNING: nobody listens at the control socket where a server was looked for.
 * - FS_LISTEN: an address could not be bound.
 * - FS_SYSTEM: the system has no descriptors, threads or memory left for the server.
 * - FS_ADDON: the native part could not be used.
 */
export type ErrorCode = 'FS_CONFIG' | 'FS_BUNDLE' | 'FS_BUILD' | 'FS_APP' | 'FS_RELOAD' | 'FS_CONTROL' | 'FS_NOT_RUNNING' | 'FS_LISTEN' | 'FS_SYSTEM' | 'FS_ADDON';

/** An error whose message is made for people; tools look at `code`. */
export class FastServeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FastServeError';
    this.code = code;
  }
}

/** FS_APP for an application that threw while it was loaded; keeps the stack of its error, for that is where the fault is. */
export function loadFailure(thrown: { message: string; stack?: string | undefined }): FastServeError {
  const error = new FastServeError('FS_APP', `the application could not be loaded: ${thrown.message}`, { cause: thrown });
  if (thrown.stack !== undefined) error.stack = thrown.stack;
  return error;
}

/** One wrong value: where it is ("listen[0].port", "--port", "PORT") and the sentence about it. */
export interface ConfigProblem {
  readonly path: string;
  readonly text: string;
}

/** Everything that is wrong with one configuration, each problem on its own line of the message. */
export class ConfigError extends FastServeError {
  /** Where the configuration came from: a file name, "serve()". */
  readonly source: string;
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super('FS_CONFIG', formatProblems(source, problems), options);
    this.name = 'ConfigError';
    this.source = source;
    this.problems = problems;
  }
}

function formatProblems(source: string, problems: readonly ConfigProblem[]): string {
  const lines = problems.map(({ path, text }) => (path === '' ? text : `${path}: ${text}`));
  if (lines.length === 1) return `${source}: ${lines[0]}`;
  return [`${source}: ${lines.length} problems`, ...lines.map((line) => `  ${line}`)].join('\n');
}
