import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BATCH_LINE_BYTES, LINE_BYTES, REVALIDATION_LINE_BYTES } from '../../cli/cost/logged.ts';
import { OUTCOMES, USED, type Used } from '../../cli/cost/used.ts';
import { createLog } from '../../functions/adapters/telemetry/logger.ts';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startLocal } from '../../local/service.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { startCapacityProxy } from '../support/capacity-proxy.ts';
import { PATIENT } from '../support/patience.ts';
import { turnClock } from '../support/turned-clock.ts';
import { by } from './running-service.ts';

// Holds `npx lookaside cost` to the service: both must use the same for a look-up.

/** A profile of 4 KB of JSON. */
const SECTIONS = ['points', 'subscriptions', 'mlp'];
const STALE_AFTER_MS = 400_000;

/** The allowed difference of a log line's length: its times and ids have more digits or fewer. Bytes. */
const LINE_TOLERANCE = 60;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start() {
  const dynamoDb = await startEmbeddedDynamoDb(undefined);
  stops.push(() => dynamoDb.close());
  const store = await startCapacityProxy(dynamoDb.url);
  const upstream = await startSimulator({ latencyMs: 0, customerCount: 120 });
  stops.push(() => upstream.close());
  const lines: string[] = [];
  const log = createLog(
    'INFO',
    { environment: 'production', function: 'lookaside-production-http' },
    { write: (line) => lines.push(line) },
  );
  const environment = {
    PORT: '0',
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS: '{"username":"till.demo","password":"demo-password"}',
    FRESH_SECONDS: '300',
    STALE_WHILE_REVALIDATE_SECONDS: '900',
    NOT_FOUND_FRESH_SECONDS: '300',
    ...PATIENT,
  };
  const service = await startLocal(environment, { log });
  stops.push(() => service.close());
  let callsBefore = 0;

  /** Asks, waits until so many entries and so many lines are written, and returns what that used. */
  const measure = async (
    send: () => Promise<string>,
    { entries, lineCount }: { entries: number; lineCount: number },
  ) => {
    store.take();
    lines.splice(0);
    const said = await send();
    while (store.answered.filter((name) => name === 'PutItem').length < entries || lines.length < lineCount) {
      await sleep(20);
    }
    const upstreamCalls = upstream.counters.requests - callsBefore;
    callsBefore = upstream.counters.requests;
    const used: Used = { ...store.take(), upstreamCalls };
    // Sorted: the line of a revalidation may come first.
    const lineBytes = lines.map((line) => Buffer.byteLength(line)).sort((a, b) => a - b);
    return { said, used, lineBytes };
  };
  const lookup = async (identifier: Record<string, string>, embeds: readonly string[]) => {
    const query = new URLSearchParams({ source: 'INSTORE', ...identifier, embed: embeds.join() });
    const response = await fetch(`${service.url}/v2/customers/lookup/customerDetails?${query}`);
    await response.text();
    return response.headers.get('cache-status') ?? '';
  };
  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.text();
  };
  return { measure, lookup, post };
}

describe.each([
  ['alone', SECTIONS, 1],
  ['joined', [...SECTIONS, 'coupons'], 2],
] as const)('a look-up, %s', (form, embeds, halves) => {
  test('uses the counted units and calls, and writes the counted amount to the log, whatever its outcome', async () => {
    const { measure, lookup } = await start();
    const known = () => lookup(by('mobile', '1234512345'), embeds);
    const stored = { entries: halves, lineCount: 1 };

    const miss = await measure(known, stored);
    const hit = await measure(known, { entries: 0, lineCount: 1 });
    const notFound = await measure(() => lookup(by('mobile', '9999512345'), embeds), stored);
    turnClock(STALE_AFTER_MS);
    const stale = await measure(known, { entries: halves, lineCount: 1 + halves });

    const found = { hit, stale, miss, notFound };
    expect(hit.said).toMatch(/^lookaside; hit; ttl=\d/);
    expect(stale.said).toContain('detail=stale-while-revalidate');
    expect([miss.said, notFound.said]).toEqual(Array(2).fill('lookaside; fwd=miss; fwd-status=200; stored'));
    expect(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, found[outcome].used]))).toEqual(
      Object.fromEntries(OUTCOMES.map((outcome) => [outcome, USED[outcome][form]])),
    );
    for (const outcome of OUTCOMES) {
      const revalidations = outcome === 'stale' ? Array(halves).fill(REVALIDATION_LINE_BYTES) : [];
      const expected = [LINE_BYTES[outcome], ...revalidations];
      const { lineBytes } = found[outcome];
      expect([outcome, lineBytes.length]).toEqual([outcome, expected.length]);
      for (const [position, bytes] of expected.entries()) {
        expect(Math.abs((lineBytes[position] ?? 0) - bytes)).toBeLessThanOrEqual(LINE_TOLERANCE);
      }
    }
  });
});

test('a batch and a direct invocation use for each look-up what a single look-up uses', async () => {
  const { measure, post } = await start();
  const lookups = Array.from({ length: 100 }, (_, n) => ({
    source: 'INSTORE',
    ...by('externalId', `CUST-${String(n + 10).padStart(4, '0')}`),
  }));
  const batch = (count: number) => () => post('/lookups', { lookups: lookups.slice(0, count) });
  const direct = () => post('/2015-03-31/functions/lookaside-invoke/invocations', lookups[0]);
  const { hit } = USED;
  for (let from = 0; from < lookups.length; from += 10) {
    const fill = () => post('/lookups', { lookups: lookups.slice(from, from + 10) });
    await measure(fill, { entries: 10, lineCount: 1 });
  }
  for (const count of [10, 100]) {
    const measureBatch = () => measure(batch(count), { entries: 0, lineCount: 1 });
    let measured = await measureBatch();
    // On a busy machine a batch may take so long that it reads its entries again: a later batch does not.
    for (let more = 4; more > 0 && measured.used.reads > count * hit.alone.reads; more -= 1)
      measured = await measureBatch();
    const { used, lineBytes } = measured;
    expect(used).toEqual({ ...hit.alone, reads: count * hit.alone.reads });
    // The age of each may have a digit more or less.
    const bytes = BATCH_LINE_BYTES.base + count * BATCH_LINE_BYTES.hit;
    expect(Math.abs((lineBytes[0] ?? 0) - bytes)).toBeLessThanOrEqual(LINE_TOLERANCE + 2 * count);
  }
  const { said, used } = await measure(direct, { entries: 0, lineCount: 1 });
  expect(JSON.parse(said)).toMatchObject({ cache: { status: 'hit' } });
  expect(used).toEqual(hit.alone);
});
