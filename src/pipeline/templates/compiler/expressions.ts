/**
 * From expressions to JavaScript. The code of an expression gives its value; promises in it are awaited in the asynchronous forms.
 */
import { refuse } from '../source-error.ts';
import type {
  CallExpression,
  ConditionalExpression,
  Expression,
  FilterExpression,
  HelperExpression,
  MemberExpression,
  NameExpression,
  RegroupExpression,
  TestExpression,
} from '../language/tree.ts';
import { didYouMean } from '../suggestion.ts';
import { isNameOfFunctions } from '../language/names.ts';
import { quote } from './code-block.ts';
import type { Emitter } from './emitter.ts';
import { guardName, refuseInFragment } from './per-request.ts';
import type { LoopFrame } from './scope.ts';
import { checkUrlUse } from './url-uses.ts';

/** Emits nodes into a function of their own; nodes.ts, which needs this file, hands itself over. */
export interface BodyEmitter {
  superBody(emitter: Emitter, expression: Expression): string;
  capture(emitter: Emitter, nodes: Extract<Expression, { kind: 'capture' }>['body']): string;
}

const LOOP_CODE: Readonly<Record<string, (loop: LoopFrame) => string>> = {
  index: ({ index }) => `(${index} + 1)`,
  index0: ({ index }) => index,
  counter: ({ index }) => `(${index} + 1)`,
  counter0: ({ index }) => index,
  revindex: ({ index, list }) => `(${list}.length - ${index})`,
  revindex0: ({ index, list }) => `(${list}.length - ${index} - 1)`,
  revcounter: ({ index, list }) => `(${list}.length - ${index})`,
  revcounter0: ({ index, list }) => `(${list}.length - ${index} - 1)`,
  first: ({ index }) => `(${index} === 0)`,
  last: ({ index, list }) => `(${index} === ${list}.length - 1)`,
  length: ({ list }) => `${list}.length`,
  previtem: ({ index, list }) => `${list}[${index} - 1]`,
  nextitem: ({ index, list }) => `${list}[${index} + 1]`,
};
/** Filters that are there for values that are undefined. */
const FORGIVING_FILTERS = new Set(['default', 'd', 'default_if_none']);
const OPERATORS: Readonly<Record<string, (left: string, right: string) => string>> = {
  '+': (a, b) => `plus(${a}, ${b})`,
  '-': (a, b) => `(numberOf(${a}) - numberOf(${b}))`,
  '*': (a, b) => `(numberOf(${a}) * numberOf(${b}))`,
  '/': (a, b) => `(numberOf(${a}) / numberOf(${b}))`,
  '//': (a, b) => `Math.floor(numberOf(${a}) / numberOf(${b}))`,
  '%': (a, b) => `modulo(${a}, ${b})`,
  '**': (a, b) => `(numberOf(${a}) ** numberOf(${b}))`,
  '~': (a, b) => `joinText(${a}, ${b})`,
  '==': (a, b) => `equal(${a}, ${b})`,
  '!=': (a, b) => `!equal(${a}, ${b})`,
  '<': (a, b) => `(compare(${a}, ${b}) < 0)`,
  '>': (a, b) => `(compare(${a}, ${b}) > 0)`,
  '<=': (a, b) => `(compare(${a}, ${b}) <= 0)`,
  '>=': (a, b) => `(compare(${a}, ${b}) >= 0)`,
  in: (a, b) => `contains(${b}, ${a})`,
  'not in': (a, b) => `!contains(${b}, ${a})`,
};
const BOOLEAN_OPERATORS = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in']);

export class ExpressionCompiler {
  readonly #emitter: Emitter;
  readonly #bodies: BodyEmitter;

  constructor(emitter: Emitter, bodies: BodyEmitter) {
    this.#emitter = emitter;
    this.#bodies = bodies;
  }

  /** Code of the value. */
  value(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return expression.trusted === true
          ? this.#trusted(expression.value)
          : typeof expression.value === 'string'
            ? quote(expression.value)
            : String(expression.value);
      case 'name':
        return this.#name(expression);
      case 'member':
        return this.#member(expression);
      case 'item':
        return this.#emitter.awaited(this.#at(expression, `item(s, ${this.value(expression.object)}, ${this.value(expression.key)})`));
      case 'slice':
        return `slice(${this.value(expression.object)}, ${this.#optional(expression.from)}, ${this.#optional(expression.to)})`;
      case 'call':
        return (
          this.#loopCycle(expression) ?? this.#emitter.awaited(this.#at(expression, `callValue(s, ${this.callArguments(expression)})`))
        );
      case 'filter':
        return this.#filter(expression);
      case 'helper':
        return this.#helper(expression);
      case 'regroup':
        return this.#regroup(expression);
      case 'super':
      case 'self':
        return this.#bodies.superBody(this.#emitter, expression);
      case 'capture':
        return this.#bodies.capture(this.#emitter, expression.body);
      default:
        return this.#compound(expression);
    }
  }

  #compound(
    expression: Exclude<
      Expression,
      { kind: 'literal' | 'name' | 'member' | 'item' | 'slice' | 'call' | 'filter' | 'helper' | 'regroup' | 'super' | 'self' | 'capture' }
    >,
  ): string {
    switch (expression.kind) {
      case 'test':
      case 'logical':
        return expression.kind === 'test' ? this.#test(expression) : this.#logical(expression.operator, expression.left, expression.right);
      case 'unary':
        if (expression.operator === 'not') return `!${this.truth(expression.operand)}`;
        return `(${expression.operator}numberOf(${this.value(expression.operand)}))`;
      case 'binary':
        return (OPERATORS[expression.operator] as (a: string, b: string) => string)(
          this.value(expression.left),
          this.value(expression.right),
        );
      case 'conditional':
        return this.#conditional(expression);
      case 'list':
        return `[${expression.items.map((item) => this.value(item)).join(', ')}]`;
      case 'dict':
        return `{ __proto__: null, ${expression.entries.map(({ key, value }) => `[keyOf(${this.value(key)})]: ${this.value(value)}`).join(', ')} }`;
    }
  }

  /** Code of whether the value is true. */
  truth(expression: Expression): string {
    const code = this.value(expression);
    const isBoolean =
      (expression.kind === 'unary' && expression.operator === 'not') ||
      expression.kind === 'test' ||
      (expression.kind === 'binary' && BOOLEAN_OPERATORS.has(expression.operator));
    return isBoolean ? code : `truth(${code})`;
  }

  /** Function, receiver, arguments and named arguments of a call, for the runtime's functions for it. */
  callArguments(call: CallExpression, caller: string | null = null): string {
    const { callee, args, named } = call;
    if (callee.kind === 'name' && callee.name === 'url' && this.#isFree('url')) checkUrlUse(this.#emitter.environment, call);
    const { target, receiver } = this.#callee(callee);
    const pairs = named.map(({ name, value }) => `[${quote(name)}]: ${this.value(value)}`);
    if (caller !== null) pairs.push(`caller: ${caller}`);
    const list = args.map((argument) => this.value(argument)).join(', ');
    return `${target}, ${receiver}, [${list}], ${pairs.length === 0 ? 'null' : `{ ${pairs.join(', ')} }`}`;
  }

  /** loop.cycle('odd', 'even'), null for another call. */
  #loopCycle({ callee, args }: CallExpression): string | null {
    if (callee.kind !== 'member' || callee.name !== 'cycle' || args.length === 0) return null;
    const loop = this.#loopOf(callee.object);
    return loop === null ? null : `[${args.map((argument) => this.value(argument)).join(', ')}][${loop.index} % ${args.length}]`;
  }

  /** Whether a call is one of a loop's own. */
  isLoopCall(call: CallExpression): boolean {
    return call.callee.kind === 'member' && this.#loopOf(call.callee.object) !== null;
  }

  /** The receiver is evaluated once: it is kept in a variable of the unit's function. */
  #callee(callee: Expression): { target: string; receiver: string } {
    if (callee.kind === 'name' && this.#isFree(callee.name)) {
      return {
        target: this.#emitter.awaited(this.#at(callee, `nameToCall(s, ${this.#emitter.context}, ${quote(callee.name)})`)),
        receiver: 'undefined',
      };
    }
    if (callee.kind !== 'member') return { target: this.value(callee), receiver: 'undefined' };
    const receiver = this.#emitter.unique('r');
    this.#emitter.home.prelude.push(`let ${receiver};`);
    return { target: this.#at(callee, `memberToCall(s, ${receiver} = ${this.value(callee.object)}, ${quote(callee.name)})`), receiver };
  }

  #isFree(name: string): boolean {
    return this.#emitter.scope.candidates(name).next().done === true;
  }

  #name({ name, span }: NameExpression): string {
    const candidates = [...this.#emitter.scope.candidates(name)];
    const last = candidates.at(-1);
    const isCovered = last !== undefined && (last.kind === 'loop' || last.isCertain);
    let code = isCovered ? '' : guardName(this.#emitter, name, span, this.#contextName(name));
    for (const binding of candidates.reverse()) {
      if (binding.kind === 'loop') code = loopObject(binding.loop);
      else code = binding.isCertain ? binding.code : `(${binding.code} !== undefined ? ${binding.code} : ${code})`;
    }
    return this.#emitter.at(span, code);
  }

  #contextName(name: string): string {
    const key = quote(name);
    const access = name in Object.prototype ? `(Object.hasOwn(c, ${key}) ? c[${key}] : undefined)` : `c[${key}]`;
    const accessor = this.#emitter.declare(
      `name_${name.replace(/\W/g, '_')}`,
      `(s, c) => { const r = ${access}; return typeof r === 'string' || typeof r === 'number' || Array.isArray(r) ? r : contextName(s, c, ${key}, r); }`,
    );
    return this.#emitter.awaited(`${accessor}(s, ${this.#emitter.context})`);
  }

  #member(expression: MemberExpression): string {
    const { object, name, span } = expression;
    const loop = this.#loopOf(object);
    if (loop !== null) {
      if (name === 'parentloop') return loop.parent === null ? 'undefined' : loopObject(loop.parent);
      const code = Object.hasOwn(LOOP_CODE, name) ? LOOP_CODE[name] : undefined;
      if (code === undefined) refuse(span, `a loop has no "${name}"${didYouMean(name, Object.keys(LOOP_CODE))}`);
      return (code as (frame: LoopFrame) => string)(loop);
    }
    return this.#emitter.awaited(this.#at(expression, `${this.#accessor(name)}(s, ${this.value(object)})`));
  }

  /** The loop that "loop", "forloop" or "loop.parentloop" means, null for another expression. */
  #loopOf(expression: Expression): LoopFrame | null {
    if (expression.kind === 'name') {
      const [binding] = this.#emitter.scope.candidates(expression.name);
      return binding?.kind === 'loop' ? binding.loop : null;
    }
    if (expression.kind !== 'member' || expression.name !== 'parentloop') return null;
    return this.#loopOf(expression.object)?.parent ?? null;
  }

  /** One function for each name in a unit: what it sees is of few shapes, so the property access inside of it is fast. */
  #accessor(name: string): string {
    const key = quote(name);
    const access = name in Object.prototype || isNameOfFunctions(name) ? `read(o, ${key})` : `o[${key}]`;
    return this.#emitter.declare(
      `get_${/^\w+$/.test(name) ? name : Buffer.from(name).toString('hex')}`,
      `(s, o) => { if (o === null || o === undefined) return undefined; const r = ${access}; ` +
        `return typeof r === 'string' || typeof r === 'number' || Array.isArray(r) ? r : member(s, o, ${key}, r); }`,
    );
  }

  #filter(expression: FilterExpression): string {
    const { name, nameSpan, input, args, named } = expression;
    const { environment } = this.#emitter;
    if (!environment.filterNames.has(name)) refuse(nameSpan, `unknown filter "${name}"${didYouMean(name, environment.filterNames)}`);
    const filter = this.#emitter.declare(`filter_${name}`, `filters.get(${quote(name)})`);
    const isForgiving = FORGIVING_FILTERS.has(name) || !environment.debug;
    const value = this.value(input);
    const given = isForgiving ? value : this.#at(input, `defined(${value})`);
    const escaping = environment.escapingFilters.has(name) ? [String(this.#emitter.escapes)] : [];
    const pairs = named.map((pair) => `[${quote(pair.name)}]: ${this.value(pair.value)}`);
    const all = [
      given,
      ...escaping,
      ...args.map((argument) => this.value(argument)),
      ...(pairs.length === 0 ? [] : [`{ ${pairs.join(', ')} }`]),
    ];
    return this.#emitter.awaited(this.#at({ span: nameSpan }, `awaited(s, ${filter}(${all.join(', ')}))`));
  }

  #test(expression: TestExpression): string {
    const { name, nameSpan, input, args } = expression;
    const { testNames } = this.#emitter.environment;
    if (!testNames.has(name)) refuse(nameSpan, `unknown test "${name}"${didYouMean(name, testNames)}`);
    const test = this.#emitter.declare(`test_${name}`, `tests.get(${quote(name)})`);
    return this.#at({ span: nameSpan }, `${test}(${[input, ...args].map((argument) => this.value(argument)).join(', ')})`);
  }

  #helper(expression: HelperExpression): string {
    const { name, args, named, span } = expression;
    if (name === 'url') checkUrlUse(this.#emitter.environment, expression);
    if (name === 'csrfField') refuseInFragment(this.#emitter, '{% csrf_token %}', span);
    const pairs = named.map((pair) => `[${quote(pair.name)}]: ${this.value(pair.value)}`).join(', ');
    return this.#at({ span }, `helpers.${name}(s, [${args.map((argument) => this.value(argument)).join(', ')}], { ${pairs} })`);
  }

  #regroup({ list, item, key, span }: RegroupExpression): string {
    const emitter = this.#emitter;
    const variable = emitter.unique('item');
    let code = '';
    emitter.inScope(() => (code = this.value(key)), { [item]: { kind: 'variable', code: variable, isCertain: true } });
    const groups = emitter.at(span, `regroup(s, ${this.value(list)}, ${emitter.functionPrefix}(${variable}) => ${code})`);
    return emitter.form === 'sync' ? groups : `(await ${groups})`;
  }

  #logical(operator: 'and' | 'or', left: Expression, right: Expression): string {
    // Each in a variable of its own, for the right side may hold another of these.
    const variable = this.#emitter.unique('q');
    this.#emitter.home.prelude.push(`let ${variable};`);
    const first = `truth(${variable} = ${this.value(left)})`;
    const second = this.value(right);
    return operator === 'or' ? `(${first} ? ${variable} : ${second})` : `(${first} ? ${second} : ${variable})`;
  }

  #trusted(value: unknown): string {
    return this.#emitter.declare(`safe_${Buffer.from(String(value)).toString('hex')}`, `markSafe(${quote(String(value))})`);
  }

  #conditional({ test, then, otherwise }: ConditionalExpression): string {
    return `(${this.truth(test)} ? ${this.value(then)} : ${otherwise === null ? "''" : this.value(otherwise)})`;
  }

  #optional(expression: Expression | null): string {
    return expression === null ? 'null' : this.value(expression);
  }

  #at({ span }: { span: Expression['span'] }, code: string): string {
    return this.#emitter.at(span, code);
  }
}

/** Code of loop as a value. */
export function loopObject({ index, list, parent }: LoopFrame): string {
  return `new Loop(${index}, ${list}.length, ${parent === null ? 'null' : loopObject(parent)})`;
}
