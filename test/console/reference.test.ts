import { describe, expect, test } from '@jest/globals';
import { firstRequest, follow, tagsOf } from '../../console/reference/api-document.js';
import { compact, parseDigits, print } from '../../console/reference/digits.js';
import { blocksOf, spansOf } from '../../console/reference/markdown.js';
import { captionOf, choicesOf, limitsOf, nameOf, typeOf, valuesOf } from '../../console/reference/schema-words.js';
import { fc } from '../support/properties.ts';

// Tests how the API reference at /docs shows an OpenAPI document.

const DOCUMENT = {
  tags: [{ name: 'Look-ups', description: 'For tills.' }, { name: 'Health' }],
  paths: {
    '/customers/{id}': {
      get: {
        tags: ['Look-ups'],
        operationId: 'lookUp',
        parameters: [
          { name: 'id', in: 'path', required: true, examples: { odd: { value: '7/8' }, till: { value: '9' } } },
          { $ref: '#/components/parameters/source' },
          { name: 'embed', in: 'query', examples: { till: { value: ['points', 'mlp'] } } },
          { name: 'Cache-Control', in: 'header', examples: { till: { value: 'no-cache' } } },
          { name: 'fields', in: 'query', examples: { short: { value: 'id' } } },
        ],
      },
      head: { tags: ['Look-ups'], operationId: 'lookUpHead' },
    },
    '/health': { get: { tags: ['Health'], operationId: 'health' } },
    '/events': {
      post: {
        tags: ['Health'],
        operationId: 'event',
        requestBody: {
          content: { 'application/json': { examples: { one: { $ref: '#/components/examples/one~1two' } } } },
        },
      },
    },
  },
  components: {
    parameters: { source: { name: 'source', in: 'query', required: true, examples: { till: { value: 'INSTORE' } } } },
    examples: { 'one/two': { value: { id: 1 } } },
  },
};

describe('operations', () => {
  test('stand under their tag in the order of the document, HEAD and OPTIONS apart', () => {
    expect(
      tagsOf(DOCUMENT).map(({ name, operations, side }) => [
        name,
        operations.map(({ method, path }) => `${method} ${path}`),
        side.map(({ method, path }) => `${method} ${path}`),
      ]),
    ).toEqual([
      ['Look-ups', ['GET /customers/{id}'], ['HEAD /customers/{id}']],
      ['Health', ['GET /health', 'POST /events'], []],
    ]);
  });

  const first = (operationId: string) => {
    const all = tagsOf(DOCUMENT).flatMap(({ operations }) => operations);
    const asked = all.find(({ operation }) => operation.operationId === operationId);
    return asked && firstRequest(DOCUMENT, asked);
  };

  test('show as their first request the examples of one name that fills each required parameter', () => {
    expect(first('lookUp')).toEqual({
      path: '/customers/9?source=INSTORE&embed=points%2Cmlp',
      headers: { 'Cache-Control': 'no-cache' },
      body: undefined,
    });
  });

  test('without a required parameter take the first example of all', () => {
    const parameters = [
      { name: 'id', in: 'query', examples: { byId: { value: '7' } } },
      { name: 'email', in: 'query', examples: { byMail: { value: 'a@example.com' } } },
    ];
    const asked = { method: 'GET', path: '/customer', operation: { parameters } };
    expect(firstRequest(DOCUMENT, asked).path).toBe('/customer?id=7');
  });

  test('without parameters are asked for as they are, and with the first example of a body', () => {
    expect(first('health')).toEqual({ path: '/health', headers: {}, body: undefined });
    expect(first('event')).toEqual({ path: '/events', headers: {}, body: { id: 1 } });
  });
});

test('a reference becomes its target, with the members that stand beside it', () => {
  expect(follow(DOCUMENT, { $ref: '#/components/examples/one~1two', summary: 'One.' })).toEqual({
    value: { id: 1 },
    summary: 'One.',
  });
  expect(() => follow(DOCUMENT, { $ref: '#/components/examples/none' })).toThrow('no #/components/examples/none');
});

describe('JSON in an example', () => {
  test('keeps the digits of its numbers', () => {
    const text = '{ "id": 9007199254740993, "points": [95827.0, -1e3] }';
    expect(compact(parseDigits(text))).toBe(text);
  });

  test('breaks its lines where they would be long, and only there', () => {
    const value = { short: { a: 'b' }, long: ['x'.repeat(40), 'y'.repeat(40)], empty: {} };
    expect(print(value)).toBe(
      `{\n  "short": { "a": "b" },\n  "long": [\n    "${'x'.repeat(40)}",\n    "${'y'.repeat(40)}"\n  ],\n  "empty": {}\n}`,
    );
  });

  test('is JSON of the same value, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(print(parseDigits(text)))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('a schema in words', () => {
  test.each([
    [{ type: 'string' }, 'string', []],
    [{ type: ['string', 'null'] }, 'string or null', []],
    [{ type: 'array', items: {}, maxItems: 100 }, 'list', ['at most 100 items']],
    [{ items: {} }, 'list', []],
    [{ properties: {} }, 'object', []],
    [{}, 'any', []],
    [{ type: 'integer', minimum: 400, maximum: 504 }, 'integer', ['400 to 504']],
    [{ type: 'integer', minimum: 0 }, 'integer', ['at least 0']],
    [{ type: 'string', minLength: 3, maxLength: 3 }, 'string', ['3 characters']],
    [{ type: 'string', minLength: 1 }, 'string', ['not empty']],
    [{ type: 'string', minLength: 1, maxLength: 256 }, 'string', ['1 to 256 characters']],
    [{ type: 'string', maxLength: 1 }, 'string', ['at most 1 character']],
    [{ items: {}, minItems: 1, maxItems: 1 }, 'list', ['1 item']],
    [{ items: {}, minItems: 1 }, 'list', ['at least 1 item']],
    [{ type: 'integer', format: 'int64' }, 'integer', ['int64']],
    [{ type: 'object', additionalProperties: false }, 'object', ['no other members']],
  ])('%j: %s %j', (schema, type, limits) => {
    expect(typeOf(schema)).toBe(type);
    expect(limitsOf(schema)).toEqual(limits);
  });

  test('lists its values as they are written', () => {
    expect(valuesOf({ enum: ['hit', 1, null] })).toEqual(['hit', '1', 'null']);
    expect(valuesOf({ const: 'v2' })).toEqual(['v2']);
    expect(valuesOf({ type: 'string' })).toEqual([]);
  });

  test('has choices where a value may be one of several, not where members depend on each other', () => {
    const choices = [{ type: 'string' }, { $ref: '#/components/schemas/Nothing' }];
    expect(choicesOf({ anyOf: choices })).toBe(choices);
    expect(choicesOf({ oneOf: choices })).toBe(choices);
    expect(choicesOf({ anyOf: [{ required: ['id'] }, { not: { required: ['id'] } }] })).toEqual([]);
    expect(nameOf(choices[1])).toBe('Nothing');
    expect(nameOf(choices[0])).toBeUndefined();
  });
});

test.each([
  ['both', { summary: 'Two `customers`.', value: {} }, 'Two `customers`.'],
  ['missing', { value: { code: 'missing_parameter' } }, '`missing_parameter`'],
  ['refusedSilently', { value: { status: 400 } }, 'refused silently'],
  ['purged', { value: null }, 'purged'],
])('above the example %s of %j stands %s', (name, example, caption) => {
  expect(captionOf(name, example)).toBe(caption);
});

describe('a description', () => {
  test('has paragraphs and lists with lines that may break', () => {
    expect(blocksOf('One\ntwo.\n\n- first\n  goes on\n- `second`\n')).toEqual([
      { kind: 'paragraph', spans: [{ kind: 'text', text: 'One two.' }] },
      { kind: 'list', items: [[{ kind: 'text', text: 'first goes on' }], [{ kind: 'code', text: 'second' }]] },
    ]);
  });

  test('has tables, whose cells have code', () => {
    const text = (word: string) => [{ kind: 'text', text: word }];
    expect(
      blocksOf('Text.\n\n| name | accepted |\n| --- | --- |\n| `id` | digits, or none |\n| any other | |\n'),
    ).toEqual([
      { kind: 'paragraph', spans: text('Text.') },
      {
        kind: 'table',
        head: [text('name'), text('accepted')],
        rows: [
          [[{ kind: 'code', text: 'id' }], text('digits, or none')],
          [text('any other'), []],
        ],
      },
    ]);
  });

  test('has no table without its row of dashes', () => {
    expect(blocksOf('| a | b |\n| c | d |')).toMatchObject([{ kind: 'paragraph' }]);
  });

  test('has code, strong words and links; in code nothing else counts', () => {
    expect(spansOf('A `**b**` is **strong**, see [this](docs/api.md).')).toEqual([
      { kind: 'text', text: 'A ' },
      { kind: 'code', text: '**b**' },
      { kind: 'text', text: ' is ' },
      { kind: 'strong', text: 'strong' },
      { kind: 'text', text: ', see ' },
      { kind: 'link', text: 'this', to: 'docs/api.md' },
      { kind: 'text', text: '.' },
    ]);
  });
});
