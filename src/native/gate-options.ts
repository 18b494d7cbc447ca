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

/** What a request must pass before a lane is chosen (native/server/gate.h). */
export interface NativeGate {
  access: (NativeScope & { denyAll: boolean; deny: string[]; allow: string[]; only: string[]; fields: { name: string; value: string }[] })[];
  bodies: (NativeScope & { bytes: number })[];
  /** `key`: a text that templateProblem accepts. */
  rates: (NativeScope & { name: string; key: string; intervalNs: number; burst: number; delay: boolean; dryRun: boolean })[];
  concurrency: (NativeScope & { most: number })[];
  /** Users as password hashes of scrypt, `hash` in base64. */
  auth: (NativeScope & { realm: string; users: { name: string; work: number; blockSize: number; parallelism: number; salt: string; hash: string }[] })[];
  /** 0: any number. */
  connectionsPerAddress: number;
  rateKeys: number;
}
