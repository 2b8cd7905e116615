import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { header, isRestEvent, queryParameters } from '../../../functions/rest/rest-event.ts';
import { proxyEvent } from '../../support/proxy-event.ts';

/** The least that an event has when a function is invoked by hand (docs/operating.md). */
const BY_HAND = {
  resource: '/cache/customers/{customerId}',
  httpMethod: 'DELETE',
  pathParameters: { customerId: '566881933' },
  requestContext: { requestId: 'by-hand' },
};

describe('isRestEvent', () => {
  test.each<[string, unknown]>([
    ['a request', proxyEvent({ query: 'a=1', headers: { A: 'b' }, body: '{}' })],
    ['a request by hand', BY_HAND],
    ['a request by hand with headers', { ...BY_HAND, headers: { authorization: 'x' }, body: null }],
  ])('%s is one', (_title, event) => {
    expect(isRestEvent(event)).toBe(true);
  });

  test.each<[string, object]>([
    ['no method', { httpMethod: undefined }],
    ['no resource', { resource: undefined }],
    ['no context', { requestContext: null }],
    ['a parameter of the path without a value', { pathParameters: { customerId: null } }],
    ['no id of the request', { requestContext: { requestId: 5 } }],
    ['a body that is not a text', { body: {} }],
    ['a path parameter that is not a text', { pathParameters: { customerId: 5 } }],
    ['a path parameter that is not a text, beside one that is', { pathParameters: { a: 'b', customerId: 5 } }],
    ['headers that are a list', { headers: ['a'] }],
    ['lines of a header that are not a list', { multiValueHeaders: { a: 'b' } }],
    ['lines of a header that are not texts', { multiValueHeaders: { a: [5] } }],
    ['a line of a header that is not a text, beside one that is', { multiValueHeaders: { a: ['b', 5] } }],
    ['a query that is a text', { queryStringParameters: 'a=b' }],
    ['values of the query that are not a list', { multiValueQueryStringParameters: { a: 'b' } }],
  ])('is false with %s', (_title, members) => {
    expect(isRestEvent({ ...BY_HAND, ...members })).toBe(false);
  });
});

const withLines = (multiValueHeaders: unknown, headers: unknown = null) =>
  ({ multiValueHeaders, headers }) as APIGatewayProxyEvent;

describe('H07: each line of a header counts', () => {
  test.each<[string, unknown, unknown, string | undefined]>([
    ['one', { 'Cache-Control': ['no-cache'] }, null, 'no-cache'],
    ['two, in their order', { 'cache-control': ['max-age=60', 'no-store'] }, null, 'max-age=60, no-store'],
    ['of names that differ in letter case', { 'Cache-Control': ['a'], 'CACHE-CONTROL': ['b'] }, null, 'a, b'],
    ['none', { other: ['a'] }, null, undefined],
    ['none, of another name that is as long', { authorization: ['a'] }, null, undefined],
    ['none, of no headers at all', null, null, undefined],
    ['none, of headers that are null', { 'cache-control': null }, null, undefined],
    ['an empty one', { 'cache-control': [''] }, null, ''],
    ['the single one, where that form alone is given', undefined, { 'Cache-Control': 'no-cache' }, 'no-cache'],
    ['not the single one beside the lines', { 'cache-control': ['a', 'b'] }, { 'cache-control': 'b' }, 'a, b'],
  ])('%s', (_title, multiValueHeaders, headers, expected) => {
    expect(header(withLines(multiValueHeaders, headers), 'cache-control')).toBe(expected);
  });
});

test('a parameter that is given twice stands twice in one form, and once in the other', () => {
  const event = proxyEvent({ query: 'a=1&b=2&a=3' });
  expect(queryParameters(event)).toEqual([
    ['a', '1'],
    ['a', '3'],
    ['b', '2'],
  ]);
  const single = { queryStringParameters: { a: '3' } } as unknown as APIGatewayProxyEvent;
  expect(queryParameters(single)).toEqual([['a', '3']]);
  expect(queryParameters({} as APIGatewayProxyEvent)).toEqual([]);
});
