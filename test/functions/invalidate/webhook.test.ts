import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { requestMetrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { PURGE_WITHIN_MS } from '../../../functions/invalidate/purge-times.ts';
import { delayed } from '../../support/delayed-cache-store.ts';
import { FOREIGN_EVENTS } from '../../support/foreign-events.ts';
import { type EventBody, startInvalidateFunction } from '../../support/invalidate-function.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const MOBILE = { identifierName: 'mobile', identifierValue: '9876543210' };
const EMAIL = { identifierName: 'email', identifierValue: 'asha@example.com' };
const CARD = { identifierName: 'cardnumber', identifierValue: 'CARD-77-0001' };
const UPDATED = { eventName: 'customerUpdated', data: { customerIdentifiers: { customerId: 77 } } };

/**
 * Customer 77, stored under a mobile, an e-mail address and a card; and another customer, stored under another mobile.
 */
async function start(options: Parameters<typeof startInvalidateFunction>[0] = {}) {
  const started = startInvalidateFunction(options);
  const { ask, upstream, isKept } = started;
  upstream.outcome = found('{"id":77}');
  for (const query of [MOBILE, EMAIL, CARD]) expect(await ask(query)).toMatchObject({ cache: { isStored: true } });
  upstream.outcome = found('{"id":88}');
  const other = { ...MOBILE, identifierValue: '9876543211' };
  expect(await ask(other)).toMatchObject({ cache: { isStored: true } });
  const kept = async () => {
    const names = { mobile: MOBILE, email: EMAIL, card: CARD, other };
    const each = await Promise.all(Object.entries(names).map(async ([name, query]) => (await isKept(query)) && name));
    return each.filter((name) => name !== false);
  };
  const metrics = () => requestMetrics(started.reported()).map(({ name, value }) => `${name} ${value}`);
  return { ...started, kept, metrics };
}

describe('the body of an event', () => {
  const text = JSON.stringify(UPDATED);

  test.each<[string, EventBody, string | undefined]>([
    ['as text', text, undefined],
    ['as bytes', Buffer.from(text), undefined],
    ['R5: with a byte order mark', `\uFEFF${text}`, undefined],
    ['R5: with a byte order mark, as bytes', Buffer.from(`\uFEFF${text}`), undefined],
    ['packed', gzipSync(text), 'gzip'],
    ['packed, with a byte order mark', gzipSync(`\uFEFF${text}`), 'GZIP'],
    ['unpacked by the gateway, which left the header', text, 'gzip'],
    ['packed, of 1 MiB', gzipSync(text.padEnd(1024 * 1024)), 'gzip'],
    ['of more than 1 MiB, not packed', text.padEnd(2 * 1024 * 1024), undefined],
  ])('%s is read', async (_title, body, coding) => {
    const { sendEvent, kept } = await start();
    const headers = coding === undefined ? {} : { 'Content-Encoding': coding };
    expect(await sendEvent(body, headers)).toMatchObject({ status: 200, body: '{"invalidated":3}' });
    expect(await kept()).toEqual(['other']);
  });

  test.each<[string, EventBody, string | undefined]>([
    ['that is not UTF-8', Buffer.from('{"data":{"externalId":"Zoë"}}', 'latin1'), undefined],
    ['in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), undefined],
    ['packed, without the header', gzipSync(text), undefined],
    ['packed, and cut off', gzipSync(text).subarray(0, 30), 'gzip'],
    ['that holds nothing, packed', gzipSync(''), 'gzip'],
    ['that holds a list, packed', gzipSync('[]'), 'gzip'],
    ['that is not JSON, packed', gzipSync('{"a"'), 'gzip'],
  ])('%s can never be read: 400', async (_title, body, coding) => {
    const { sendEvent, kept, store, reported, metrics } = await start();
    store.calls.length = 0;
    const headers = coding === undefined ? {} : { 'Content-Encoding': coding };
    const reply = await sendEvent(body, headers);
    expect([reply.status, JSON.parse(reply.body).code]).toEqual([400, 'invalid_parameter']);
    // The sender drops it for good.
    expect(reported()).toMatchObject({ status: 400, unread: 'broken', isEventUnread: true });
    expect(metrics()).toContain('EventUnread 1');
    expect(store.calls).toEqual([]);
    expect(await kept()).toHaveLength(4);
  });

  const details: Readonly<Record<string, string>> = {
    'too-large': 'The body is over 1048576 bytes when it is unpacked; send it without compression.',
    'unknown-coding': 'The Content-Encoding is not known; allowed is gzip, or none.',
  };

  test.each<[string, Uint8Array, string, string]>([
    ['that is a bomb', gzipSync(text.padEnd(20 * 1024 * 1024)), 'gzip', 'too-large'],
    ['of 1 MiB and a byte, packed', gzipSync(text.padEnd(1024 * 1024 + 1)), 'gzip', 'too-large'],
    ['in another coding', brotliCompressSync(text), 'br', 'unknown-coding'],
    ['packed twice', gzipSync(gzipSync(text)), 'gzip, gzip', 'unknown-coding'],
  ])('%s may be a JSON object, so it is not dropped: 429, counted', async (_title, body, coding, unread) => {
    const { sendEvent, reported, metrics } = await start();
    const reply = await sendEvent(body, { 'Content-Encoding': coding });
    expect([reply.status, reply.headers['Retry-After']]).toEqual([429, '5']);
    const problem = { code: 'too_many_requests', title: 'Too Many Requests', detail: details[unread] };
    expect(JSON.parse(reply.body)).toMatchObject(problem);
    expect(reported()).toMatchObject({ status: 429, unread, isEventUnread: true });
    expect(metrics()).toEqual(['EventUnread 1']);
  });

  test('B16: that nests deeper than the stack is acted on', async () => {
    const { sendEvent, kept } = await start();
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = `{"eventName":"customerUpdated","data":{"nested":${nested},"customerIdentifiers":{"customerId":77}}}`;
    expect(await sendEvent(body)).toMatchObject({ status: 200, body: '{"invalidated":3}' });
    expect(await kept()).toEqual(['other']);
  });
});

describe('an event that names', () => {
  const named = (data: string, eventName = 'customerUpdated') => `{"eventName":"${eventName}","data":${data}}`;

  test.each<[string, string, number]>([
    ['the customer', '{"customerIdentifiers":{"customerId":77}}', 3],
    ['the customer, with a decimal point', '{"customerIdentifiers":{"customerId":77.0}}', 3],
    ['the customer, with leading zeros', '{"customerIdentifiers":{"customerId":"0077"}}', 3],
    ['the customer as an entity', '{"entityInformation":{"entityType":"USER","entityId":7.7E1}}', 3],
    ['R3: a card only', '{"cardNumber":"CARD-77-0001","currentStatusLabel":"SUSPENDED"}', 3],
    ['R3: a card only, in a list', '{"customerIdentifiers":{"instore":{"cardNumbers":["CARD-77 -0001"]}}}', 3],
    [
      'R3: a mobile only, in updated fields',
      '{"updatedFields":[{"fieldName":"mobile","previousValue":"919876543210"}]}',
      3,
    ],
    ['a mobile only, as a number with an exponent', '{"mobile":9.1987654321E11}', 3],
    ['an e-mail address only', '{"email":"ASHA@example.com"}', 3],
  ])('%s acts on every entry of that customer, and on no other customer', async (_title, data, count) => {
    const { sendEvent, kept, metrics } = await start();
    expect(await sendEvent(named(data))).toMatchObject({ status: 200, body: `{"invalidated":${count}}` });
    expect(await kept()).toEqual(['other']);
    expect(metrics()).toEqual(['Event 1', `Purged ${count}`, 'OtherRequest 1']);
  });

  test.each(['9900000000000020.0', '9.90000000000002E15', '"9900000000000020"', '9900000000000020'])(
    'a card by the number %s acts on the card 9900000000000020',
    async (number) => {
      const { sendEvent, ask, isKept, upstream } = await start();
      upstream.outcome = found('{"id":99}');
      const card = { ...CARD, identifierValue: '9900 0000 0000 0020' };
      await ask(card);
      expect(await sendEvent(named(`{"card_number":${number}}`))).toMatchObject({ body: '{"invalidated":1}' });
      expect(await isKept(card)).toBe(false);
    },
  );

  test('only a card marks the entries of its customer stale after a points event', async () => {
    const { sendEvent, store, clock, kept, metrics } = await start();
    const reply = await sendEvent(named('{"cardNumber":"CARD-77-0001"}', 'pointsRedeemed'));
    expect(reply).toMatchObject({ status: 200, body: '{"invalidated":3}' });
    const marked = store.entries.filter(({ staleFrom }) => staleFrom === clock.now());
    expect([marked.length, store.entries.length]).toEqual([3, 4]);
    expect(await kept()).toEqual(['other']);
    expect(metrics()).toEqual(['Event 1', 'MarkedStale 3', 'OtherRequest 1']);
  });

  test('a customer and an identifier acts on the entries of both, and on no other customer', async () => {
    const { sendEvent, kept, ask, isKept, upstream } = await start();
    upstream.outcome = found('{"id":88}');
    const byCard = { ...CARD, identifierValue: 'CARD-88' };
    await ask(byCard);
    const data = '{"customerIdentifiers":{"customerId":77,"instore":{"mobile":"9876543211"}}}';
    expect(await sendEvent(named(data))).toMatchObject({ status: 200, body: '{"invalidated":4}' });
    expect(await kept()).toEqual([]);
    expect(await isKept(byCard)).toBe(true);
  });

  test('a customer voids "not found" by the id, which is in no index', async () => {
    const { sendEvent, ask, isKept, upstream } = await start();
    upstream.outcome = said('not-found', 8015);
    const byId = { identifierName: 'id', identifierValue: '99' };
    await ask(byId);
    await ask({ ...byId, source: 'ALL', accountId: 'A' });
    await sendEvent(named('{"customerIdentifiers":{"customerId":99.0}}', 'customerAdded'));
    expect(await isKept(byId)).toBe(false);
    expect(await isKept({ ...byId, source: 'ALL', accountId: 'A' })).toBe(false);
  });

  test.each<[string, string]>([
    ['nothing', '{}'],
    ['nobody', '{"storeCode":"S1","amount":5}'],
    [
      'a value that is not an id, and identifiers that cannot be read',
      '{"customerId":"none","mobile":"12","email":"none"}',
    ],
    ['lists of nothing', '{"customerIdentifiers":{"instore":{"cardNumbers":[]}},"updatedFields":[{}]}'],
    [
      'the store that sent the event',
      '{"enteredBy":{"id":5,"till":{"code":"T1"},"store":{"code":"S1","externalId":"STORE-1","externalId1":""}}}',
    ],
    ['an entity that is not a customer', '{"entityInformation":{"entityType":"STORE","entityId":77}}'],
  ])('K2: %s is answered 200, logged and counted', async (_title, data) => {
    const { sendEvent, kept, reported, metrics, store } = await start();
    store.calls.length = 0;
    expect(await sendEvent(named(data))).toMatchObject({ status: 200, body: '{"invalidated":0}' });
    expect(reported()).toMatchObject({ event: 'customerUpdated', isEventUnread: true, status: 200 });
    expect(metrics()).toEqual(['EventUnread 1', 'Purged 0', 'OtherRequest 1']);
    expect(store.calls).toEqual([]);
    expect(await kept()).toHaveLength(4);
  });

  test('a customer without an entry does not count as unreadable', async () => {
    const { sendEvent, reported, metrics } = await start();
    expect(await sendEvent(named('{"customerIdentifiers":{"customerId":5}}'))).toMatchObject({ status: 200 });
    expect(reported()).not.toHaveProperty('isEventUnread');
    expect(metrics()).toEqual(['Event 1', 'Purged 0', 'OtherRequest 1']);
  });
});

describe('the time of an event', () => {
  const slow = (takesMs: number) => ({
    own: ({ store, clock }: Pick<Awaited<ReturnType<typeof start>>, 'store' | 'clock'>) =>
      delayed(store, clock, { takesMs }, 2 * takesMs),
  });

  test('an event is acted on if the store takes 300 ms an operation', async () => {
    const { sendEvent, clock, kept } = await start(slow(300));
    const replied = sendEvent(UPDATED);
    await clock.run(10_000);
    expect(await replied).toMatchObject({ status: 200, body: '{"invalidated":3}' });
    expect(await kept()).toEqual(['other']);
  });

  test('an event ends within one time limit if the store throttles one step after the other', async () => {
    const { sendEvent, clock, store } = await start();
    store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
    store.failing.add('fenceCustomer').add('listPartition');
    const startedAt = clock.monotonicNow();
    let endedAfterMs = 0;
    const replied = sendEvent({
      eventName: 'customerUpdated',
      data: { customerIdentifiers: { customerId: 999, instore: { mobile: '9876543210' } } },
    }).finally(() => {
      endedAfterMs = clock.monotonicNow() - startedAt;
    });
    await clock.run(PURGE_WITHIN_MS - 1000);
    store.failing.delete('fenceCustomer');
    await clock.run(2 * PURGE_WITHIN_MS);
    expect(await replied).toMatchObject({ status: 429 });
    expect(endedAfterMs).toBe(PURGE_WITHIN_MS);
  });

  test('an event that cannot be finished within the limit of the gateway is sent again', async () => {
    const { sendEvent, clock } = await start(slow(10_000));
    const replied = sendEvent(UPDATED);
    await clock.run(PURGE_WITHIN_MS + 10_000);
    expect(await replied).toMatchObject({ status: 429, headers: { 'Retry-After': '5' } });
  });
});

describe('R11: an event that is not the function’s own', () => {
  test.each(FOREIGN_EVENTS)('%s is answered 400, and its kind is logged', async (kind, event) => {
    const { handler, log, store } = await start();
    store.calls.length = 0;
    const reply = await handler(event, { awsRequestId: 'invocation-1' });
    expect(reply).toMatchObject({
      statusCode: 400,
      headers: {
        'Content-Type': 'application/problem+json',
        'Cache-Control': 'no-store',
        'Cache-Status': 'lookaside; detail=invalid_parameter',
      },
    });
    expect(JSON.parse(reply.body)).toMatchObject({ code: 'invalid_parameter', requestId: 'invocation-1' });
    expect(log.lines.at(-1)?.facts).toMatchObject({ requestId: 'invocation-1', status: 400, foreignEvent: kind });
    expect(requestMetrics(log.lines.at(-1)?.facts ?? {})).toEqual([]);
    expect(JSON.stringify([reply, log.lines])).not.toContain('canary');
    expect(store.calls).toEqual([]);
  });
});
