import { describe, expect, test } from '@jest/globals';
import { OUTCOME_OF_METRIC, summaryOf, LOOKUP_OUTCOMES as WATCHED } from '../../cli/watch/tally.ts';
import { EVENTS } from '../../console/events.js';
import { readReply } from '../../console/lookup/reply.js';
import { pathOf } from '../../console/lookup/request.js';
import { WEBHOOK_SECRET } from '../../console/reference/curl-line.js';
import { hitRatio, LOOKUP_OUTCOMES } from '../../console/statistics.js';
import { USUAL_LATENCY_MS } from '../../console/upstream-health.js';
import { classify } from '../../functions/adapters/capillary/error-codes.ts';
import { IDENTIFIER_NAMES } from '../../functions/customer/identifier/identifier-name.ts';
import { readCapillaryEvent } from '../../functions/invalidate/event/capillary-event.ts';
import { lookupAddress } from '../../functions/smoke/identifier.ts';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-webhook-secret.ts';
import { initialBehaviour } from '../../simulator/behaviour.ts';
import { EMPTY_ASKED } from './empty-asked.ts';

// A browser cannot load the service's TypeScript, so the page repeats some of its rules. These tests hold the two together.

describe('the page and the service', () => {
  test('take the same codes of Capillary for "no such customer"', () => {
    const codes = Array.from({ length: 100_000 }, (_, code) => code);
    const reply = (code: number) => JSON.stringify({ errors: [{ status: false, code, message: 'x' }] });
    const onPage = codes.filter((code) => readReply(200, reply(code), 'v2').kind === 'no-customer');
    expect(onPage).toEqual(codes.filter((code) => classify({ code: String(code), message: 'x' }) === 'not-found'));
  });

  test('say the same of the effect of each event', () => {
    const events = EVENTS.map(({ name, effect }) => ({ name, mode: effect === 'deletes' ? 'delete' : 'mark-stale' }));
    const read = EVENTS.map(({ name: eventName }) => readCapillaryEvent({ eventName }));
    expect(read.map(({ name, mode }) => ({ name, mode }))).toEqual(events);
  });

  test.each(IDENTIFIER_NAMES)('ask v1.1 for %s by the same name', (name) => {
    const query = lookupAddress('v1.1', { name, value: '1' })?.query;
    if (query === undefined) return;
    const asked = { ...EMPTY_ASKED, api: 'v1.1', identifierName: name, identifierValue: '1' } as const;
    expect(pathOf(asked)).toBe(`/v1.1/customer/get?${new URLSearchParams(query)}`);
  });

  test('have the same secret of the webhook', () => {
    expect(WEBHOOK_SECRET).toBe(LOCAL_WEBHOOK_SECRET);
  });
});

test('the page sets the latency that the simulator has by itself', () => {
  expect(USUAL_LATENCY_MS).toBe(initialBehaviour({}).latencyMs);
});

describe('the page and lookaside watch', () => {
  test('count the same outcomes as look-ups, in the same order', () => {
    expect(LOOKUP_OUTCOMES).toEqual(WATCHED);
    expect(LOOKUP_OUTCOMES).toEqual(expect.arrayContaining(Object.values(OUTCOME_OF_METRIC)));
  });

  test.each(WATCHED)('count %s alike in the hit ratio', (outcome) => {
    expect(hitRatio([outcome, 'hit'])).toBe(summaryOf({ [outcome]: 1, hit: outcome === 'hit' ? 2 : 1 }).hitRatio);
  });
});
