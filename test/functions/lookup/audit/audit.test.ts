import { describe, expect, test } from '@jest/globals';
import { MAX_LATE_MS } from '../../../../functions/lookup/audit/audit.ts';
import type { AuditRequest } from '../../../../functions/lookup/audit/audit-words.ts';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import type { UpstreamOutcome } from '../../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, type FleetOptions, startFleet } from '../../../support/fleet.ts';
import { found, SILENTLY_REFUSED, said } from '../../../support/scripted-upstream.ts';

const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
const DOWN: UpstreamOutcome = { kind: 'failed', failure: 'connection' };
const { freshForMs } = DEFAULT_POLICY.windows;

/** A fleet that audits every hit, and has served an entry that is a minute old. */
async function startAudited(
  { policy, ...options }: FleetOptions = {},
  first: UpstreamOutcome = found(OLD),
  ageMs = 60_000,
) {
  const fleet = startFleet({ policy: { auditShare: 1, ...policy }, ...options });
  const { clock, upstream, ask, revalidator } = fleet;
  upstream.outcome = first;
  await ask();
  clock.advance(ageMs);
  const served = await ask();
  const run = () => {
    const [request] = revalidator.requests.splice(0);
    const [audit] = revalidator.audits.splice(0) as AuditRequest[];
    if (request === undefined || audit === undefined) throw new Error('No audit was asked for.');
    return fleet.audit(request, audit);
  };
  return { ...fleet, served, run };
}

describe('the draw', () => {
  test('with AUDIT_SHARE=0 a hit draws nothing and asks for nothing', async () => {
    let draws = 0;
    const random = () => {
      draws += 1;
      return 0;
    };
    const { ask, store, revalidator } = startFleet({ random });
    await ask();
    const [drawn, calls] = [draws, store.calls.length];
    expect(await ask()).toMatchObject({ cache: { status: 'hit' } });
    expect([draws - drawn, store.calls.slice(calls), revalidator.requests]).toEqual([0, ['read'], []]);
  });

  test('a drawn hit makes no other request to the store, and its answer does not change', async () => {
    const { served, store, revalidator, ask } = await startAudited();
    expect(served).toMatchObject({ answer: { body: OLD, ageMs: 60_000 }, cache: { status: 'hit', detail: undefined } });
    expect(revalidator.audits).toMatchObject([{ version: 'token-1', isExtra: true }]);
    const calls = store.calls.length;
    await ask();
    expect(store.calls.slice(calls)).toEqual(['read']);
  });

  test('draws the configured share of the hits', async () => {
    const draws = [0.3, 0.29, 0.31, 0.9, 0];
    const { ask, revalidator } = startFleet({ policy: { auditShare: 0.3 }, random: () => draws.shift() ?? 1 });
    await ask();
    draws.splice(0, draws.length, 0.3, 0.29, 0.31, 0.9, 0);
    for (let left = 5; left > 0; left -= 1) await ask();
    expect(revalidator.requests).toHaveLength(2);
  });

  test.each([
    ['a miss', async ({ ask }: ReturnType<typeof startFleet>) => ask({ identifierValue: 'MP2' })],
    ['no-cache', async ({ ask }: ReturnType<typeof startFleet>) => ask({}, { noCache: true })],
    [
      'a revalidation',
      async ({ ask }: ReturnType<typeof startFleet>) => ask({}, { minFreshMs: 0 }, undefined, 'revalidate'),
    ],
    ['an audit', async ({ ask }: ReturnType<typeof startFleet>) => ask({}, { minFreshMs: 0 }, undefined, 'audit')],
    [
      'a hit of a caller with a short wait',
      async ({ ask }: ReturnType<typeof startFleet>) => ask({}, {}, undefined, 'answer', { waitMs: 400 }),
    ],
  ])('never draws %s', async (_title, act) => {
    const fleet = await startAudited();
    fleet.revalidator.requests.splice(0);
    await act(fleet);
    expect(fleet.revalidator.requests).toEqual([]);
  });

  test('ignores an item if its upstream call failed a short time ago', async () => {
    const { run, upstream, ask, revalidator } = await startAudited();
    upstream.outcome = DOWN;
    expect((await run()).outcome).toEqual({ kind: 'skipped', why: 'failed' });
    expect(await ask()).toMatchObject({ answer: { body: OLD }, cache: { status: 'hit' } });
    expect(revalidator.requests).toEqual([]);
  });

  test('ignores an item that another look-up is fetching', async () => {
    const { run, ask, clock, upstream, revalidator } = await startAudited();
    upstream.takesMs = 400;
    const audited = run();
    await clock.run(100);
    expect(await ask()).toMatchObject({ cache: { status: 'hit' } });
    expect(revalidator.requests).toEqual([]);
    await clock.run(1000);
    await audited;
  });

  test('is not a prefetch', async () => {
    const { ask, revalidator } = await startAudited();
    const asked: unknown[] = [];
    revalidator.revalidate = async (_request, options) => {
      asked.push(options);
      return true;
    };
    await ask();
    expect(asked).toMatchObject([{ isForPrefetch: false, audit: { isExtra: true } }]);
  });

  test('a stale hit is drawn together with the revalidation that it asks for, once', async () => {
    const { revalidator, ask, run, upstream } = await startAudited({}, found(OLD), freshForMs);
    await ask();
    expect(revalidator.audits).toMatchObject([{ isExtra: false }]);
    upstream.outcome = found(NEW);
    expect(await run()).toMatchObject({ outcome: { kind: 'drift', sections: ['profiles'] }, ageMs: freshForMs });
    expect(upstream.requests).toHaveLength(2);
  });

  test('an entry that turns stale while the audit is requested is judged again', async () => {
    const { clock, ask, revalidator } = await startAudited({}, found(OLD), freshForMs - 10);
    const revalidate = revalidator.revalidate.bind(revalidator);
    revalidator.revalidate = async (...given) => {
      clock.advance(20);
      return revalidate(...given);
    };
    expect(await ask()).toMatchObject({ cache: { status: 'hit', detail: 'stale-while-revalidate' } });
  });

  test('an audit that cannot be requested is lost, and the hit is served', async () => {
    const { ask, revalidator, store } = await startAudited();
    revalidator.isReached = false;
    const calls = store.calls.length;
    expect(await ask()).toMatchObject({ cache: { status: 'hit' }, isRevalidationLost: false });
    expect(store.calls.slice(calls)).toEqual(['read']);
  });
});

describe('an audit', () => {
  test.each<readonly [title: string, served: UpstreamOutcome, says: UpstreamOutcome, outcome: object]>([
    ['the same profile', found(OLD), found(OLD), { kind: 'same' }],
    ['another profile', found(OLD), found(NEW), { kind: 'drift', sections: ['profiles'] }],
    [
      'the same, except for parts that are not stored',
      found(OLD),
      found(`${OLD.slice(0, -1)},"x":1}`),
      { kind: 'same' },
    ],
    ['"not found"', found(OLD), said('not-found', 8015), { kind: 'drift', sections: ['gone'] }],
    ['"erased"', found(OLD), said('erased', 1), { kind: 'drift', sections: ['gone'] }],
    ['a refusal', found(OLD), said('refused', 8003), { kind: 'drift', sections: ['gone'] }],
    ['a refusal without a readable error', found(OLD), SILENTLY_REFUSED, { kind: 'drift', sections: ['gone'] }],
    [
      'the survivor of a merger',
      found(OLD),
      found('{"id":2,"profiles":[{"firstName":"Old"}]}', { isMerged: true }),
      { kind: 'drift', sections: ['id'] },
    ],
    ['an incomplete answer', found(OLD), found(NEW, { isComplete: false }), { kind: 'skipped', why: 'not-kept' }],
    ['nothing: it fails', found(OLD), DOWN, { kind: 'skipped', why: 'failed' }],
    ['a customer, after "not found"', said('not-found', 8015), found(NEW), { kind: 'drift', sections: ['appeared'] }],
    ['"not found" again, with another message', said('not-found', 8015), said('not-found', 8016), { kind: 'same' }],
    ['"erased", after "not found"', said('not-found', 8015), said('erased', 1), { kind: 'drift', sections: ['gone'] }],
  ])('the upstream says %s', async (_title, served, says, outcome) => {
    const { run, upstream } = await startAudited({}, served, 5000);
    upstream.outcome = says;
    expect(await run()).toMatchObject({ outcome, ageMs: 5000 });
    expect(upstream.requests).toHaveLength(2);
  });

  test('refreshes the fresh entry that it compared', async () => {
    const { run, upstream, ask, store } = await startAudited();
    upstream.outcome = found(NEW);
    await run();
    expect(await ask()).toMatchObject({ answer: { body: NEW, ageMs: 0 }, cache: { status: 'hit' } });
    expect(store.entries).toHaveLength(1);
  });

  test('fetches under the lease: another audit at the same time waits for it, and asks nothing', async () => {
    const fleet = await startAudited();
    const { clock, upstream, revalidator, audit } = fleet;
    await fleet.ask();
    const [first, second] = revalidator.audits as AuditRequest[];
    const [request] = revalidator.requests;
    if (request === undefined || first === undefined || second === undefined) throw new Error('Two audits are wanted.');
    upstream.takesMs = 400;
    const both = Promise.all([audit(request, first), fleet.instance().audit(request, second)]);
    await clock.run(2000);
    expect((await both).map(({ outcome }) => outcome)).toEqual([
      { kind: 'same' },
      { kind: 'skipped', why: 'replaced' },
    ]);
    expect(upstream.requests).toHaveLength(2);
  });

  test('compares nothing, and asks nothing, if the entry that was served was replaced', async () => {
    const { run, upstream, ask } = await startAudited();
    upstream.outcome = found(NEW);
    await ask({}, { noCache: true });
    expect((await run()).outcome).toEqual({ kind: 'skipped', why: 'replaced' });
    expect(upstream.requests).toHaveLength(2);
  });

  test('compares nothing, and asks nothing, if the entry was purged', async () => {
    const { run, upstream, store } = await startAudited();
    store.items.clear();
    expect((await run()).outcome).toEqual({ kind: 'skipped', why: 'replaced' });
    expect([upstream.requests.length, store.items.size]).toEqual([1, 0]);
  });

  test('compares nothing, and asks nothing, if the entry that was served cannot be read any more', async () => {
    const { run, upstream, store, revalidator } = await startAudited();
    const version = revalidator.audits[0]?.version;
    store.read = async () => ({ ...EMPTY_ITEM, version });
    expect((await run()).outcome).toEqual({ kind: 'skipped', why: 'replaced' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('asks nothing if the entry that was served is replaced between the read and the lease', async () => {
    const { run, clock, upstream, instance, store } = await startAudited();
    upstream.outcome = found(NEW);
    const lease = store.hold('takeLease', 'before');
    const audited = run();
    await lease.reached;
    await instance().ask({}, { noCache: true });
    clock.advance(100);
    await lease.release();
    await clock.run(1000);
    expect((await audited).outcome).toEqual({ kind: 'skipped', why: 'replaced' });
    expect(upstream.requests).toHaveLength(2);
  });

  test('of a look-up that is never stored compares nothing, and asks nothing', async () => {
    const { revalidator, audit, upstream, store } = await startAudited();
    const [request] = revalidator.requests;
    const [drawn] = revalidator.audits;
    if (request === undefined || drawn === undefined) throw new Error('No audit was asked for.');
    const calls = store.calls.length;
    const { outcome } = await audit({ ...request, subject: undefined }, drawn);
    expect(outcome).toEqual({ kind: 'skipped', why: 'store' });
    expect([upstream.requests.length, store.calls.length]).toEqual([1, calls]);
  });

  test('does not store after a purge during its fetch', async () => {
    const { run, clock, upstream, store } = await startAudited();
    upstream.takesMs = 300;
    const audited = run();
    await clock.run(100);
    store.items.clear();
    await clock.run(1000);
    expect((await audited).outcome).toEqual({ kind: 'skipped', why: 'not-kept' });
    expect(store.entries).toEqual([]);
  });

  test('reads the entry once', async () => {
    const { run, store } = await startAudited();
    const calls = store.calls.length;
    await run();
    expect(store.calls.slice(calls).filter((call) => call === 'read')).toHaveLength(1);
  });

  test('with a due revalidation does not compare an entry that replaced the served one, even if it is stale too', async () => {
    const windows = { ...DEFAULT_POLICY.windows, freshForMs: 3000 };
    const { run, clock, upstream, ask } = await startAudited({ policy: { windows } }, found(OLD), 4000);
    upstream.outcome = found(NEW);
    await ask({}, { noCache: true });
    clock.advance(4000);
    expect(await run()).toMatchObject({
      outcome: { kind: 'skipped', why: 'replaced' },
      result: { answer: { body: NEW }, cache: { isStored: true } },
    });
  });

  test('asks nothing after another one has failed', async () => {
    const fleet = await startAudited();
    const { upstream, revalidator, audit, ask } = fleet;
    await ask();
    const [request] = revalidator.requests;
    const [first, second] = revalidator.audits as AuditRequest[];
    if (request === undefined || first === undefined || second === undefined) throw new Error('Two audits are wanted.');
    upstream.outcome = DOWN;
    expect((await audit(request, first)).outcome).toEqual({ kind: 'skipped', why: 'failed' });
    expect(await audit(request, second)).toMatchObject({ outcome: { kind: 'skipped', why: 'held-back' } });
    expect(upstream.requests).toHaveLength(2);
  });

  test('at the last moment compares; a late one compares nothing and asks nothing', async () => {
    const inTime = await startAudited();
    inTime.clock.advance(MAX_LATE_MS);
    expect((await inTime.run()).outcome).toEqual({ kind: 'same' });
    const { run, clock, upstream } = await startAudited();
    clock.advance(MAX_LATE_MS + 1);
    expect((await run()).outcome).toEqual({ kind: 'skipped', why: 'late' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('with a due revalidation is skipped if it comes late, and the revalidation is made', async () => {
    const { run, clock, upstream, ask } = await startAudited({}, found(OLD), freshForMs);
    clock.advance(MAX_LATE_MS + 1);
    upstream.outcome = found(NEW);
    expect(await run()).toMatchObject({
      outcome: { kind: 'skipped', why: 'late' },
      result: { cache: { isStored: true } },
    });
    expect(await ask()).toMatchObject({ answer: { body: NEW } });
  });

  test('asks nothing while the store does not answer', async () => {
    const { run, store, upstream } = await startAudited();
    store.failing.add('read');
    expect((await run()).outcome).toEqual({ kind: 'skipped', why: 'store' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('compares nothing without a store, and still makes the due revalidation', async () => {
    const { revalidator } = await startAudited({}, found(OLD), freshForMs);
    const [request] = revalidator.requests;
    const [due] = revalidator.audits as AuditRequest[];
    if (request === undefined || due === undefined) throw new Error('No audit was asked for.');
    const off = startFleet({ isCacheOn: false });
    off.clock.advance(due.servedAt - off.clock.now());
    expect(await off.audit(request, due)).toMatchObject({
      outcome: { kind: 'skipped', why: 'store' },
      result: { answer: { kind: 'found' } },
    });
    expect(await off.audit(request, { ...due, isExtra: true })).toMatchObject({
      outcome: { kind: 'skipped', why: 'store' },
    });
    expect(off.upstream.requests).toHaveLength(1);
  });

  test('does not hide an error that does not come from the store', async () => {
    const { run, store } = await startAudited();
    store.read = async () => {
      throw new TypeError('a bug');
    };
    await expect(run()).rejects.toThrow('a bug');
  });

  test('holds back other background fetches of the key if it fails', async () => {
    const { run, upstream, store } = await startAudited();
    upstream.outcome = DOWN;
    await run();
    expect([...store.items.values()]).toMatchObject([{ revalidation: { backoffMs: 10_000 }, entry: { body: OLD } }]);
  });
});
