/** Access logs: as written, and as the server runs on them. */
import type { ClientShown } from './clients.ts';
import type { Duration } from './quantities.ts';

export type AccessLogForm = 'text' | 'combined' | 'json';

/** "off": none. */
export type AccessLog = 'off' | AccessLogForm;

/** Who gives an answer: a lane of the front, or "error" for its own refusals. */
export type AnswerLane = 'file' | 'view' | 'proxy' | 'cache' | 'constant' | 'error' | 'health';

export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/** What an answer may be: all that is set must hold, of a list one. */
export interface AccessLogCondition {
  /** Who answered. */
  lane?: readonly AnswerLane[] | undefined;
  /** Classes and single statuses: ["5xx", 404]. */
  status?: readonly (StatusClass | number)[] | undefined;
  /** Patterns of paths, decoded and without dot segments: "/api/**", "*.css". */
  path?: readonly string[] | undefined;
  /** Answers that took longer. */
  slower?: Duration | undefined;
  /** Variables (without "$"): whether they have a value, or what it is like, with "*" for any bytes: { http_user_agent: "kube-probe/*" }. */
  values?: Readonly<Record<string, boolean | string>> | undefined;
}

/** What a log has of whom. */
export interface AccessLogRules {
  /** A form of one's own: a text with variables, which are escaped; for JSON strings where it begins with "{". In the place of "text". */
  format?: string | undefined;
  /** Members of the JSON form in their order: variables (without "$"), or names with variables: { at: "time", key: "http_x_key" }. */
  fields?: readonly string[] | Readonly<Record<string, string>> | undefined;
  /** Its file. Default: standard output. */
  path?: string | undefined;
  /** What its lines say of the client's address. Default: "full". */
  client?: ClientShown | undefined;
  /** One line in so many; errors (from 400 on) and slow answers always. Default: 1, every line. */
  sample?: number | undefined;
  /** Only answers of these classes, and slow ones: "4xx". Default: all. */
  status?: readonly StatusClass[] | undefined;
  /** Answers that took longer are logged whatever `status` and `sample` say. Default: 0, no such rule. */
  slow?: Duration | undefined;
  /** false: targets and referers are written without their query. Default: true. */
  query?: boolean | undefined;
  /** Parameters of queries whose values are not written. Default: none. */
  redact?: readonly string[] | undefined;
  /** Nothing but answers like these. Default: all. */
  only?: AccessLogCondition | undefined;
  /** No answers like these. Default: none. */
  except?: AccessLogCondition | undefined;
}

/** One of several. */
export interface AccessLogConfig extends AccessLogRules {
  /** Default: "json" with `fields`, otherwise "text". */
  form?: AccessLogForm | undefined;
}

/** A condition as the front takes it. Empty lists and 0: whatever it is. */
export interface LogCondition {
  lanes: string[];
  /** Classes as 1 to 5, statuses as they are. */
  statuses: number[];
  /** Of native/base/glob.h, for "." and the path. */
  paths: string[];
  /** Milliseconds. */
  slower: number;
  /** `pattern`: of "like". */
  values: { variable: string; kind: 'present' | 'absent' | 'like'; pattern: string }[];
}

/** One log. */
export interface AccessLogSettings {
  /** terminal: short lines in colours. */
  form: AccessLogForm | 'terminal';
  /** Absolute, "" for standard output. */
  path: string;
  /** A form of its own, "" for none. */
  own: string;
  /** Names and variables of its members; empty: those of the form. */
  fields: [name: string, variable: string][];
  client: ClientShown;
  sample: number;
  /** First digits of statuses; empty: all. */
  classes: number[];
  /** Milliseconds; 0: none. */
  slow: number;
  dropQuery: boolean;
  redact: string[];
  only: LogCondition;
  except: LogCondition;
}
