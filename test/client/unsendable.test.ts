import type { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { createLookaside, type Lookaside, type LookupQuery } from '../../client/src/index.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };
const outcomeFor = (value: unknown) => ({
  kind: 'found',
  customer: { value },
  cache: { status: 'hit', ageSeconds: 1, ttlSeconds: 2 },
});

/** A client of each way, with a Lookaside that finds what it is asked for, and the bodies that it got. */
function clients(): readonly (readonly [Lookaside, string[]])[] {
  const bodies: [string[], string[]] = [[], []];
  const fetch = async (_url: unknown, { body }: RequestInit = {}) => {
    bodies[0].push(String(body));
    const { lookups } = JSON.parse(String(body));
    return Response.json({ results: lookups.map((each: typeof QUERY) => outcomeFor(each.identifierValue)) });
  };
  const invoke = async ({ Payload }: { Payload: string }) => {
    bodies[1].push(Payload);
    const { lookups, identifierValue } = JSON.parse(Payload);
    const answer = lookups
      ? { results: lookups.map((each: typeof QUERY) => outcomeFor(each.identifierValue)) }
      : outcomeFor(identifierValue);
    return { Payload: new TextEncoder().encode(JSON.stringify(answer)) };
  };
  return [
    [createLookaside({ endpoint: 'https://lookaside.example', fetch: fetch as typeof globalThis.fetch }), bodies[0]],
    [createLookaside({ lambda: { invoke, send: invoke } as unknown as LambdaClient }), bodies[1]],
  ];
}

const circular: unknown[] = [];
circular.push(circular);

/** Queries that the compiler refuses. */
const UNSENDABLE: readonly (readonly [string, string, object])[] = [
  ['a BigInt', 'identifierValue', { ...QUERY, identifierValue: 9007199254740993n }],
  ['a BigInt in a list', 'embed', { ...QUERY, embed: ['points', 1n] }],
  ['a BigInt of v1.1', 'id', { api: 'v1.1', id: 1n }],
  ['a BigInt among the extra parameters', 'tenant', { ...QUERY, extra: { tenant: 1n } }],
  ['a value that contains itself', 'embed', { ...QUERY, embed: circular }],
];

describe.each(UNSENDABLE)('a query with %s', (_title, name, given) => {
  const query = given as LookupQuery;
  const refused = {
    kind: 'error',
    code: 'invalid_parameter',
    message: `${name} does not fit into JSON; allowed are texts, numbers, booleans and lists of texts. Give a large id as text.`,
    cause: expect.any(TypeError),
  };

  test('is refused by its name, and nothing is sent', async () => {
    for (const [lookaside, sent] of clients()) {
      expect(await lookaside.lookup(query)).toEqual(refused);
      expect(await lookaside.lookupBatch([query, query])).toEqual([refused, refused]);
      expect(sent).toEqual([]);
    }
  });

  test('does not keep the others of a batch from their outcomes', async () => {
    for (const [lookaside, sent] of clients()) {
      const others = ['1', '2'].map((identifierValue) => ({ ...QUERY, identifierValue }));
      const outcomes = await lookaside.lookupBatch([query, ...others, query]);
      expect(outcomes).toEqual([refused, outcomeFor('1'), outcomeFor('2'), refused]);
      expect(sent).toEqual([JSON.stringify({ lookups: others })]);
    }
  });
});

test('an empty batch is still sent, so that a wrong key shows', async () => {
  for (const [lookaside, sent] of clients()) {
    expect(await lookaside.lookupBatch([])).toEqual([]);
    expect(sent).toEqual(['{"lookups":[]}']);
  }
});

test('a refused query does not hide that the caller gave up', async () => {
  const signal = AbortSignal.abort(new Error('the customer left'));
  const query = { ...QUERY, identifierValue: 1n } as unknown as LookupQuery;
  for (const [lookaside] of clients()) {
    await expect(lookaside.lookup(query, { signal })).rejects.toThrow('the customer left');
  }
});
