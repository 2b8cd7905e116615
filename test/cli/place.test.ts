import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../cli/exit-codes.ts';
import { placeOf } from '../../cli/place.ts';

type Given = Partial<Parameters<typeof placeOf>[0]>;

const place = (given: Given, environment: Readonly<Record<string, string>> = {}) =>
  placeOf({ url: undefined, key: undefined, ...given }, { environment });

describe('without an address, the place is the service of npm start', () => {
  test.each([
    [{}, 'http://127.0.0.1:3000/'],
    [{ PORT: '' }, 'http://127.0.0.1:3000/'],
    [{ PORT: ' 4000\r' }, 'http://127.0.0.1:4000/'],
    [{ PORT: '65535' }, 'http://127.0.0.1:65535/'],
  ])('%j: %s', (environment, url) => {
    expect(place({}, environment).url.href).toBe(url);
    expect(place({}, environment).isHere).toBe(true);
  });

  test.each(['abc', '0', '-1', '65536', '3000.5', '3000,3001'])('PORT=%s is refused by its name', (PORT) => {
    expect(() => place({}, { PORT })).toThrow(UsageError);
    expect(() => place({}, { PORT })).toThrow(`PORT is "${PORT}"; allowed is a whole number, 1 to 65535`);
  });

  test('PORT does not matter if there is an address', () => {
    expect(place({ url: 'https://a.example/live' }, { PORT: 'abc' }).url.href).toBe('https://a.example/live/');
  });
});

describe('a refusal says where the wrong value came from', () => {
  test.each<[Given, Record<string, string>, string]>([
    [{ url: 'nonsense' }, {}, '--url is "nonsense"; allowed is an address'],
    [{ url: 'nonsense' }, { LOOKASIDE_URL: 'nonsense' }, 'LOOKASIDE_URL is "nonsense"; allowed is an address'],
    [{ url: 'nonsense' }, { LOOKASIDE_URL: 'https://a.example' }, '--url is "nonsense"'],
    [{ key: 'a b' }, {}, '--key has a character'],
    [{ key: 'a b' }, { LOOKASIDE_API_KEY: 'a b' }, 'LOOKASIDE_API_KEY has a character'],
  ])('%j with %j: %s', (given, environment, message) => {
    expect(() => place(given, environment)).toThrow(UsageError);
    expect(() => place(given, environment)).toThrow(message);
  });
});

describe('the path of a request is no part of the address, because each command adds its own', () => {
  const PATHS = [
    '/v2/customers/lookup/customerDetails',
    '/v1.1/customer/get',
    '/lookups',
    '/cache/entries',
    '/events/capillary',
    '/health',
  ];

  test.each(PATHS)('%s', (path) => {
    for (const url of [`https://a.example/live${path}`, `https://a.example/live${path}/`]) {
      expect(() => place({ url })).toThrow(UsageError);
      expect(() => place({ url })).toThrow(`--url ends in ${path}, the path of a request; give the part before it`);
    }
    expect(() =>
      place({ url: `http://127.0.0.1:3000${path}` }, { LOOKASIDE_URL: `http://127.0.0.1:3000${path}` }),
    ).toThrow(`LOOKASIDE_URL ends in ${path}`);
  });

  test.each(['https://a.example/v2', 'https://a.example/health/live', 'https://a.example/my-lookups'])(
    '%s is an address',
    (url) => {
      expect(place({ url }).url.href).toBe(`${url}/`);
    },
  );
});

test.each([
  ['127.0.0.1:3000', true],
  ['localhost:3000', true],
  ['abcdefghij.execute-api.ap-south-1.amazonaws.com/live/', true],
  ['ftp://a.example', false],
  ['https://a.example?x=1', false],
])('the refusal of %s says how an address begins: %s', (url, isSaid) => {
  const words = /It begins with https:\/\/, or on this machine with http:\/\/\.$/;
  expect(() => place({ url })).toThrow(isSaid ? words : /127\.0\.0\.1:3000\.$/);
});

test('the refusal of a key says nothing about addresses', () => {
  expect(() => place({ key: 'a b' })).toThrow(/line breaks\.$/);
});
