import { describe, expect, test } from '@jest/globals';
import { createDirectInvoke } from '../../../../functions/adapters/lambda/direct-invoke.ts';
import { type InvokeEvent, LambdaRevalidator } from '../../../../functions/adapters/lambda/lambda-revalidator.ts';
import { createSdkInvoke } from '../../../../functions/adapters/lambda/sdk-invoke.ts';
import { readLookupPayload } from '../../../../functions/batch/lookup-payload.ts';
import { isExtraParameterName } from '../../../../functions/customer/request/extra-parameters.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import type { RevalidateOptions } from '../../../../functions/lookup/ports.ts';
import { timed } from '../../../support/free-time.ts';
import { closedAddress, type Respond, startHttpServer } from '../../../support/loopback-server.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const PATIENCE_MS = 10_000;
/** How late a timeout may be on a busy machine. */
const SLACK_MS = 1400;

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The ways to ask Lambda at an address. */
const WAYS: readonly (readonly [title: string, create: (url: string) => InvokeEvent])[] = [
  ['by the AWS SDK', (endpoint) => createSdkInvoke({ endpoint, region: 'local', credentials: CREDENTIALS })],
  [
    'without the AWS SDK',
    (url) => createDirectInvoke({ service: 'lambda', url: new URL(url), region: 'local', credentials: CREDENTIALS }),
  ],
];

const { request } = await readV2Request(
  Object.entries({
    source: 'WECHAT',
    accountId: 'A',
    identifierName: 'mobile',
    identifierValue: '9876543210',
    embed: 'points,mlp',
    gapToRenew: '30',
  }),
  DEFAULT_READING,
);

const accepted: Respond = (response) => {
  response.writeHead(202).end();
};

describe.each(WAYS)('%s', (_way, create) => {
  /** It has time on a busy machine. */
  const revalidatorAt = (url: string, name = 'lookaside-revalidate') =>
    new LambdaRevalidator(name, create(url), PATIENCE_MS);

  describe('B9: asking on a kept-alive connection that the server has dropped', () => {
    test('is done once more on a new connection: no revalidation is lost', async () => {
      const used = new WeakSet<object>();
      const server = await startHttpServer((response, seen, index) => {
        const { socket } = response;
        if (socket === null || used.has(socket)) return void socket?.resetAndDestroy();
        used.add(socket);
        return accepted(response, seen, index);
      });
      const revalidator = revalidatorAt(server.url);
      for (let asked = 0; asked < 6; asked += 1) expect(await revalidator.revalidate(request)).toBe(true);
      expect(server.requests.map(({ body }) => body)).toEqual(
        Array(server.requests.length).fill(server.requests[0]?.body),
      );
    });
  });

  describe('asking for a revalidation', () => {
    test('invokes the function asynchronously, with the look-up as any caller would send it and min-fresh=0', async () => {
      const server = await startHttpServer(accepted);
      expect(await revalidatorAt(server.url).revalidate(request)).toBe(true);
      expect(server.requests).toHaveLength(1);
      const [sent] = server.requests;
      expect(sent).toMatchObject({
        method: 'POST',
        url: '/2015-03-31/functions/lookaside-revalidate/invocations',
        headers: { 'x-amz-invocation-type': 'Event' },
      });
      expect(JSON.parse(sent?.body ?? '')).toEqual({
        source: 'WECHAT',
        accountId: 'A',
        identifierName: 'mobile',
        identifierValue: '+919876543210',
        api: 'v2',
        embed: 'mlp,points',
        gapToRenew: '30',
        cacheControl: 'min-fresh=0',
      });
    });

    test('has no member that EXTRA_PARAMETERS may name: it would take the place of the parameter', async () => {
      const server = await startHttpServer(accepted);
      const { request: ofV1 } = await readV1Request([['mobile', '9876543210']], 'en', DEFAULT_READING);
      const audit = { at: 0, digest: 'made-up', kind: 'found' } as unknown as RevalidateOptions['audit'];
      await revalidatorAt(server.url).revalidate(ofV1, { isForPrefetch: true, audit });
      const members = Object.keys(JSON.parse(server.requests[0]?.body ?? '{}'));
      expect(members).toEqual(expect.arrayContaining(['api', 'audit', 'cacheControl', 'language', 'prefetch']));
      expect(members.filter((name) => isExtraParameterName(name))).toEqual([]);
    });

    test('for a prefetch says so, so that the entry can say it', async () => {
      const server = await startHttpServer(accepted);
      await revalidatorAt(server.url).revalidate(request, { isForPrefetch: true });
      const payload: unknown = JSON.parse(server.requests[0]?.body ?? '');
      expect(payload).toMatchObject({ prefetch: true });
      expect(await readLookupPayload(payload, DEFAULT_READING)).toMatchObject({ isPrefetch: true });
    });

    test.each([undefined, 'zh-Hans'])(
      'by v1.1, in language %j, sends a request that reads as the same look-up',
      async (language) => {
        const parameters = {
          mobile: '+4915112345678',
          mlp: 'true',
          gap_to_renew_for: '5',
          store_code: 'S 1',
          date: '2026-01-31',
        };
        const { request: get } = await readV1Request(Object.entries(parameters), language, DEFAULT_READING);
        const server = await startHttpServer(accepted);
        await revalidatorAt(server.url).revalidate(get);
        const payload: unknown = JSON.parse(server.requests[0]?.body ?? '');
        expect(payload).toEqual({
          api: 'v1.1',
          ...parameters,
          ...(language && { language }),
          cacheControl: 'min-fresh=0',
        });
        const received = await readLookupPayload(payload, DEFAULT_READING);
        expect(received.asked).toEqual({ request: get, supplement: undefined, fields: undefined });
        expect(received.directives).toMatchObject({ minFreshMs: 0 });
      },
    );

    test.each<[string, Respond]>([
      [
        'throttles',
        (response) => void response.writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' }).end('{}'),
      ],
      ['does not know the function', (response) => void response.writeHead(404).end('{}')],
      ['fails', (response) => void response.writeHead(500).end('{}')],
      ['breaks the connection', (response) => void response.socket?.resetAndDestroy()],
      ['answers a page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ])('never fails, asks once, and says that nothing was asked for, when Lambda %s', async (_title, respond) => {
      const server = await startHttpServer(respond);
      await expect(revalidatorAt(server.url).revalidate(request)).resolves.toBe(false);
      expect(server.requests).toHaveLength(1);
    });

    test('never fails where no server listens', async () => {
      await expect(revalidatorAt(await closedAddress()).revalidate(request)).resolves.toBe(false);
    });

    test('delays an answer for 200 ms at most, and then says that nothing was requested', async () => {
      const server = await startHttpServer(() => {});
      const revalidator = new LambdaRevalidator('lookaside-revalidate', create(server.url));
      const { result, tookMs, freeMs } = await timed(() => revalidator.revalidate(request));
      expect(result).toBe(false);
      expect(tookMs).toBeGreaterThan(190);
      expect(freeMs).toBeLessThan(200 + SLACK_MS);
    });
  });

  test('an ARN with an alias is one part of the path', async () => {
    const server = await startHttpServer(accepted);
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:lookaside-revalidate:live';
    expect(await revalidatorAt(server.url, arn).revalidate(request)).toBe(true);
    expect(server.requests[0]?.url).toBe(`/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`);
  });
});
