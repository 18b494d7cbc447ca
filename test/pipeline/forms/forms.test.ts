import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { bindForm, emptyForm, inject, defineApp, parseForm, path, type StandardSchema, UploadedFile, type View, validate, validated, ValidationError } from '../../../src/index.ts';

const Person = v.object({
  name: v.pipe(v.string(), v.minLength(2, 'too short')),
  age: v.pipe(v.string(), v.regex(/^\d+$/, 'not a number'), v.transform(Number)),
});
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** An asynchronous schema with issues of its own making, as any vendor may write it. */
const schemaWith = (issues: readonly object[]): StandardSchema<never> => ({
  '~standard': { version: 1, vendor: 'test', validate: async () => ({ issues: issues as never }) },
});

const send = (view: View, request: { method?: string; url?: string; headers?: Record<string, string>; body?: string } = {}) =>
  inject(defineApp({ urls: [path('<int:id>/', view)] }), { url: '/7/', ...request });

describe('validate()', () => {
  test('gives what the schema made of the value', async () => {
    const result = await validate(Person, { name: 'Ada', age: '36' });
    expect(result).toEqual({ ok: true, value: { name: 'Ada', age: 36 } });
    if (result.ok) expectTypeOf(result.value).toEqualTypeOf<{ name: string; age: number }>();
  });

  test('gives issues by their path', async () => {
    const schema = schemaWith([{ message: 'a' }, { message: 'b', path: ['x', { key: 0 }, 'y'] }]);
    expect(await validate(schema, {})).toEqual({ ok: false, issues: [{ path: '', message: 'a' }, { path: 'x.0.y', message: 'b' }] });
  });
});

describe('validated()', () => {
  const view = validated(
    { params: v.object({ id: v.number() }), query: v.object({ tag: v.union([v.string(), v.array(v.string())]) }) },
    (_request, { params, query }) => {
      expectTypeOf(params).toEqualTypeOf<{ id: number }>();
      return { params, query };
    },
  );

  test('hands the view what the schemas made of parameters and query', async () => {
    expect((await send(view, { url: '/7/?tag=a' })).json()).toEqual({ params: { id: 7 }, query: { tag: 'a' } });
    expect((await send(view, { url: '/7/?tag=a&tag=b' })).json()).toMatchObject({ query: { tag: ['a', 'b'] } });
  });

  test('answers 400 for a wrong query and says what is wrong', async () => {
    const response = await send(view);
    expect([response.status, response.text()]).toEqual([400, expect.stringMatching(/^The query is not valid: tag: /)]);
  });

  const save = validated({ body: Person }, (_request, { body }) => ({ got: body }));

  test.each([
    ['JSON', { 'content-type': 'application/json' }, '{"name":"Ada","age":"36"}'],
    ['a form', FORM, 'name=Ada&age=36'],
  ])('reads %s', async (_what, headers, body) => {
    expect((await send(save, { method: 'POST', headers, body })).json()).toEqual({ got: { name: 'Ada', age: 36 } });
  });

  test('answers 422 for wrong content, with every issue', async () => {
    const response = await send(save, { method: 'POST', headers: FORM, body: 'name=A&age=x' });
    expect([response.status, response.text()]).toEqual([422, 'The request content is not valid: name: too short; age: not a number\n']);
  });

  test('answers 400 for content that is not even JSON', async () => {
    expect((await send(save, { method: 'POST', body: '{' })).status).toBe(400);
  });

  test('does not let names of a form reach the prototype', async () => {
    const echo = validated({ body: v.any() }, (_request, { body }) => ({ keys: Object.keys(body as object), isPlain: Object.getPrototypeOf(body) === Object.prototype }));
    expect((await send(echo, { method: 'POST', headers: FORM, body: '__proto__=x&constructor=y' })).json()).toEqual({ keys: ['__proto__', 'constructor'], isPlain: true });
  });

  test('refuses what is no schema when the application is loaded', () => {
    expect(() => validated({ query: {} as never }, () => 'x')).toThrow(/validated\(\): query is an object; expected a Standard Schema/);
    expect(() => validated({ form: Person } as never, () => 'x')).toThrow(/unknown option 'form'/);
  });

  test('fails with the issues for error handlers', () => {
    expect(new ValidationError('body', [{ path: 'a', message: 'b' }])).toMatchObject({ status: 422, part: 'body', issues: [{ path: 'a', message: 'b' }] });
  });
});

describe('parseForm()', () => {
  const view: View = async (request) => {
    const form = await parseForm(request, Person);
    return { valid: form.isValid, value: form.isValid ? form.value : null, values: form.values, errors: form.errors, name: form.field('name'), other: form.field('other') };
  };

  test('gives the value of a form that is valid', async () => {
    expect((await send(view, { method: 'POST', headers: FORM, body: 'name=Ada&age=36' })).json()).toMatchObject({ valid: true, value: { name: 'Ada', age: 36 }, errors: {} });
  });

  test('keeps what was sent, and what is wrong with it, of one that is not', async () => {
    expect((await send(view, { method: 'POST', headers: FORM, body: 'name=A&age=36' })).json()).toEqual({
      valid: false,
      value: null,
      values: { name: 'A', age: '36' },
      errors: { name: ['too short'] },
      name: { name: 'name', value: 'A', errors: ['too short'] },
      other: { name: 'other', value: '', errors: [] },
    });
  });

  test('tells the errors of inputs from those of the whole', async () => {
    const schema = schemaWith([{ message: 'passwords differ' }, { message: 'no city', path: ['address', 'city'] }]);
    const whole: View = async (request) => {
      const form = await parseForm(request, schema);
      return { form: form.formErrors, inputs: form.errors };
    };
    expect((await send(whole, { method: 'POST', headers: FORM, body: '' })).json()).toEqual({ form: ['passwords differ'], inputs: { address: ['no city'] } });
  });

  test('hands the schema the files of the form, and the page its texts', async () => {
    const part = (disposition: string, content: string) => `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    const body = `${part('name="title"', 'Map')}${part('name="map"; filename="map.txt"', 'content')}--b--\r\n`;
    const Upload = v.object({ title: v.string(), map: v.pipe(v.instance(UploadedFile), v.transform(({ size }) => size)) });
    const upload: View = async (request) => {
      const form = await parseForm(request, Upload);
      return { value: form.value, values: form.values };
    };
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect((await send(upload, { method: 'POST', headers, body })).json()).toEqual({ value: { title: 'Map', map: 7 }, values: { title: 'Map' } });
  });

  test('refuses other content', async () => {
    expect((await send(view, { method: 'POST', body: '{}' })).status).toBe(415);
  });
});

test('an empty form shows its initial values and has no value', () => {
  const form = emptyForm({ name: 'Ada' });
  expect([form.isBound, form.isValid, form.field('name').value]).toEqual([false, false, 'Ada']);
  expect(() => form.value).toThrow(/not valid/);
});

describe('bindForm()', () => {
  const view: View = async (request) => {
    const form = await bindForm(request, Person, { name: 'Grace' });
    expectTypeOf(form).toHaveProperty('value').toEqualTypeOf<{ name: string; age: number }>();
    return form.isValid ? { value: form.value } : { isBound: form.isBound, values: form.values, errors: form.errors };
  };

  test('gives a form to fill in where nothing is sent', async () => {
    expect((await send(view)).json()).toEqual({ isBound: false, values: { name: 'Grace' }, errors: {} });
  });

  test('gives what was sent, as the schema made it', async () => {
    expect((await send(view, { method: 'POST', headers: FORM, body: 'name=Ada&age=36' })).json()).toEqual({ value: { name: 'Ada', age: 36 } });
  });
});

describe('withError()', () => {
  test('adds what the schema cannot know to a form that was valid', async () => {
    const view: View = async (request) => {
      const form = (await bindForm(request, Person)).withError('name', 'is taken').withError(null, 'try later');
      return { isValid: form.isValid, field: form.field('name'), formErrors: form.formErrors };
    };
    expect((await send(view, { method: 'POST', headers: FORM, body: 'name=Ada&age=36' })).json()).toEqual({
      isValid: false,
      field: { name: 'name', value: 'Ada', errors: ['is taken'] },
      formErrors: ['try later'],
    });
  });
});
