/** What requests must pass before a lane is chosen. */

/** Which requests a rule is for. */
export interface NativeScope {
  /** Begins and ends with "/". */
  prefix: string;
  /** "" for any. */
  host: string;
  /** Empty for all. */
  methods: string[];
}

/** Who is asked whether a request may pass (native/server/gate/verify_rule.h). Names are in lower case. */
export interface NativeChecker {
  /** A name of upstreams, "" for the application. */
  upstream: string;
  target: string;
  forward: string[];
  copy: string[];
  /** "" for none. */
  user: string;
  redirect: boolean;
  /** Milliseconds. */
  timeout: number;
  /** Milliseconds that a verdict is kept; 0: not at all. */
  keep: number;
  /** "", or a text that templateProblem accepts. */
  key: string;
}

/** What a request must pass before a lane is chosen (native/server/gate/gate.h). */
export interface NativeGate {
  /** Names of fields are in lower case; the value "" is any. */
  access: (NativeScope & { denyAll: boolean; deny: string[]; allow: string[]; only: string[]; fields: { name: string; value: string }[] })[];
  bodies: (NativeScope & { bytes: number })[];
  /** How fast answers are sent. 0: any. `after`: the first bytes, which are free of it. */
  bandwidth: (NativeScope & { bytesPerSecond: number; after: number })[];
  /** `key`: a text that templateProblem accepts. */
  rates: (NativeScope & { name: string; key: string; intervalNs: number; burst: number; delay: boolean; dryRun: boolean })[];
  concurrency: (NativeScope & { most: number; /** Counts, refuses nobody. */ dryRun: boolean })[];
  /** Users as password hashes of scrypt, `hash` in base64. No users: there is no password. */
  auth: (NativeScope & {
    realm: string;
    users: { name: string; work: number; blockSize: number; parallelism: number; salt: string; hash: string }[];
    checker: NativeChecker | null;
  })[];
  /** 0: any number. */
  connectionsPerAddress: number;
  /** Of one address; intervalNs 0: any. */
  connectionRate: { intervalNs: number; burst: number };
  /** Networks whose connections are not counted. */
  uncounted: string[];
  /** Keys that the rates have room for. */
  rateKeys: number;
}
