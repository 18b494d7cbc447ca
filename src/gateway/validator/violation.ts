/** What the validator finds: which rule of docs/spec/gateway.md, broken by whom, and how. */

/** Who has to keep a rule. */
export type ContractSide = 'application' | 'server';

/** A rule of the gateway contract that was broken. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
  /** Number in docs/spec/gateway.md: "G15". */
  readonly rule: string;
  readonly side: ContractSide;

  constructor(side: ContractSide, rule: string, problem: string, options?: ErrorOptions) {
    super(`the ${side} broke ${rule} of the gateway contract: ${problem}`, options);
    this.side = side;
    this.rule = rule;
  }
}

/** Hears of each violation. Must not throw. */
export type Report = (violation: ContractViolation) => void;

/** A value for a message: bounded, quoted. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : `an instance of ${value.constructor?.name ?? 'no class'}`;
  return typeof value === 'function' ? 'a function' : String(value);
}
