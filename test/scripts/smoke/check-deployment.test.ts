import { describe, expect, test } from '@jest/globals';
import type { Findings } from '../../../functions/smoke/lookup-check.ts';
import { checkDeployment, type SmokeOptions } from '../../../scripts/smoke/check-deployment.ts';
import { by, start } from '../../acceptance/running-service.ts';
import {
  ASKED,
  answered,
  type FakeReply,
  HEADERS,
  HIT,
  problemReply,
  startFakeDeployment,
} from '../../support/fake-deployment.ts';

const WELL: readonly FakeReply[] = [ASKED, HIT, ASKED, HIT];
const UNAUTHORIZED = problemReply(401, 'unauthorized');
const FORBIDDEN = problemReply(403, 'forbidden');
const ACKNOWLEDGED: FakeReply = { ...answered('detail=invalidation'), body: '{"invalidated":1}' };
const PURGED: FakeReply = { ...ACKNOWLEDGED, status: 204 };
const MISS = answered('fwd=miss; fwd-status=200; stored');
const SIGNER = { credentials: { accessKeyId: 'made-up', secretAccessKey: 'made-up' }, region: 'eu-west-1' };
const SECRET = 'made-up-secret';

/** Checks a deployment that gives these replies. */
async function check(replies: readonly FakeReply[], options: Partial<SmokeOptions> = {}) {
  const { url, requests } = await startFakeDeployment(replies);
  const findings: Findings = await checkDeployment({ url, key: 'a-key', sleep: async () => {}, ...options });
  return { ...findings, requests };
}

describe('a service that runs', () => {
  const MOBILE = '919000000002';

  test('passes every check, with its secret and a signature', async () => {
    const { url } = await start({ WEBHOOK_SECRET: SECRET });
    const { lines, problems } = await checkDeployment({
      url,
      sleep: async () => {},
      webhookSecret: SECRET,
      signer: SIGNER,
      identifier: { name: 'mobile', value: MOBILE },
    });
    expect(problems).toEqual([]);
    expect(lines.map((line) => line.replace(/ \d+ in .*/, ''))).toEqual([
      'v2',
      'v2',
      'v1.1',
      'v1.1',
      'webhook without its secret:',
      'webhook with its secret:',
      'the look-up after it:',
      'purge without a signature:',
      'signed purge:',
      'the look-up after it:',
    ]);
  });

  test.each(['v2', 'v1.1'] as const)(
    'fails with a dead upstream, even if %s has the customer in the cache',
    async (api) => {
      const service = await start();
      const identifier = { name: 'mobile', value: MOBILE };
      const lookUp = () => (api === 'v2' ? service.lookup(by('mobile', MOBILE)) : service.get({ mobile: MOBILE }));
      await lookUp();
      service.upstream.control({ fault: { kind: 'status', status: 503 } });
      expect((await lookUp()).cacheStatus).toMatch(/^lookaside; hit/);

      const { url } = service;
      const { problems } = await checkDeployment({ url, identifier, apis: [api], sleep: async () => {} });
      expect(problems).toEqual([expect.stringMatching(/fails or is unreachable from the function/)]);
    },
  );

  test('gets a report of a wrong secret of the webhook', async () => {
    const { url } = await start({ WEBHOOK_SECRET: SECRET });
    const { problems } = await checkDeployment({ url, webhookSecret: 'another', sleep: async () => {} });
    expect(problems).toEqual([expect.stringMatching(/^The webhook refuses this secret\. .*WebhookSecretArn/)]);
  });
});

describe('the webhook', () => {
  test('is tried without its secret, and with the given one, about one made-up customer', async () => {
    const { problems, requests } = await check([...WELL, UNAUTHORIZED, ASKED, ACKNOWLEDGED, MISS, FORBIDDEN], {
      webhookSecret: SECRET,
    });
    expect(problems).toEqual([]);
    const events = requests.filter(({ url }) => url === '/live/events/capillary');
    expect(events.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['POST', undefined],
      ['POST', SECRET],
    ]);
    const { eventName, data } = JSON.parse(events[1]?.body ?? '');
    const { externalId } = data.customerIdentifiers;
    expect([eventName, externalId]).toEqual(['customerUpdated', expect.stringMatching(/^lookaside-smoke-/)]);
    // Before and after the event, the customer of the event is looked up.
    for (const index of [5, 7]) expect(requests[index]?.url).toContain(externalId);
  });

  test.each<[string, readonly FakeReply[], string | undefined, RegExp]>([
    ['that lets strangers in', [ACKNOWLEDGED], undefined, /answers 200 to an event without its secret/],
    ['that refuses the secret', [UNAUTHORIZED, ASKED, UNAUTHORIZED], SECRET, /refuses this secret/],
    [
      'that cannot act',
      [UNAUTHORIZED, ASKED, problemReply(429, 'too_many_requests', 'Send it again.')],
      SECRET,
      /answers 429 to an event, too_many_requests: Send it again\./,
    ],
    [
      'with an event that does not reach the look-ups',
      [UNAUTHORIZED, ASKED, ACKNOWLEDGED, HIT],
      SECRET,
      /event was acknowledged.*still served/,
    ],
    [
      'of a deployment that refuses the look-up before the event',
      [UNAUTHORIZED, problemReply(429, 'too_many_requests', 'Too many.')],
      SECRET,
      /^Too many\./,
    ],
    [
      'of a deployment that refuses the look-up after the event',
      [UNAUTHORIZED, ASKED, ACKNOWLEDGED, problemReply(503, 'upstream_unavailable', 'It fails.')],
      SECRET,
      /^It fails\./,
    ],
    ['with a secret that no header can carry', [], 'sécret', /--webhook-secret has a character.*U\+00E9/],
  ])('%s is reported', async (_case, replies, webhookSecret, words) => {
    const { problems } = await check([...WELL, ...replies], { webhookSecret });
    expect(problems).toEqual([expect.stringMatching(words)]);
  });
});

describe('cache administration', () => {
  test('is tried without a signature, and with one that names service and region', async () => {
    const { problems, requests } = await check([...WELL, UNAUTHORIZED, FORBIDDEN, ASKED, PURGED, MISS], {
      signer: SIGNER,
    });
    expect(problems).toEqual([]);
    const purges = requests.filter(({ method }) => method === 'DELETE');
    expect(purges.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=made-up\/\d{8}\/eu-west-1\/execute-api\/aws4_request/),
    ]);
    for (const { url } of purges) {
      expect(url).toMatch(
        /^\/live\/cache\/entries\?identifierName=externalId&identifierValue=lookaside-smoke-[\w-]+&source=INSTORE$/,
      );
    }
  });

  test.each<[string, readonly FakeReply[], RegExp]>([
    ['that answers strangers', [{ status: 200, headers: HEADERS }], /answers 200 to a purge without a signature/],
    ['that refuses the identity', [FORBIDDEN, ASKED, FORBIDDEN], /AdministrationArn/],
    [
      'that cannot purge',
      [FORBIDDEN, ASKED, problemReply(503, 'store_unavailable', 'Send it again.')],
      /answers 503 to a purge, store_unavailable/,
    ],
    [
      'with a purge that does not reach the look-ups',
      [FORBIDDEN, ASKED, PURGED, HIT],
      /purge was acknowledged.*still served/,
    ],
  ])('%s is reported', async (_case, replies, words) => {
    const { problems } = await check([...WELL, UNAUTHORIZED, ...replies], { signer: SIGNER });
    expect(problems).toEqual([expect.stringMatching(words)]);
  });
});

describe('revalidation', () => {
  const BEFORE = [...WELL, UNAUTHORIZED, FORBIDDEN];
  const STALE = answered('hit; ttl=-3; detail=stale-while-revalidate');
  const identifier = { name: 'mobile', value: '919000000002' };

  /** Checks it with a clock that is turned. */
  async function checkIt(replies: readonly FakeReply[]) {
    const sleptMs: number[] = [];
    const sleep = async (ms: number) => {
      sleptMs.push(ms);
    };
    const findings = await check([...BEFORE, ...replies], { identifier, seesRevalidation: true, sleep });
    return { ...findings, sleptMs };
  }

  test('is tested: the check waits until the entry is stale, and asks until it is fresh', async () => {
    const { problems, sleptMs, lines } = await checkIt([
      answered('hit; ttl=287'),
      STALE,
      STALE,
      answered('hit; ttl=299'),
    ]);
    expect(problems).toEqual([]);
    expect(sleptMs).toEqual([290_000, 2000, 2000]);
    expect(lines.slice(-4).map((line) => line.replace(/ in \d+ ms.*/, ''))).toEqual([
      'revalidation, the entry: 200',
      'revalidation, the stale entry: 200',
      'revalidation, looked again: 200',
      'revalidation, looked again: 200',
    ]);
  });

  test('is tested without a wait if the entry is stale already', async () => {
    const { problems, sleptMs } = await checkIt([STALE, answered('hit; ttl=299')]);
    expect([problems, sleptMs]).toEqual([[], [2000]]);
  });

  test.each<[string, readonly FakeReply[], RegExp]>([
    ['that never happens', [answered('hit; ttl=5'), ...Array(11).fill(STALE)], /not revalidated.*isRevalidationLost/],
    ['that is switched off', [answered('hit; ttl=5'), MISS], /STALE_WHILE_REVALIDATE_SECONDS is 0/],
    ['of an entry that is fresh for a day', [answered('hit; ttl=86000')], /fresh for 86000 s/],
    ['of an entry that is not stored', [MISS, MISS], /and an entry that is stored/],
    ['of a customer that is not found', [answered('hit; ttl=14', 404)], /only found customers are revalidated/],
    [
      'of a deployment that fails meanwhile',
      [answered('hit; ttl=5'), problemReply(500, 'internal_error')],
      /requestId/,
    ],
  ])('%s is reported', async (_case, replies, words) => {
    const { problems } = await checkIt(replies);
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  test('is not waited for unless the caller asks for it', async () => {
    const { requests } = await check([...BEFORE], { identifier });
    expect(requests).toHaveLength(BEFORE.length);
  });
});
