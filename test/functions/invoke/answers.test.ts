import { describe, expect, test } from '@jest/globals';
import { answerBatch } from '../../../functions/invoke/answers.ts';
import { MAX_ANSWER_BYTES, quotedSize } from '../../../functions/invoke/batch.ts';
import { startLookupService } from '../../support/lookup-service.ts';
import { found } from '../../support/scripted-upstream.ts';

const lookupOf = (n: number) => ({ source: 'INSTORE', identifierName: 'externalId', identifierValue: `MP${n}` });
const LOOKUPS = Array.from({ length: 40 }, (_, n) => lookupOf(n));

describe('a batch that takes long', () => {
  const BEGIN_WITHIN_MS = 5000;

  test('begins no look-up when it is too late, answers those from the cache, and tells the others', async () => {
    const { service, upstream, clock } = startLookupService();
    await answerBatch(service, [lookupOf(38)], { purpose: 'answer' });
    upstream.takesMs = 2400;

    const answering = answerBatch(service, LOOKUPS, { purpose: 'answer', beginWithinMs: BEGIN_WITHIN_MS });
    await clock.run(10_000);
    const { answer, report } = await answering;

    // Ten at once, at 0, 2.4 and 4.8 s; the fourth ten would begin at 7.2 s.
    const kinds = answer.results.map((result) => (result.kind === 'error' ? result.code : result.kind));
    expect(kinds.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 'found'));
    expect(kinds[38]).toBe('found');
    const late = kinds.filter((_, n) => n >= 30 && n !== 38);
    expect(late).toEqual(Array.from({ length: 9 }, () => 'upstream_timeout'));
    expect(upstream.requests).toHaveLength(1 + 30);
    expect(report.lookups).toHaveLength(40);
  });

  test('leaves what its caller wanted from the cache alone as it is', async () => {
    const { service, upstream, clock } = startLookupService();
    upstream.takesMs = 6000;
    const patient = Array.from({ length: 10 }, (_, n) => lookupOf(n));
    const cached = { ...lookupOf(10), cacheControl: 'only-if-cached' };
    const answering = answerBatch(service, [...patient, cached], { purpose: 'answer', beginWithinMs: BEGIN_WITHIN_MS });
    await clock.run(10_000);
    expect((await answering).answer.results[10]).toMatchObject({ kind: 'error', code: 'not_cached' });
  });

  test('has no such end where none is given', async () => {
    const { service, upstream, clock } = startLookupService();
    upstream.takesMs = 2400;
    const answering = answerBatch(service, LOOKUPS, { purpose: 'answer' });
    await clock.run(10_000);
    expect((await answering).answer.results.every(({ kind }) => kind === 'found')).toBe(true);
  });
});

test("a batch's answer fits also where it goes as a text within JSON", async () => {
  const { service, upstream } = startLookupService();
  // Every quote becomes two characters.
  upstream.outcome = found(`{"id":7,"segments":${JSON.stringify('"'.repeat(400_000))}}`);
  const { answer } = await answerBatch(service, LOOKUPS.slice(0, 12), { purpose: 'answer', sizeOf: quotedSize });
  const kinds = answer.results.map((result) => (result.kind === 'error' ? result.code : result.kind));
  expect(kinds.at(-1)).toBe('too_large');
  expect(kinds.filter((kind) => kind === 'found').length).toBeGreaterThan(2);
  expect(quotedSize(JSON.stringify(answer))).toBeLessThan(MAX_ANSWER_BYTES + 1024);
});
