/** What a template's author tries in order to reach code, prototypes or the process. */
import { describe, expect, test } from 'vitest';
import { engineOf } from './support.ts';

class Account {
  name = 'Ada';
  static secret = 'static';
  method(): string {
    return 'called';
  }
}

function sloppy(): string {
  return 'made';
}

const context = {
  user: new Account(), Account, list: [1], text: 'abc', object: { a: 1 }, map: new Map([['a', 1]]), fn: sloppy, arrow: () => 1, date: new Date(0), when: Promise.resolve(1),
  re: /a/, sym: Symbol.iterator, n: 1, F: Function, evil: globalThis.eval, gen: Object.getPrototypeOf(function* () {}) as object, key: 'constructor', proto: '__proto__', error: new Error('e'), bytes: new Uint8Array(1),
  args: (function () { return arguments; })(),
};

const ATTEMPTS = [
  '{{ constructor }}', '{{ __proto__ }}', '{{ prototype }}', '{{ user.constructor }}', '{{ user["constructor"] }}', "{{ user['con' ~ 'structor'] }}", '{{ user[key] }}', '{{ user[key][key] }}', '{{ user[proto] }}', '{{ user.__proto__ }}', '{{ object["__proto__"] }}',
  '{{ user.constructor.constructor("return process")() }}', '{{ text.constructor }}', '{{ list.constructor }}', '{{ list["constructor"]["constructor"]("return 1")() }}', '{{ n.constructor }}', '{{ fn.constructor }}', '{{ fn.call }}', '{{ fn.apply }}', '{{ fn.bind() }}', '{{ fn.caller }}', '{{ fn.arguments }}', '{{ fn.prototype }}',
  '{{ fn.toString() }}', '{{ user.method.constructor }}', '{{ user.method.call }}', '{{ user.__defineGetter__ }}', '{{ user.__lookupGetter__("name") }}', '{{ user.hasOwnProperty("name") }}', '{{ user.isPrototypeOf }}', '{{ user.valueOf }}', '{{ user.toString }}', '{{ Account.prototype }}', '{{ Account.constructor }}', '{{ Account() }}', '{{ Account }}',
  '{{ F("return 1")() }}', '{{ F }}', '{{ evil("1") }}', '{{ evil }}', '{{ gen.constructor }}', '{{ gen["constructor"] }}', '{{ list.map }}', '{{ list.map(fn) }}', '{{ list.forEach(fn) }}', '{{ list.push(2) }}', '{{ list.constructor.from }}', '{{ text.replace("a", fn) }}', '{{ text.repeat(9) }}', '{{ text.padEnd(9) }}', '{{ map.set("b", 2) }}', '{{ map.clear() }}',
  '{{ map.constructor }}', '{{ date.constructor }}', '{{ date.setTime(5) }}', '{{ re.constructor }}', '{{ re.exec("a") }}', '{{ error.constructor }}', '{{ bytes.fill(1) }}', '{{ bytes.constructor }}', '{{ bytes.buffer.constructor }}', '{{ args.callee }}', '{{ sym.constructor }}', '{{ process }}', '{{ globalThis }}', '{{ require("fs") }}', '{{ global.process }}', '{{ this }}', '{{ import("fs") }}', '{{ module }}', '{{ runtime }}', '{{ state }}', '{{ s }}', '{{ c }}', '{{ o }}',
  '{{ list|map("constructor") }}', '{{ list|map("constructor.constructor")|first }}', '{{ user|attr("constructor") }}', '{{ user|attr("__proto__") }}', '{{ [user]|map(attribute="constructor.name")|join }}', '{{ [user]|groupby("constructor")|length if false }}', '{{ [user]|sort(attribute="__proto__")|map("constructor")|first }}', '{% regroup list by constructor as x %}', '{% regroup list by __proto__ as x %}',
  '{% set constructor = 1 %}', '{% set __proto__ = 1 %}', '{% with __proto__=1 %}{% endwith %}', '{% macro m(__proto__) %}{% endmacro %}', '{% for __proto__ in list %}{% endfor %}', '{{ {"__proto__": user}.method }}', '{{ {__proto__: user} }}', '{{ {"constructor": 1} }}', '{{ {key: 1}[key] }}', '{{ dict({}).constructor }}', '{{ namespace().constructor }}', '{{ namespace(a=1).set("b", 2) }}',
  '{{ range.constructor }}', '{{ url.constructor }}', '{{ (fn or 1).constructor }}', '{{ loop.constructor }}', '{% for x in list %}{{ loop.constructor }}{% endfor %}', '{% for x in list %}{{ (loop or 1).constructor }}{% endfor %}', '{% macro m() %}{% endmacro %}{{ m.constructor }}', '{% macro m() %}{% endmacro %}{{ m.emit }}', '{% macro m() %}{% endmacro %}{{ m.emit() }}', '{{ "a".constructor }}', '{{ [].constructor }}', '{{ 1["constructor"] }}', '{{ ("a"|safe).constructor }}', '{{ cycler("a").next.constructor }}',
];

describe('the sandbox', () => {
  test.each(ATTEMPTS)('%s reaches nothing', (source) => {
    let text = '';
    try {
      text = engineOf(`{% autoescape off %}${source}{% endautoescape %}`).renderToString('page.html', { ...context }) as string;
    } catch (error) {
      expect((error as Error).name).toBe('TemplateError');
      return;
    }
    expect(text).not.toMatch(/function|class|native code|=>|\[object (?!Object\])|Ada|called|static/);
    expect(text.replace('[object Object]', '')).toBe('');
  });

  test('what was tried has changed nothing', () => {
    expect(context.list).toEqual([1]);
    expect([...context.map]).toEqual([['a', 1]]);
    expect(context.date.getTime()).toBe(0);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['{% set x.__proto__ = 1 %}', /may not use the name "__proto__"/],
    ['{% set object.a = 2 %}', /only attributes of a namespace\(\) can be set/],
    ['{{ x.constructor }}', /templates may not reach "constructor"/],
  ])('%s is refused with a reason', (source, message) => {
    expect(() => engineOf(source).renderToString('page.html', { object: {} })).toThrow(message);
  });

  test.each(['../secret', '/etc/passwd', '..\\secret', 'a/../../secret', './../../x', 'x\0.html', ''])('a template named %j is not found', (name) => {
    expect(() => engineOf('{% include name %}').renderToString('page.html', { name })).toThrow(/there is no template/);
  });

  test('names that a template cannot use are plain data otherwise', () => {
    expect(engineOf('{{ call.caller }} {{ call.arguments }} {{ toString }} {{ o.valueOf }}').renderToString('page.html', { call: { caller: 'A', arguments: 2 }, toString: 'own', o: { valueOf: 'v' } })).toBe('A 2 own v');
  });
});
