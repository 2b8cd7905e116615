import { describe, expect, test } from '@jest/globals';
import { type ForwardedEvent, inEveryRegion, type OtherRegion } from '../../../functions/invalidate/other-regions.ts';
import type { Reply } from '../../../functions/rest/reply.ts';
import { startInvalidateFunction } from '../../support/invalidate-function.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { fc, runs } from '../../support/properties.ts';
import { proxyEvent } from '../../support/proxy-event.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests several regions, each with its own cache: the service acknowledges a purge or an event when all of them have
// acted on it.

const MOBILE = { identifierName: 'mobile', identifierValue: '9876543210' };
const CUSTOMER = '9007199254740993';
const REPLY = `{"id":${CUSTOMER}}`;
const EVENT = { eventName: 'customerUpdated', data: { customerIdentifiers: { customerId: CUSTOMER } } };

/** Whether the link to a region works, each time it is used. */
type Links = (region: number) => boolean;

/** The most requests that regions may pass on: more means that they pass one on again and again. */
const ENDLESS = 100;

/** Some regions, each of which knows the others. The first one is asked; the links from it may be down. */
async function startRegions(count: number, isUp: Links = () => true, webhookSecrets: readonly string[][] = []) {
  const sent: ForwardedEvent[] = [];
  const regions: ReturnType<typeof startInvalidateFunction>[] = [];
  const linkTo = (aim: number): OtherRegion => ({
    name: `region-${aim}`,
    send: async (event) => {
      sent.push(event);
      if (sent.length > ENDLESS) throw new RangeError('The regions hand it over without end.');
      if (!isUp(aim - 1)) throw new TypeError(`no way to ${JSON.stringify(event)}`);
      const answered = await regions[aim]?.handler(event, { awsRequestId: 'invocation-2' });
      return { statusCode: answered?.statusCode ?? 500, body: answered?.body ?? '' };
    },
  });
  const all = Array.from({ length: count }, (_, place) => place);
  for (const place of all) {
    const otherRegions = all.filter((other) => other !== place).map(linkTo);
    regions.push(startInvalidateFunction({ webhookSecrets: webhookSecrets[place - 1] ?? ['hook'], otherRegions }));
  }
  const [first = startInvalidateFunction(), second = first] = regions;
  for (const { upstream, ask } of regions) {
    upstream.outcome = found(REPLY);
    expect(await ask(MOBILE)).toMatchObject({ cache: { isStored: true } });
  }
  const kept = () => Promise.all(regions.map(({ isKept }) => isKept(MOBILE)));
  return { first, second, sent, kept };
}

describe('with every region up', () => {
  test('a purge of a customer removes it everywhere, and counts the entries of every region', async () => {
    const { first, second, kept } = await startRegions(3);
    expect(await first.purgeCustomer(CUSTOMER)).toMatchObject({ status: 200, body: '{"purged":3}' });
    expect(await kept()).toEqual([false, false, false]);
    expect(first.reported()).toMatchObject({ purged: 1, regions: 2, status: 200 });
    expect(first.reported()).not.toHaveProperty('isFromOtherRegion');
    expect(second.reported()).toMatchObject({ purged: 1, isFromOtherRegion: true });
  });

  test('a purge of an identifier removes it everywhere', async () => {
    const { first, kept } = await startRegions(2);
    expect(await first.purgeEntries(MOBILE)).toMatchObject({ status: 204, body: '' });
    expect(await kept()).toEqual([false, false]);
  });

  test('an event reaches every region, and no region passes it on again', async () => {
    const { first, kept, sent } = await startRegions(3);
    expect(await first.sendEvent(EVENT)).toMatchObject({ status: 200, body: '{"invalidated":3}' });
    expect(await kept()).toEqual([false, false, false]);
    expect(sent).toHaveLength(2);
    expect(sent.every(({ isFromOtherRegion }) => isFromOtherRegion)).toBe(true);
  });

  test('a request that this region refuses goes no further: a wrong secret, an impossible id, a body that is not JSON', async () => {
    const { first, kept, sent } = await startRegions(2);
    expect(await first.sendEvent(EVENT, { Authorization: 'wrong' })).toMatchObject({ status: 401 });
    expect(await first.purgeCustomer('nobody')).toMatchObject({ status: 400 });
    expect(await first.sendEvent('no JSON')).toMatchObject({ status: 400 });
    expect(sent).toEqual([]);
    expect(await kept()).toEqual([true, true]);
  });
});

describe('with a region that cannot be reached', () => {
  test('a purge is not acknowledged: 503, with Retry-After; the log names the region, and not the request', async () => {
    const { first, kept } = await startRegions(3, (region) => region !== 1);
    const { status, headers, body } = await first.purgeCustomer(CUSTOMER);
    expect([status, headers['Retry-After']]).toEqual([503, '5']);
    const detail = 'Not every region has acted on this request. Send it again: each region continues where it stopped.';
    expect(JSON.parse(body)).toMatchObject({ code: 'store_unavailable', detail });
    expect(await kept()).toEqual([false, false, true]);
    expect(first.reported()).toMatchObject({ regions: 2, failedRegions: ['region-2: TypeError'] });
    expect(JSON.stringify([body, first.log.lines])).not.toContain(CUSTOMER);
  });

  test('an event that names no customer is acknowledged: no repetition would do more', async () => {
    const { first } = await startRegions(2, () => false);
    expect(await first.sendEvent({ eventName: 'customerUpdated', data: {} })).toMatchObject({
      status: 200,
      body: '{"invalidated":0}',
    });
    expect(first.reported()).toMatchObject({ isEventUnread: true, regions: 1 });
  });

  test('an event is answered 429, so that Capillary sends it again', async () => {
    const { first } = await startRegions(2, () => false);
    expect(await first.sendEvent(EVENT)).toMatchObject({ status: 429, headers: { 'Retry-After': '5' } });
  });

  test('a region with another secret has not acted: the answer is 429, and the log says the status of that region', async () => {
    const { first, kept } = await startRegions(2, () => true, [['another']]);
    expect(await first.sendEvent(EVENT)).toMatchObject({ status: 429 });
    expect(first.reported()).toMatchObject({ failedRegions: ['region-1: 401'] });
    expect(await kept()).toEqual([false, true]);
  });
});

test('the simulation: whatever links fail, an acknowledged purge holds everywhere; repeated, each purge is acknowledged', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 4 }),
      fc.infiniteStream(fc.boolean()),
      fc.constantFrom('customer', 'entries', 'event'),
      async (count, links, way) => {
        let uses = 0;
        // From some use on, every link works: otherwise no repetition could end.
        const { first, kept } = await startRegions(count, () => {
          uses += 1;
          return uses > 12 || links.next().value === true;
        });
        for (let attempt = 1; ; attempt += 1) {
          expect(attempt).toBeLessThan(20);
          const { status } = await {
            customer: () => first.purgeCustomer(CUSTOMER),
            entries: () => first.purgeEntries(MOBILE),
            event: () => first.sendEvent(EVENT),
          }[way]();
          if (status === 200 || status === 204) break;
          expect([429, 503]).toContain(status);
        }
        expect(await kept()).toEqual(Array.from({ length: count }, () => false));
      },
    ),
    runs(40),
  );
});

test('an endpoint without other regions works as before', () => {
  const endpoint = async (): Promise<Reply> => ({ status: 200, headers: {}, body: '', report: {} });
  expect(inEveryRegion(endpoint, [], new ManualClock())).toBe(endpoint);
});

test.each<[string, number, OtherRegion['send'], string]>([
  ['is not asked, if no time is left before the gateway gives up', 28_000, neverAsked, 'far: no time left'],
  ['fails with something that is no error', 27_999, () => Promise.reject('no error'), 'far: unknown'],
])('a region %s: it has not acted', async (_title, takenMs, send, failure) => {
  const clock = new ManualClock();
  const slow = inEveryRegion(
    async () => {
      clock.advance(takenMs);
      return { status: 204, headers: {}, body: '', report: {} };
    },
    [{ name: 'far', send }],
    clock,
  );
  const { status, report } = await slow(proxyEvent({ method: 'DELETE', resource: '/cache/entries' }));
  expect([status, report.failedRegions]).toEqual([503, [failure]]);
});

function neverAsked(): never {
  throw new Error('must not be asked');
}
