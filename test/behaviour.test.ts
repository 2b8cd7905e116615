// The first look-up with the header loads the code that reads it: that takes real time.
import '../functions/lookup/preferences.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { CanonicalRequest } from '../functions/customer/request/canonical-request.ts';
import { createHttpHandler } from '../functions/http/handler.ts';
import { createCustomerLookup } from '../functions/lookup/customer-lookup.ts';
import { NO_DIRECTIVES } from '../functions/lookup/directives.ts';
import { createLookup } from '../functions/lookup/lookup.ts';
import type { Lookup } from '../functions/lookup/lookup-policy.ts';
import { delayed } from './support/delayed-cache-store.ts';
import { DEFAULT_POLICY, startFleet } from './support/fleet.ts';
import { RecordingLog } from './support/lookup-service.ts';
import { proxyEvent } from './support/proxy-event.ts';
import { DEFAULT_READING } from './support/request-reading.ts';
import { found } from './support/scripted-upstream.ts';

const CACHE_TIMEOUT_MS = 150;
const CUSTOMER = found('{"id":1,"profiles":[{"firstName":"A"}]}');
const DOWN = { kind: 'failed', failure: 'connection' } as const;
const SILENT = { kind: 'failed', failure: 'timeout' } as const;

/** The state of the upstream: its answer, and after how long. Milliseconds. */
const UPSTREAM = {
  ok: { outcome: CUSTOMER, takesMs: 300 },
  slow: { outcome: CUSTOMER, takesMs: 1500 },
  down: { outcome: DOWN, takesMs: 0 },
  // Its client gives up after UPSTREAM_TIMEOUT_MS.
  silent: { outcome: SILENT, takesMs: 2500 },
} as const;

/** The state of the store: how long each of its operations takes. Milliseconds. */
const STORE = { ok: 5, slow: 100, down: Number.POSITIVE_INFINITY } as const;

/** The content of the cache: the age of its entry. Milliseconds; undefined: it holds none. */
const ENTRY = {
  'a fresh entry': 60_000,
  'an entry just stale': 400_000,
  'an entry long stale': 2_000_000,
  'no entry': undefined,
} as const;

/** The answer that a till gets from a deployment with default settings, and how fast. */
async function answer(
  upstreamIs: keyof typeof UPSTREAM,
  storeIs: keyof typeof STORE,
  holds: keyof typeof ENTRY,
  wait?: string,
): Promise<string> {
  const { clock, store, upstream } = startFleet();
  const condition = { takesMs: 0 };
  let tokens = 0;
  // Another invocation, which begins at once.
  const revalidate = async (request: CanonicalRequest) => {
    lookup(request, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate').catch(() => undefined);
    return true;
  };
  const lookup: Lookup = createLookup(
    {
      clock,
      random: () => 0,
      newToken: () => `token-${++tokens}`,
      store: delayed(store, clock, condition, CACHE_TIMEOUT_MS),
      upstream,
      revalidator: { revalidate },
    },
    DEFAULT_POLICY,
  );
  const readTogether = () => () => undefined;
  const service = {
    lookup: createCustomerLookup(lookup, readTogether, { store: undefined, clock }, DEFAULT_POLICY),
    readTogether,
    reading: DEFAULT_READING,
    clock,
    deadlineMs: 6300,
    store: undefined,
    loadSecretsClient: async () => undefined,
    loadForFetch: async () => undefined,
    audit: async () => Promise.reject(new Error('Nothing is audited here.')),
  };
  const handler = createHttpHandler({ service, log: new RecordingLog(), corsOrigins: [] });
  const query = 'source=INSTORE&identifierName=externalId&identifierValue=MP1';
  const ask = async (headers = {}) => handler(proxyEvent({ query, headers }), {} as Context);

  const ageMs = ENTRY[holds];
  if (ageMs !== undefined) {
    upstream.outcome = CUSTOMER;
    const filled = ask();
    await clock.run(0);
    await filled;
    await clock.run(ageMs);
  }
  Object.assign(upstream, UPSTREAM[upstreamIs]);
  condition.takesMs = STORE[storeIs];
  const startedAt = clock.now();
  let tookMs: number | undefined;
  const answered = ask(wait === undefined ? {} : { Prefer: `wait=${wait}` }).finally(() => {
    tookMs = clock.now() - startedAt;
  });
  await clock.run(10_000);
  const { statusCode, headers: got = {} } = await answered;
  const retryAfter = got['Retry-After'] === undefined ? '' : `, \`Retry-After: ${got['Retry-After']}\``;
  return `${statusCode}, \`${got['Cache-Status']}\`${retryAfter} | ${Math.round(tookMs ?? Number.NaN)} ms`;
}

const page = readFileSync('docs/behaviour.md', 'utf8');

/** The rows that the page has under a heading, without their padding. */
function rowsUnder(heading: string): readonly string[] {
  const section = page.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
        .join(' | '),
    );
}

const UPSTREAM_STATES = Object.keys(UPSTREAM) as (keyof typeof UPSTREAM)[];
const STORE_STATES = Object.keys(STORE) as (keyof typeof STORE)[];
const ENTRY_STATES = Object.keys(ENTRY) as (keyof typeof ENTRY)[];

describe('what a till gets, as docs/behaviour.md says it', () => {
  test.each(UPSTREAM_STATES.flatMap((upstreamIs) => STORE_STATES.map((storeIs) => [upstreamIs, storeIs] as const)))(
    'upstream %s, store %s',
    async (upstreamIs, storeIs) => {
      const rows: string[] = [];
      for (const holds of ENTRY_STATES) rows.push(`${holds} | ${await answer(upstreamIs, storeIs, holds)}`);
      expect(rowsUnder(`Upstream ${upstreamIs}, store ${storeIs}`).slice(2)).toEqual(rows);
    },
  );

  test.each(UPSTREAM_STATES)('a till that waits for 0.4 s, upstream %s', async (upstreamIs) => {
    const rows: string[] = [];
    for (const holds of ENTRY_STATES) rows.push(`${holds} | ${await answer(upstreamIs, 'ok', holds, '0.4')}`);
    expect(rowsUnder(`A till that waits for 0.4 s, upstream ${upstreamIs}`).slice(2)).toEqual(rows);
  });
});
