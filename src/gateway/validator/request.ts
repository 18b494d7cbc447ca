/**
 * Both sides of a request: what the server hands over (G1, G6 to G9, G11) is looked at before the application sees it, and how the
 * application uses it (G7, G10, the content's "once, in one way") while it does.
 */
import { TOKEN } from '../../http/token.ts';
import { type FlatFields, type GatewayBody, type GatewayRequest, ROUTE_UNRESOLVED } from '../contract.ts';
import { RequestExpiredError } from '../errors.ts';
import { ContractViolation, type Report, shown } from './violation.ts';

/** Looks at a request as the server hands it over. `routeCount`: of the application's manifest, 0 without one. */
export function checkRequest(request: GatewayRequest, routeCount: number, report: Report): void {
  const broken = (rule: string, problem: string): void => report(new ContractViolation('server', rule, problem));
  const { method, target, path, query, scheme, httpVersion, remotePort, routeId, paramCount } = request;
  if (!TOKEN.test(method)) broken('G6', `method is ${shown(method)}, which is no token`);
  if (method === 'TRACE' || (method === 'OPTIONS' && target === '*')) broken('G9', `${method} ${target} reached the application`);
  if (target === '') broken('G6', 'target is empty');
  if (!path.startsWith('/') || path.split('/').some((part) => part === '.' || part === '..')) broken('G6', `path is ${shown(path)}; expected "/..." without dot segments`);
  const mark = target.indexOf('?');
  if (query !== (mark === -1 ? '' : target.slice(mark + 1))) broken('G6', `query is ${shown(query)}, which is not that of the target ${shown(target)}`);
  if (scheme !== 'http' && scheme !== 'https') broken('G6', `scheme is ${shown(scheme)}`);
  if (httpVersion !== '1.0' && httpVersion !== '1.1') broken('G6', `httpVersion is ${shown(httpVersion)}`);
  if (!Number.isInteger(remotePort) || remotePort < 0 || remotePort > 65_535) broken('G6', `remotePort is ${shown(remotePort)}`);
  if (!Number.isInteger(routeId) || routeId < ROUTE_UNRESOLVED || routeId >= Math.max(routeCount, 0)) broken('G8', `routeId is ${shown(routeId)}; there are ${routeCount} routes`);
  if (routeId < 0 && paramCount !== 0) broken('G8', `there are ${paramCount} parameters without a route`);
  checkFields(request, broken);
  const { length, available } = request.body;
  if (available !== undefined && length !== available.byteLength) broken('G11', `length is ${shown(length)} and ${available.byteLength} bytes are available`);
}

function checkFields(request: GatewayRequest, broken: (rule: string, problem: string) => void): void {
  const raw = request.rawFields();
  if (raw.length % 2 !== 0) return broken('G7', 'rawFields() has a name without a value');
  const joined = new Map<string, string>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const before = joined.get(name);
    joined.set(name, before === undefined ? (raw[i + 1] as string) : `${before}${name === 'cookie' ? '; ' : ', '}${raw[i + 1]}`);
  }
  if (joined.has('transfer-encoding')) broken('G7', 'rawFields() has Transfer-Encoding');
  for (const [name, value] of joined) {
    if (request.field(name) !== value) broken('G7', `field(${shown(name)}) is ${shown(request.field(name))}, its lines are ${shown(value)}`);
  }
}

/** A request as the application gets it. It stays the server's own object for whatever is not checked. */
export class CheckedRequest implements GatewayRequest {
  readonly #inner: GatewayRequest;
  readonly #report: Report;
  readonly body: GatewayBody;
  #hasExpired = false;

  constructor(inner: GatewayRequest, report: Report) {
    this.#inner = inner;
    this.#report = report;
    this.body = new CheckedBody(inner.body, report, () => this.#valid('body'));
  }

  /** What the server handed over: environments know requests by it. */
  get server(): GatewayRequest {
    return this.#inner;
  }

  /** From now on the server may give the request's memory to another one. */
  expire(): void {
    this.#hasExpired = true;
  }

  get method(): string {
    return this.#valid('method').method;
  }
  get target(): string {
    return this.#valid('target').target;
  }
  get path(): string {
    return this.#valid('path').path;
  }
  get query(): string {
    return this.#valid('query').query;
  }
  get httpVersion(): '1.0' | '1.1' {
    return this.#valid('httpVersion').httpVersion;
  }
  get scheme(): 'http' | 'https' {
    return this.#valid('scheme').scheme;
  }
  get authority(): string {
    return this.#valid('authority').authority;
  }
  get remoteAddress(): string {
    return this.#valid('remoteAddress').remoteAddress;
  }
  get remotePort(): number {
    return this.#valid('remotePort').remotePort;
  }
  get chunked(): boolean {
    return this.#valid('chunked').chunked ?? false;
  }
  get routeId(): number {
    return this.#valid('routeId').routeId;
  }
  get paramCount(): number {
    return this.#valid('paramCount').paramCount;
  }
  get signal(): AbortSignal {
    return this.#valid('signal').signal;
  }

  param(index: number): string {
    return this.#valid('param()').param(index);
  }

  field(name: string): string | undefined {
    const inner = this.#valid('field()');
    if (typeof name !== 'string' || name !== name.toLowerCase()) {
      this.#report(new ContractViolation('application', 'G7', `field(${shown(name)}); names are lower-case`));
    }
    return inner.field(name);
  }

  rawFields(): string[] {
    return this.#valid('rawFields()').rawFields();
  }

  sendHints(fields: FlatFields): void {
    this.#valid('sendHints()').sendHints?.(fields);
  }

  sendContinue(): void {
    this.#valid('sendContinue()').sendContinue?.();
  }

  closeConnection(): void {
    this.#valid('closeConnection()').closeConnection?.();
  }

  #valid(what: string): GatewayRequest {
    if (!this.#hasExpired) return this.#inner;
    this.#report(new ContractViolation('application', 'G10', `${what} was read after the request had been answered and its handler was over`));
    throw new RequestExpiredError();
  }
}

/** Content that is read once, in one way. */
class CheckedBody implements GatewayBody {
  readonly #inner: GatewayBody;
  readonly #report: Report;
  readonly #checkValid: () => void;
  #wasRead = false;

  constructor(inner: GatewayBody, report: Report, checkValid: () => void) {
    this.#inner = inner;
    this.#report = report;
    this.#checkValid = checkValid;
  }

  get length(): number | undefined {
    this.#checkValid();
    return this.#inner.length;
  }

  get available(): Uint8Array | undefined {
    this.#checkValid();
    return this.#inner.available;
  }

  async bytes(limit?: number): Promise<Uint8Array> {
    this.#begin();
    const { length } = this.#inner;
    const bytes = await this.#inner.bytes(limit);
    this.#checkLength(length, bytes.byteLength);
    return bytes;
  }

  async consume(take: (piece: Uint8Array) => void): Promise<void> {
    this.#begin();
    const { length } = this.#inner;
    let total = 0;
    await this.#inner.consume((piece) => {
      total += piece.byteLength;
      const lent = piece.slice();
      take(lent);
      // Whoever kept the piece sees now, and not only under load, that it was lent.
      lent.fill(0);
    });
    this.#checkLength(length, total);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#begin();
    const { length } = this.#inner;
    let total = 0;
    for await (const piece of this.#inner) {
      total += piece.byteLength;
      yield piece;
    }
    this.#checkLength(length, total);
  }

  #begin(): void {
    this.#checkValid();
    if (this.#wasRead) this.#report(new ContractViolation('application', 'G11', 'the content was read twice; it is read once, with bytes(), consume() or by iterating'));
    this.#wasRead = true;
  }

  #checkLength(declared: number | undefined, received: number): void {
    if (declared === undefined || declared === received) return;
    this.#report(new ContractViolation('server', 'G13', `the content ended after ${received} of ${declared} bytes and looked complete`));
  }
}
