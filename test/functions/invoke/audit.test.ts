import { describe, expect, test } from '@jest/globals';
import { requestMetrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { createInvokeHandler } from '../../../functions/invoke/handler.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { found } from '../../support/scripted-upstream.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };
const CUSTOMER = (points: number, name = 'Asha') =>
  found(`{"id":7,"profiles":[{"firstName":"${name}"}],"loyaltyInfo":{"lifetimePurchases":${points}}}`);

/** `-revalidate`, and an entry that is some seconds old. */
async function startWith(ageMs: number) {
  const parts = startLookupService();
  const { service, clock, upstream, store } = parts;
  const log = new RecordingLog();
  const context = { awsRequestId: 'request-1' };
  const invoke = createInvokeHandler({ service, log: new RecordingLog() });
  const revalidate = createInvokeHandler({ service, log, purpose: 'revalidate' });
  upstream.outcome = CUSTOMER(100);
  await invoke(QUERY, context);
  const askedAt = clock.now();
  clock.advance(ageMs);
  const [item] = store.items.values();
  const audit = { version: item?.version, askedAt, servedAt: clock.now(), isExtra: true };
  const payload = { ...QUERY, api: 'v2', cacheControl: 'min-fresh=0', audit };
  return {
    ...parts,
    log,
    invoke: (given: unknown) => invoke(given, context),
    revalidate: () => revalidate(payload, context),
    payload,
    send: (given: unknown) => revalidate(given, context),
  };
}

/** The metrics of the one line that was logged, without those of the call. */
function metricsOf({ lines }: RecordingLog): readonly string[] {
  expect(lines).toHaveLength(1);
  return requestMetrics(lines[0]?.facts ?? {})
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('Upstream'));
}

describe('the event of an audit', () => {
  test('returns one word, and logs names: neither holds a value of the customer', async () => {
    const { revalidate, upstream, log } = await startWith(42_040);
    upstream.outcome = CUSTOMER(250, 'Bina');
    expect(await revalidate()).toEqual({ kind: 'audited' });
    const [line] = log.lines;
    expect(line?.facts).toMatchObject({
      api: 'v2',
      purpose: 'audit',
      audit: 'drift',
      ageSeconds: 42,
      sections: ['loyaltyInfo', 'profiles'],
      answer: 'found',
      cache: 'request',
      isStored: true,
    });
    expect(JSON.stringify(log.lines)).not.toMatch(/Asha|Bina|100|250|98765|"id"/);
  });

  test.each<readonly [title: string, ageMs: number, points: number, metrics: readonly string[]]>([
    ['the same, young', 15_000, 100, ['AuditSame', 'AuditSame_upTo15s']],
    ['the same, older', 15_100, 100, ['AuditSame', 'AuditSame_upTo1m']],
    ['drift', 250_000, 101, ['AuditDrift', 'AuditDrift_upTo5m', 'AuditDriftIn_loyaltyInfo']],
  ])('counts %s, and not as a look-up or a revalidation', async (_title, ageMs, points, metrics) => {
    const { revalidate, upstream, log } = await startWith(ageMs);
    upstream.outcome = CUSTOMER(points);
    await revalidate();
    expect(metricsOf(log)).toEqual(metrics);
  });

  test('that was not compared counts as skipped, with the reason in the log', async () => {
    const { revalidate, log, store } = await startWith(20_000);
    store.items.clear();
    await revalidate();
    expect(log.lines[0]?.facts).toMatchObject({ audit: 'skipped', why: 'replaced', ageSeconds: 20 });
    expect(metricsOf(log)).toEqual(['AuditSkipped']);
  });

  test('of a revalidation that was due counts as both', async () => {
    const { send, payload, clock, log } = await startWith(300_000);
    await send({ ...payload, audit: { ...payload.audit, servedAt: clock.now(), isExtra: false } });
    expect(metricsOf(log)).toEqual(['Revalidation_stored', 'AuditSame', 'AuditSame_upTo5m']);
  });

  test.each([
    ['null', null],
    ['a text', 'x'],
    ['without the version', { askedAt: 1, servedAt: 2, isExtra: true }],
    ['with a time as text', { version: 'v', askedAt: '1', servedAt: 2, isExtra: true }],
    ['with an invalid time', { version: 'v', askedAt: 1, servedAt: Number.NaN, isExtra: true }],
  ])('is refused if it is %s', async (_title, audit) => {
    const { send, payload } = await startWith(1000);
    expect(await send({ ...payload, audit })).toMatchObject({ kind: 'error', code: 'invalid_parameter' });
  });

  test('is unknown to the function that other Lambdas invoke', async () => {
    const { invoke, payload } = await startWith(1000);
    expect(await invoke(payload)).toMatchObject({ kind: 'error', code: 'unknown_parameter' });
  });

  test('an undocumented section is not named, and counts as other', async () => {
    const { service, log, payload } = await startWith(1000);
    const audited = { outcome: { kind: 'drift', sections: ['other'] }, ageMs: 1000, result: undefined } as const;
    const handler = createInvokeHandler({
      service: { ...service, audit: async () => audited },
      log,
      purpose: 'revalidate',
    });
    await handler(payload, { awsRequestId: 'request-2' });
    expect(metricsOf(log)).toEqual(['AuditDrift', 'AuditDrift_upTo15s', 'AuditDriftIn_other']);
  });
});
