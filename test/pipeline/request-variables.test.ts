/** Texts with variables, expanded in JavaScript. */
import { describe, expect, it } from 'vitest';
import { PlainRequest, type PlainRequestInit } from '../../src/gateway/inject/plain-request.ts';
import { Request } from '../../src/http/request.ts';
import { compileVariables, type VariableText } from '../../src/pipeline/request-variables.ts';

const REQUEST: PlainRequestInit = {
  method: 'POST',
  target: '/a%62c?who=me&who=you&x',
  fields: ['Host', 'Shop.Example.ORG:8080', 'Cookie', 'a=1; session= s%20x ;b=2', 'X-Api-Key', 'k1'],
  remoteAddress: '2001:db8:0:7::1',
};

const expanded = (text: string, init: Partial<PlainRequestInit> = {}): string =>
  (compileVariables(text) as VariableText)(new Request(new PlainRequest({ ...REQUEST, ...init })));

describe('compileVariables()', () => {
  it.each([
    ['$remote_addr', '2001:db8:0:7::1'],
    ['$remote_net', '2001:db8:0:7::'],
    ['$host', 'shop.example.org'],
    ['$scheme://${host}$request_uri', 'http://shop.example.org/a%62c?who=me&who=you&x'],
    ['$request_method $uri', 'POST /abc'],
    ['$args|$query_string', 'who=me&who=you&x|who=me&who=you&x'],
    ['$arg_who-$arg_x-$arg_y', 'me--'],
    ['$cookie_session', 's%20x'],
    ['$http_x_api_key', 'k1'],
    ['a$$b', 'a$b'],
  ])('expands %s', (text, value) => {
    expect(expanded(text)).toBe(value);
  });

  it('names the client of a unix socket', () => {
    expect(expanded('$remote_net/$remote_addr', { remoteAddress: '' })).toBe('unix/unix');
  });

  it.each([
    ['$remot_addr', 'did you mean $remote_addr?'],
    ['$ssl_cipher', 'unknown variable $ssl_cipher; expected one of'],
    ['$arg_', 'unknown variable'],
    ['a $ b', 'without the name of a variable'],
    ['${host', 'without the name of a variable'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(compileVariables(text)).toContain(problem);
  });
});
